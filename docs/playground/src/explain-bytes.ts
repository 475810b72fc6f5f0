import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Some bytes of an encoded message, and what they mean (protobuf.dev, "Encoding"). */
export interface Part {
  /** The first byte, counted from the start of the outermost message. */
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
  readonly kind: "tag" | "length" | "value";
  /** The field, as a path from the outermost message: `lines[0].price`. An unknown field is `#7`. */
  readonly path: string;
  /** How many messages are around it. */
  readonly depth: number;
  readonly text: string;
}

/**
 * Takes the bytes of a message apart. Every byte belongs to one part, and the parts are in the order of the bytes. The value of
 * a message field is no part of its own: its fields are. Throws if the bytes are not a message of this type.
 */
export function explainBytes(message: DescMessage, bytes: Uint8Array): Part[] {
  return new Explainer(bytes).explain(fieldsOf(message));
}

/** The parts of a field's declaration that its bytes depend on. */
interface Shape {
  readonly name: string;
  /** Its type, as proto files write it. */
  readonly type: string;
  readonly isList: boolean;
  readonly scalar: ScalarType | undefined;
  readonly enum: DescEnum | undefined;
  /** The fields of its message, if it has one. */
  readonly fields: Fields | undefined;
}

type Fields = (number: number) => Shape | undefined;

const unknownFields: Fields = () => undefined;

function fieldsOf({ fields }: DescMessage): Fields {
  return (number) => {
    const field = fields.find((each) => each.number === number);
    return field && shapeOf(field);
  };
}

function shapeOf(field: DescField): Shape {
  const { name, scalar, enum: desc, message } = field;
  const type = desc?.name ?? message?.name ?? nameOfScalar(scalar!);
  if (field.fieldKind !== "map") {
    const isList = field.fieldKind === "list";
    const fields = message && fieldsOf(message);
    return { name, type: isList ? `repeated ${type}` : type, isList, scalar, enum: desc, fields };
  }
  const plain = { isList: false, enum: undefined, fields: undefined };
  const key = { ...plain, name: "key", type: nameOfScalar(field.mapKey), scalar: field.mapKey };
  const value = { ...plain, name: "value", type, scalar, enum: desc, fields: message && fieldsOf(message) };
  const entry: Fields = (number) => (number === 1 ? key : number === 2 ? value : undefined);
  return { ...plain, name, type: `map<${key.type}, ${type}>`, isList: true, scalar: undefined, fields: entry };
}

function nameOfScalar(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}

const wireTypes: Readonly<Record<WireType, string>> = {
  [WireType.Varint]: "varint",
  [WireType.Bit64]: "8 bytes",
  [WireType.LengthDelimited]: "length-delimited",
  [WireType.StartGroup]: "start of a group",
  [WireType.EndGroup]: "end of a group",
  [WireType.Bit32]: "4 bytes",
};

/** Messages within messages. What is deeper is not a message that our readers take. */
const MAX_DEPTH = 100;

class Explainer {
  private readonly parts: Part[] = [];
  private readonly reader: BinaryReader;

  constructor(private readonly bytes: Uint8Array) {
    this.reader = new BinaryReader(bytes);
  }

  explain(fields: Fields): Part[] {
    this.message(fields, this.bytes.length, "", 0, undefined);
    return this.parts;
  }

  /** Reads fields up to `end`. A group with this number ends at its tag instead. */
  private message(fields: Fields, end: number, path: string, depth: number, group: number | undefined): void {
    if (depth > MAX_DEPTH) throw new Error(`${path} is more than ${MAX_DEPTH} messages deep`);
    const counts = new Map<number, number>();
    while (this.reader.pos < end) {
      const start = this.reader.pos;
      const [number, wireType] = this.reader.tag();
      if (wireType === WireType.EndGroup) {
        if (number !== group) throw new Error(`byte ${start} ends group ${number}, which has not begun`);
        this.add(start, "tag", path, depth - 1, `field ${number}, ${wireTypes[wireType]}`);
        return;
      }
      const shape = fields(number);
      const at = counts.get(number) ?? 0;
      const inner = `${path === "" ? "" : `${path}.`}${shape?.name ?? `#${number}`}`;
      const declared = shape === undefined ? "not in this schema" : `${shape.type} ${shape.name}`;
      const isPacked = shape !== undefined && isPackable(shape) && wireType === WireType.LengthDelimited;
      const name = shape?.isList && !isPacked ? `${inner}[${at}]` : inner;
      this.add(start, "tag", name, depth, `field ${number}, ${wireTypes[wireType]}: ${declared}`);
      counts.set(number, at + this.value(wireType, number, shape, name, depth, at));
    }
    if (this.reader.pos > end) throw new Error(`the value of ${path} ends within a field`);
    if (group !== undefined) throw new Error(`the group ${path} has no end`);
  }

  /** Reads a value, or the elements of a packed list: the result says how many. */
  private value(
    wireType: WireType,
    number: number,
    shape: Shape | undefined,
    path: string,
    depth: number,
    at: number,
  ): number {
    const { reader } = this;
    const start = reader.pos;
    if (wireType === WireType.StartGroup) {
      this.message(shape?.fields ?? unknownFields, this.bytes.length, path, depth + 1, number);
      return 1;
    }
    if (wireType !== WireType.LengthDelimited) {
      const known = shape !== undefined && wireTypeOf(shape) === wireType ? shape : undefined;
      const text = known === undefined ? rawText(reader, wireType) : scalarText(reader, known);
      this.add(start, "value", path, depth, text);
      return 1;
    }
    const length = reader.uint32();
    this.add(start, "length", path, depth, length === 1 ? "1 byte follows" : `${length} bytes follow`);
    const end = reader.pos + length;
    if (end > this.bytes.length) throw new Error(`the value of ${path} is longer than the message`);
    if (shape !== undefined && isPackable(shape)) return this.packed(end, shape, path, depth + 1, at);
    if (shape?.fields !== undefined) this.message(shape.fields, end, path, depth + 1, undefined);
    else if (length > 0) this.text(end, shape?.scalar === ScalarType.STRING, path, depth);
    return 1;
  }

  private packed(end: number, shape: Shape, path: string, depth: number, at: number): number {
    let count = 0;
    for (; this.reader.pos < end; count++) {
      const start = this.reader.pos;
      const text = scalarText(this.reader, shape);
      this.add(start, "value", `${path}[${at + count}]`, depth, text);
    }
    if (this.reader.pos > end) throw new Error(`the value of ${path} ends within a number`);
    return count;
  }

  private text(end: number, isText: boolean, path: string, depth: number): void {
    const start = this.reader.pos;
    const value = this.bytes.subarray(start, end);
    this.reader.pos = end;
    const count = value.length === 1 ? "1 byte" : `${value.length} bytes`;
    this.add(start, "value", path, depth, isText ? JSON.stringify(utf8.decode(value)) : count);
  }

  private add(start: number, kind: Part["kind"], path: string, depth: number, text: string): void {
    this.parts.push({ start, end: this.reader.pos, kind, path, depth, text });
  }
}

const utf8 = new TextDecoder();

/** Whether a length-delimited value holds many numbers. */
function isPackable(shape: Shape): boolean {
  return shape.isList && shape.fields === undefined && wireTypeOf(shape) !== WireType.LengthDelimited;
}

function wireTypeOf({ scalar, enum: desc, fields }: Shape): WireType {
  if (desc !== undefined) return WireType.Varint;
  if (fields !== undefined) return WireType.LengthDelimited;
  switch (scalar) {
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    default:
      return WireType.Varint;
  }
}

function scalarText(reader: BinaryReader, shape: Shape): string {
  if (shape.enum !== undefined) {
    const number = reader.int32();
    return `${shape.enum.value[number]?.name ?? "a number without a name"} (${number})`;
  }
  switch (shape.scalar) {
    case ScalarType.DOUBLE:
      return String(reader.double());
    case ScalarType.FLOAT:
      return String(reader.float());
    case ScalarType.BOOL:
      return String(reader.bool());
    case ScalarType.INT32:
      return String(reader.int32());
    case ScalarType.UINT32:
      return String(reader.uint32());
    case ScalarType.SINT32:
      return `${reader.sint32()} (zigzag)`;
    case ScalarType.SINT64:
      return `${reader.sint64()} (zigzag)`;
    case ScalarType.UINT64:
      return String(reader.uint64());
    case ScalarType.FIXED32:
      return String(reader.fixed32());
    case ScalarType.FIXED64:
      return String(reader.fixed64());
    case ScalarType.SFIXED32:
      return String(reader.sfixed32());
    case ScalarType.SFIXED64:
      return String(reader.sfixed64());
    default:
      return String(reader.int64());
  }
}

function rawText(reader: BinaryReader, wireType: WireType): string {
  if (wireType === WireType.Varint) return String(reader.uint64());
  return String(wireType === WireType.Bit64 ? reader.fixed64() : reader.fixed32());
}

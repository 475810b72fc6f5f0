import { type DescEnum, type DescExtension, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";

/** Integers and enums are bigint, strings are UTF-8 bytes, possibly invalid, and messages are encoded bytes. */
export type Value = bigint | number | boolean | Uint8Array;

export type Kind = "enum" | "message" | ScalarName;
export type ScalarName = Lowercase<keyof typeof ScalarType>;

/** The encoding of a field: of a message, an extension, or a map's key or value. */
export interface FieldShape {
  readonly number: number;
  /** The proto name. The name of an extension is in brackets. */
  readonly name: string;
  readonly jsonName: string;
  readonly kind: Kind;
  readonly enum?: EnumShape;
  readonly message?: DescMessage;
  readonly cardinality: "singular" | "repeated" | "map";
  readonly presence: "explicit" | "implicit" | "required";
  readonly packed: boolean;
  readonly delimited: boolean;
  readonly utf8: boolean;
  readonly oneof: string | undefined;
  readonly default: Value | undefined;
  readonly key?: FieldShape;
  readonly value?: FieldShape;
}

export interface EnumShape {
  readonly typeName: string;
  readonly open: boolean;
  readonly first: bigint;
  /** The first name of each number. */
  readonly names: ReadonlyMap<bigint, string>;
  readonly numbers: ReadonlyMap<string, bigint>;
}

/** The encoding of a message. Nested messages are opaque. */
export interface Shape {
  readonly typeName: string;
  readonly fields: readonly FieldShape[];
  readonly byNumber: ReadonlyMap<number, FieldShape>;
  readonly byName: ReadonlyMap<string, FieldShape>;
  readonly reservedNames: ReadonlySet<string>;
  readonly messageSet: boolean;
}

export function messageShape(message: DescMessage, extensions: readonly DescExtension[] = []): Shape {
  return shapeOf(
    message.typeName,
    [...message.fields, ...extensions].map(fieldShape),
    message.proto.reservedName,
    message.proto.options?.messageSetWireFormat,
  );
}

export function shapeOf(
  typeName: string,
  fields: readonly FieldShape[],
  reservedNames: Iterable<string> = [],
  messageSet = false,
): Shape {
  return {
    typeName,
    fields,
    byNumber: new Map(fields.map((field) => [field.number, field])),
    byName: new Map(fields.map((field) => [field.name, field])),
    reservedNames: new Set(reservedNames),
    messageSet,
  };
}

/** The message of a map's entries. Its fields have no presence: a missing key is an empty key. */
export function entryShape(map: FieldShape): Shape {
  const parts = [map.key!, map.value!].map((part): FieldShape => ({ ...part, presence: "implicit" }));
  return shapeOf(`an entry of ${map.name}`, parts);
}

const shapes = new WeakMap<DescField | DescExtension, FieldShape>();

/** The same object for the same field, so that shapes can be compared. */
export function fieldShape(field: DescField | DescExtension): FieldShape {
  let shape = shapes.get(field);
  if (shape === undefined) {
    shape = createFieldShape(field);
    shapes.set(field, shape);
  }
  return shape;
}

function createFieldShape(field: DescField | DescExtension): FieldShape {
  const name = field.kind === "extension" ? `[${field.typeName}]` : field.name;
  const common = {
    number: field.number,
    name,
    jsonName: field.kind === "extension" ? name : field.jsonName,
    presence: presenceOf(field),
    oneof: field.oneof?.name,
    packed: field.fieldKind === "list" && field.packed,
    default: undefined,
  };
  switch (field.fieldKind) {
    case "map":
      return {
        ...common,
        kind: "message",
        cardinality: "map",
        delimited: false,
        utf8: false,
        key: { ...entryPart(1, "key", field.mapKey, undefined, undefined), utf8: utf8Of(field) },
        value: { ...entryPart(2, "value", field.scalar, field.enum, field.message), utf8: utf8Of(field) },
      };
    case "list":
      return {
        ...common,
        ...typeOf(field.scalar, field.enum, field.message),
        cardinality: "repeated",
        delimited: field.listKind === "message" && field.delimitedEncoding,
        utf8: utf8Of(field),
      };
    default:
      return {
        ...common,
        ...typeOf(field.scalar, field.enum, field.message),
        cardinality: "singular",
        delimited: field.fieldKind === "message" && field.delimitedEncoding,
        utf8: utf8Of(field),
        default: defaultOf(field),
      };
  }
}

type TypePart = Pick<FieldShape, "kind" | "enum" | "message">;

function typeOf(
  scalar: ScalarType | undefined,
  enumeration: DescEnum | undefined,
  message: DescMessage | undefined,
): TypePart {
  if (enumeration !== undefined) return { kind: "enum", enum: enumShape(enumeration) };
  if (message !== undefined) return { kind: "message", message };
  return { kind: ScalarType[scalar!].toLowerCase() as ScalarName };
}

function entryPart(
  number: number,
  name: string,
  scalar: ScalarType | undefined,
  enumeration: DescEnum | undefined,
  message: DescMessage | undefined,
): FieldShape {
  return {
    ...typeOf(scalar, enumeration, message),
    number,
    name,
    jsonName: name,
    cardinality: "singular",
    presence: "explicit",
    packed: false,
    delimited: false,
    utf8: true,
    oneof: undefined,
    default: enumeration !== undefined ? enumShape(enumeration).first : zeroOf(scalar),
  };
}

const enumShapes = new WeakMap<DescEnum, EnumShape>();

export function enumShape(desc: DescEnum): EnumShape {
  let shape = enumShapes.get(desc);
  if (shape === undefined) {
    const names = new Map<bigint, string>();
    const numbers = new Map<string, bigint>();
    for (const { number, name } of desc.values) {
      if (!names.has(BigInt(number))) names.set(BigInt(number), name);
      numbers.set(name, BigInt(number));
    }
    shape = { typeName: desc.typeName, open: desc.open, first: BigInt(desc.values[0]?.number ?? 0), names, numbers };
    enumShapes.set(desc, shape);
  }
  return shape;
}

function presenceOf(field: DescField | DescExtension): FieldShape["presence"] {
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return "required";
  return field.presence === FeatureSet_FieldPresence.IMPLICIT ? "implicit" : "explicit";
}

/** Whether UTF-8 is validated. protobuf-es omits utf8Validation for fields that are not strings. */
function utf8Of(field: DescField | DescExtension): boolean {
  return !("utf8Validation" in field) || field.utf8Validation !== false;
}

function defaultOf(field: DescField | DescExtension): Value | undefined {
  if (field.fieldKind === "message") return undefined;
  const value = "getDefaultValue" in field ? field.getDefaultValue() : undefined;
  if (field.fieldKind === "enum") return value === undefined ? enumShape(field.enum).first : BigInt(value as number);
  if (value === undefined) return zeroOf(field.scalar);
  return scalarValue(field.scalar!, value);
}

function scalarValue(scalar: ScalarType, value: unknown): Value {
  if (typeof value === "string" && scalar !== ScalarType.STRING) return BigInt(value); // jstype = JS_STRING
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (typeof value === "number" && scalar !== ScalarType.FLOAT && scalar !== ScalarType.DOUBLE) return BigInt(value);
  return value as Value;
}

function zeroOf(scalar: ScalarType | undefined): Value | undefined {
  switch (scalar) {
    case undefined:
      return undefined;
    case ScalarType.BOOL:
      return false;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return new Uint8Array(0);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 0;
    default:
      return 0n;
  }
}

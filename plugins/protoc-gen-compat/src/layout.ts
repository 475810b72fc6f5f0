import { type DescEnum, type DescExtension, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";

/** Integers and enums are bigint, strings are UTF-8 bytes, possibly invalid, and messages are encoded bytes. */
export type Value = bigint | number | boolean | Uint8Array;

export type Kind = "enum" | "message" | ScalarName;
export type ScalarName = Lowercase<keyof typeof ScalarType>;

/** The data of a field, an extension, or a map's key or value. */
export interface FieldLayout {
  /** The field number. */
  readonly number: number;
  /** The proto name. The name of an extension is in brackets. */
  readonly name: string;
  /** The name in ProtoJSON, in brackets for an extension. */
  readonly jsonName: string;
  /** The scalar type, or `enum` or `message`. A map is a message with `key` and `value`. */
  readonly kind: Kind;
  /** The enum of an enum field. */
  readonly enum?: EnumLayout;
  /** The type of a message field, but not of a map. */
  readonly message?: DescMessage;
  /** How many values it holds. */
  readonly cardinality: "singular" | "repeated" | "map";
  /** Whether an unset field differs from one with the default value, and whether it may be unset. */
  readonly presence: "explicit" | "implicit" | "required";
  /** Whether a repeated scalar is written as one record. */
  readonly packed: boolean;
  /** Whether a message is written between group tags instead of after its length. */
  readonly delimited: boolean;
  /** Whether strings must be valid UTF-8. */
  readonly utf8: boolean;
  /** The name of its oneof. Undefined outside one, and for `optional` in proto3. */
  readonly oneof: string | undefined;
  /** The value that an unset field is read as. Undefined for messages, lists and maps. */
  readonly default: Value | undefined;
  /** The key of a map. */
  readonly key?: FieldLayout;
  /** The value of a map. */
  readonly value?: FieldLayout;
}

export interface EnumLayout {
  readonly typeName: string;
  readonly open: boolean;
  readonly first: bigint;
  /** The first name of each number. */
  readonly names: ReadonlyMap<bigint, string>;
  readonly numbers: ReadonlyMap<string, bigint>;
}

/** The fields of a message, as its data is read and written. Nested messages are opaque. */
export interface Layout {
  /** The full proto name, for display. */
  readonly typeName: string;
  /** Its fields and extensions. */
  readonly fields: readonly FieldLayout[];
  /** The same, by number, in ascending order: serializers write them so. */
  readonly byNumber: ReadonlyMap<number, FieldLayout>;
  /** The same, by proto name. */
  readonly byName: ReadonlyMap<string, FieldLayout>;
  /** Names that the text format skips without an error. */
  readonly reservedNames: ReadonlySet<string>;
  /** Whether extensions are written as items of a MessageSet. */
  readonly messageSet: boolean;
}

export function messageLayout(message: DescMessage, extensions: readonly DescExtension[] = []): Layout {
  return layoutOf(
    message.typeName,
    [...message.fields, ...extensions].map(fieldLayout),
    message.proto.reservedName,
    message.proto.options?.messageSetWireFormat,
  );
}

export function layoutOf(
  typeName: string,
  fields: readonly FieldLayout[],
  reservedNames: Iterable<string> = [],
  messageSet = false,
): Layout {
  return {
    typeName,
    fields,
    byNumber: new Map([...fields].sort((a, b) => a.number - b.number).map((field) => [field.number, field])),
    byName: new Map(fields.map((field) => [field.name, field])),
    reservedNames: new Set(reservedNames),
    messageSet,
  };
}

/** The message of a map's entries. Its fields have no presence: a missing key is an empty key. */
export function entryLayout(map: FieldLayout): Layout {
  const parts = [map.key!, map.value!].map((part): FieldLayout => ({ ...part, presence: "implicit" }));
  return layoutOf(`an entry of ${map.name}`, parts);
}

const layouts = new WeakMap<DescField | DescExtension, FieldLayout>();

/** The same object for the same field, so that layouts can be compared. */
export function fieldLayout(field: DescField | DescExtension): FieldLayout {
  let layout = layouts.get(field);
  if (layout === undefined) {
    layout = createFieldLayout(field);
    layouts.set(field, layout);
  }
  return layout;
}

function createFieldLayout(field: DescField | DescExtension): FieldLayout {
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
        key: { ...plainField(1, "key", field.mapKey, undefined, undefined), utf8: utf8Of(field) },
        value: { ...plainField(2, "value", field.scalar, field.enum, field.message), utf8: utf8Of(field) },
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

type TypePart = Pick<FieldLayout, "kind" | "enum" | "message">;

function typeOf(
  scalar: ScalarType | undefined,
  enumeration: DescEnum | undefined,
  message: DescMessage | undefined,
): TypePart {
  if (enumeration !== undefined) return { kind: "enum", enum: enumLayout(enumeration) };
  if (message !== undefined) return { kind: "message", message };
  return { kind: ScalarType[scalar!].toLowerCase() as ScalarName };
}

/** A singular field with explicit presence, as the key and the value of a map entry are. */
export function plainField(
  number: number,
  name: string,
  scalar: ScalarType | undefined,
  enumeration: DescEnum | undefined,
  message: DescMessage | undefined,
): FieldLayout {
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
    default: enumeration !== undefined ? enumLayout(enumeration).first : zeroOf(scalar),
  };
}

const enumLayouts = new WeakMap<DescEnum, EnumLayout>();

export function enumLayout(desc: DescEnum): EnumLayout {
  let layout = enumLayouts.get(desc);
  if (layout === undefined) {
    const names = new Map<bigint, string>();
    const numbers = new Map<string, bigint>();
    for (const { number, name } of desc.values) {
      if (!names.has(BigInt(number))) names.set(BigInt(number), name);
      numbers.set(name, BigInt(number));
    }
    layout = { typeName: desc.typeName, open: desc.open, first: BigInt(desc.values[0]?.number ?? 0), names, numbers };
    enumLayouts.set(desc, layout);
  }
  return layout;
}

function presenceOf(field: DescField | DescExtension): FieldLayout["presence"] {
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
  if (field.fieldKind === "enum") return value === undefined ? enumLayout(field.enum).first : BigInt(value as number);
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

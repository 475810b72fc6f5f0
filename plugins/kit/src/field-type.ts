import { type DescEnum, type DescExtension, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, FieldOptions_JSType, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { isShipped } from "./import-path.js";
import { type ScalarInfo, scalars } from "./scalar.js";
import { type TimeForm, type TimeOptions, timeForm } from "./time-form.js";

/**
 * One element of a field: the field itself, a list item or a map value. `adapter` is set if the property has a
 * different shape from the wire type.
 */
export type FieldValue = ScalarValue | EnumValue | MessageValue;

export interface ScalarValue {
  readonly kind: "scalar";
  readonly scalar: ScalarInfo;
  readonly adapter: "none" | "string" | "number";
  /** For strings: the feature utf8_validation. */
  readonly verify: boolean;
}

export interface EnumValue {
  readonly kind: "enum";
  readonly enum: DescEnum;
  readonly scalar: ScalarInfo;
  readonly adapter: "none" | "name";
}

export interface MessageValue {
  readonly kind: "message";
  readonly message: DescMessage;
  readonly adapter: "none" | "wrapper" | "struct" | "time";
  /** For the adapter "time". */
  readonly time: TimeForm | undefined;
  /** The delimited encoding, also known as a group. */
  readonly delimited: boolean;
}

/** The options of the plugin that change the types of fields. */
export interface FieldTypeOptions extends TimeOptions {
  readonly int64: LongShape;
  readonly enums?: EnumForm;
}

/** The form of an enum: a TypeScript enum, constants with a type, or a union of names. */
export type EnumForm = "enum" | "const" | "string";

/** The shape of 64-bit integers. A field's jstype overrides the plugin's option. */
export type LongShape = "bigint" | "string" | "number";

/** How a module refers to the types of other modules. */
export interface TypeNames {
  /** The type of a message or an enum. */
  shapeType(type: DescMessage | DescEnum): string;
  /** A type of the runtime's JSON module. */
  jsonType(name: "JsonObject" | "Instant" | "TemporalDuration"): string;
}

const int32 = scalars.get(ScalarType.INT32)!;

/** Classifies the elements of a field. */
export function fieldValue(field: DescField | DescExtension, options: FieldTypeOptions): FieldValue {
  if (field.message !== undefined) {
    const delimited = field.delimitedEncoding ?? false;
    const time = timeForm(field, options);
    const adapter = time === undefined ? messageAdapter(field) : "time";
    return { kind: "message", message: field.message, adapter, time, delimited };
  }
  if (field.enum !== undefined) {
    const adapter = holdsNames(field.enum, options) ? "name" : "none";
    return { kind: "enum", enum: field.enum, scalar: int32, adapter };
  }
  const shape = longShape(options, field);
  return {
    kind: "scalar",
    scalar: scalars.get(field.scalar!)!,
    adapter: shape === "bigint" ? "none" : shape,
    verify: field.utf8Validation,
  };
}

/** Whether fields of the enum hold names. Those that come with the runtime are numbers for everybody. */
export function holdsNames({ file }: DescEnum, options: Pick<FieldTypeOptions, "enums">): boolean {
  return options.enums === "string" && !isShipped(file);
}

/** The shape of a 64-bit field; "bigint" for all other fields, where it has no meaning. */
export function longShape(options: { readonly int64: LongShape }, field: DescField | DescExtension): LongShape {
  if (field.scalar === undefined || scalars.get(field.scalar)!.ts !== "bigint") return "bigint";
  switch (field.fieldKind === "map" ? undefined : field.proto.options?.jstype) {
    case FieldOptions_JSType.JS_STRING:
      return "string";
    case FieldOptions_JSType.JS_NUMBER:
      return "number";
    default:
      return options.int64;
  }
}

/** As in protobuf-es: a singular wrapper outside a oneof is its value, and a Struct outside a Value is a JSON object. */
function messageAdapter(field: DescField | DescExtension): "none" | "wrapper" | "struct" {
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(field.message)) return "wrapper";
  const isInValue = field.kind === "field" && field.parent.typeName === "google.protobuf.Value";
  return field.message!.typeName === "google.protobuf.Struct" && !isInValue ? "struct" : "none";
}

/** The value that a wrapper message holds: always a bigint where it has 64 bits. */
export function wrapped({ message }: MessageValue): ScalarValue {
  return fieldValue(message.fields[0]!, { int64: "bigint" }) as ScalarValue;
}

/** The TypeScript type of an element. */
export function elementType(names: TypeNames, v: FieldValue): string {
  switch (v.kind) {
    case "scalar":
      return v.adapter === "none" ? v.scalar.ts : v.adapter;
    case "enum":
      return names.shapeType(v.enum);
    case "message":
      if (v.adapter === "wrapper") return elementType(names, wrapped(v));
      if (v.time !== undefined) return timeType(names, v.time);
      return v.adapter === "struct" ? names.jsonType("JsonObject") : names.shapeType(v.message);
  }
}

/** A message called Date may hide the class. */
function timeType(names: TypeNames, { of, as }: TimeForm): string {
  if (as === "temporal") return names.jsonType(of === "Timestamp" ? "Instant" : "TemporalDuration");
  return as === "date" ? "globalThis.Date" : "string";
}

/** The TypeScript type of a field whose elements have the given type: the element, a list, or a map, which is an object. */
export function fieldType(field: DescField | DescExtension, element: string): string {
  if (field.fieldKind === "list") return `${element}[]`;
  return field.fieldKind === "map" ? `{ [key: ${keyType(field)}]: ${element} }` : element;
}

/** The type of a map's keys as properties: numbers where they have 32 bits, strings otherwise. */
export function keyType({ mapKey }: { readonly mapKey: ScalarType }): "number" | "string" {
  return scalars.get(mapKey)!.ts === "number" ? "number" : "string";
}

/** Whether the field's property can be undefined: it has presence, is not required, and is not in a oneof. */
export function isOptional(field: DescField): boolean {
  const isSingle = field.fieldKind !== "list" && field.fieldKind !== "map" && field.oneof === undefined;
  return isSingle && field.presence === FeatureSet_FieldPresence.EXPLICIT;
}

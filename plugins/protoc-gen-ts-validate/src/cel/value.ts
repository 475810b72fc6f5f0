import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { type FieldValue, fieldValue, literal, property, scalars, type TimeForm, wrapped } from "@protoloom/plugin-kit";
import type { Target } from "./target.js";
import {
  bool,
  bytes,
  type Constant,
  double,
  int,
  int64,
  type Node,
  type Stored,
  string,
  type Type,
  uint,
  uint64,
} from "./type.js";

/** The types of scalars, by their names in proto files. */
const scalarTypes: Readonly<Record<string, Type>> = {
  double,
  float: double,
  int64,
  uint64,
  int32: int(2 ** 31),
  fixed64: uint64,
  fixed32: uint(2 ** 32),
  bool,
  string,
  bytes,
  uint32: uint(2 ** 32),
  sfixed32: int(2 ** 31),
  sfixed64: int64,
  sint32: int(2 ** 31),
  sint64: int64,
};

const enumType = int(2 ** 31);

/** Messages that CEL reads by their value, which only a registry of types can interpret. */
const dynamicTypes: ReadonlySet<string> = new Set(
  ["Any", "Struct", "Value", "ListValue"].map((name) => `google.protobuf.${name}`),
);

export function scalarType(scalar: ScalarType): Type {
  return scalarTypes[scalars.get(scalar)!.proto]!;
}

/** An operand that holds a message. */
export function messageNode(desc: DescMessage, code: string, mayBeUnset: boolean, target: Target): Node {
  const name = desc.typeName;
  if (name === "google.protobuf.Timestamp" || name === "google.protobuf.Duration") {
    const kind = name === "google.protobuf.Timestamp" ? "timestamp" : "duration";
    return node({ kind }, mayBeUnset ? `(${code} ?? ${target.runtime("noTime")})` : code);
  }
  if (dynamicTypes.has(name)) return node({ kind: "dynamic", name }, code);
  if (!isWrapperDesc(desc)) return node({ kind: "message", desc, mayBeUnset }, code);
  const of = scalarType(desc.fields[0]!.scalar!);
  return mayBeUnset ? node({ kind: "wrapper", of }, `${code}?.value`) : node(of, `${code}.value`);
}

/** An operand that holds one element of a field: a list item, a map value, or what a singular field has when it is set. */
export function elementNode(value: FieldValue, code: string, target: Target): Node {
  switch (value.kind) {
    case "enum":
      // to rules, enums are numbers
      return node(
        enumType,
        value.adapter === "name" ? `${target.enumNames(value.enum)}.toWire(${code})` : `(${code}« as number»)`,
      );
    case "scalar":
      return node(scalarTypes[value.scalar.proto]!, value.adapter === "none" ? code : `BigInt(${code})`);
    case "message":
      if (value.adapter === "wrapper") return elementNode(wrapped(value), code, target);
      if (value.adapter === "struct") return node({ kind: "dynamic", name: value.message.typeName }, code);
      if (value.time !== undefined) return timeNode(value.time, code, target);
      return messageNode(value.message, code, false, target);
  }
}

/** A time that is represented by something else than the message. */
function timeNode({ of, as }: TimeForm, code: string, target: Target): Node {
  const form = { date: "Date", string: "Text", temporal: of === "Timestamp" ? "Instant" : "Temporal" }[as];
  const kind = of === "Timestamp" ? "timestamp" : "duration";
  return node({ kind }, `${target.json(kind + form)}.toWire(${code})`);
}

/** An operand that holds a whole field that is set: an element, a list or a map. */
export function fieldNode(field: DescField, code: string, target: Target): Node {
  const value = fieldValue(field, target.fields);
  const item: Stored = (of) => elementNode(value, of, target);
  if (field.fieldKind === "list") return node({ kind: "list", item }, code);
  if (field.fieldKind !== "map") return item(code);
  return node({ kind: "map", key: (text) => keyNode(field.mapKey, text), value: item }, code);
}

/** A key of a map, out of the name of the property that holds its entry. */
export function keyNode(mapKey: ScalarType, text: string): Node {
  const type = scalarType(mapKey);
  if (type.kind === "string") return node(type, text);
  if (type.kind === "bool") return node(type, `(${text} === "true")`);
  return node(type, `${scalars.get(mapKey)!.ts === "number" ? "Number" : "BigInt"}(${text})`);
}

/** The message of an operand. */
export interface MessageOperand {
  readonly code: string;
  readonly mayBeUnset: boolean;
}

/** `message.field`: a field that is not set is its default, or null where it is a wrapper. */
export function selectNode(message: MessageOperand, field: DescField, target: Target): Node {
  const { code, isOptional } = access(message, field, target);
  if (field.fieldKind === "list") return fieldNode(field, isOptional ? `(${code} ?? [])` : code, target);
  if (field.fieldKind === "map") return fieldNode(field, isOptional ? `(${code} ?? {})` : code, target);
  const value = fieldValue(field, target.fields);
  if (value.kind !== "message") return elementNode(value, orDefault(code, isOptional, field, target), target);
  if (value.adapter === "wrapper") return node({ kind: "wrapper", of: elementNode(value, "", target).type }, code);
  if (value.time !== undefined) return timeNode(value.time, `${code} ?? ${target.runtime("noTime")}`, target);
  return value.adapter === "none" ? messageNode(value.message, code, true, target) : elementNode(value, code, target);
}

/** `has(message.field)` */
export function isSetCode(message: MessageOperand, field: DescField, target: Target): string {
  if (field.oneof !== undefined) {
    return `${member(message, field.oneof.localName)}${message.mayBeUnset ? "?" : ""}.case === ${literal(field.localName)}`;
  }
  const { code, isOptional } = access(message, field, target);
  if (field.fieldKind === "map") return `!${target.runtime("isEmpty")}(${isOptional ? `${code} ?? {}` : code})`;
  if (field.fieldKind === "list" || (field.scalar === ScalarType.BYTES && !hasPresence(field))) {
    return isOptional ? `(${code}?.length ?? 0) > 0` : `${code}.length > 0`;
  }
  if (hasPresence(field)) return `${code} !== undefined`;
  const value = elementNode(fieldValue(field, target.fields), orDefault(code, isOptional, field, target), target);
  if (value.type.kind === "double") return `!Object.is(${value.code}, 0)`; // -0 is set
  return `${value.code} !== ${target.constant(zeroOf(value.type))}`;
}

/** Whether the property of a field is undefined while the field is not set. */
export function hasPresence(field: DescField): boolean {
  const isSingular = field.fieldKind !== "list" && field.fieldKind !== "map";
  return isSingular && field.presence !== FeatureSet_FieldPresence.IMPLICIT;
}

/** The zero value of a scalar type. */
export function zeroOf(type: Type): Constant {
  switch (type.kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "bytes":
      return new Uint8Array(0);
    case "int":
    case "uint":
      return type.rep === "number" ? 0 : 0n;
    default:
      return 0;
  }
}

function orDefault(code: string, isOptional: boolean, field: DescField, target: Target): string {
  if (!isOptional) return code;
  const declared = field.fieldKind === "scalar" || field.fieldKind === "enum" ? field.getDefaultValue() : undefined;
  const zero = field.scalar === undefined ? 0 : zeroOf(scalarType(field.scalar));
  return `(${code} ?? ${target.constant(declared ?? zero)})`;
}

/** The property of a field, or its value in a oneof, and whether that can be undefined. */
function access(message: MessageOperand, field: DescField, target: Target): { code: string; isOptional: boolean } {
  if (field.oneof !== undefined) {
    const oneof = member(message, field.oneof.localName);
    return { code: `${target.runtime("oneofValue")}(${oneof}, ${literal(field.localName)})`, isOptional: true };
  }
  return { code: member(message, field.localName), isOptional: message.mayBeUnset || hasPresence(field) };
}

function member({ code, mayBeUnset }: MessageOperand, name: string): string {
  const dot = property(name);
  return `${code}${mayBeUnset ? `?.${dot.startsWith(".") ? dot.slice(1) : dot}` : dot}`;
}

function node(type: Type, code: string): Node {
  return { type, code, throws: false };
}

import type { DescMessage } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { type EnumValue, elementType, type FieldValue, hasRequired, literal, type MessageValue, type ScalarValue, scalars, wrapped } from "@protoloom/plugin-kit";
import type { Output } from "../../output.js";
import { structClasses } from "../../special-json.js";

/** The TypeScript type of an element in an init: the init of a message instead of the message, and what protobuf-es has there. */
export function initType(out: Output, v: FieldValue): string {
  if (v.adapter === "string" || v.adapter === "number") return `${v.adapter} | bigint`;
  if (v.adapter === "time") return `${elementType(out, v)} | ${out.jsonType("TimestampShape")}`;
  if (v.adapter === "name") return `${elementType(out, v)} | number`;
  return v.kind === "message" && v.adapter === "none" ? out.initType(v.message) : elementType(out, v);
}

/** Whether an element of an init is converted; anything else is used as it is. */
export function isInitConverted(v: FieldValue): boolean {
  return v.kind === "message" ? v.adapter === "none" || v.adapter === "time" : v.adapter !== "none";
}

/** Whether elements of an init are converted by a function of one parameter. Their type is a union. */
export function isInitMapped(v: FieldValue): boolean {
  return isInitConverted(v) && v.adapter !== "none";
}

/** An element of an init, one that is converted: a message from its init, anything else from what protobuf-es has there. */
export function fromInit(out: Output, v: FieldValue, x: string): string {
  return isInitMapped(v) ? `${initFunction(out, v)}(${x})` : `${out.codec("initMessage")}(${out.shape((v as MessageValue).message)}, ${x})`;
}

/** The function that converts a 64-bit integer, an enum or a time of an init. */
export function initFunction(out: Output, v: FieldValue): string {
  if (v.adapter === "time") return `${timeForm(out, v as TimeValue)}.fromInit`;
  if (v.adapter === "name") return `${out.enumNames(v.enum)}.fromInit`;
  return out.codec(v.adapter === "number" ? "initNumber" : "initString");
}

/** A number as an enum value: unlike a TypeScript enum, constants do not accept any number. */
export function asEnum(out: Output, v: FieldValue, x: string, suffix = ""): string {
  return v.kind === "enum" && v.adapter === "none" && out.hasConstEnums ? `${x}« as ${out.shapeType(v.enum)}${suffix}»` : x;
}

/** The zero value as an expression; for an enum its first value. */
export function zero(out: Output, v: ScalarValue | EnumValue): string {
  if (v.kind === "scalar" && v.scalar.ts === "Uint8Array") return out.codec("emptyBytes");
  if (v.kind === "enum") return v.adapter === "name" ? literal(v.enum.values[0]!.name) : String(v.enum.values[0]!.number);
  return v.adapter === "string" ? '"0"' : v.adapter === "number" ? "0" : v.scalar.zero;
}

/** An empty message. The constructor's type requires required fields, which a decoder has not read yet. */
export function fresh(out: Output, message: DescMessage): string {
  if (out.hasParts(message)) return `new ${out.part(message, "new")}()`;
  return `new ${out.shape(message)}(${hasRequired(message) ? "«undefined!»" : ""})`;
}

/** A Timestamp or Duration represented by something else than the message. */
export type TimeValue = MessageValue & { readonly adapter: "time" };

/** The object of the runtime that represents a time. */
export function timeForm(out: Output, { time }: TimeValue): string {
  const names = { date: "Date", string: "Text", temporal: time!.of === "Timestamp" ? "Instant" : "Temporal" };
  return out.json(`${time!.of.toLowerCase()}${names[time!.as]}`);
}

/** An empty message in the shape of its property. */
export function emptyMessage(out: Output, v: MessageValue): string {
  if (v.adapter === "time") return toLocal(out, v, `new ${out.jsonClass("Seconds")}()`);
  if (v.adapter === "struct") return "{}";
  return v.adapter === "wrapper" ? zero(out, wrapped(v)) : fresh(out, v.message);
}

/**
 * Uses x as `v`, in its own variable if properties of it are read: the engine keeps one inline cache for all reads of a
 * property of one variable, which gets slow once it has seen arrays and bytes (bench: otlp).
 */
export function ownVariable(x: string, use: string): string {
  return `{ const v = ${x}; ${use} }`;
}

/** The condition under which a field with implicit presence is written. */
export function isNonZero(out: Output, v: ScalarValue | EnumValue, x: string): string {
  if (v.kind === "scalar" && v.scalar.ts === "Uint8Array") return `${x}.length !== 0`;
  if (v.kind === "scalar" && (v.scalar.proto === "double" || v.scalar.proto === "float")) return `(${x} !== 0 || 1 / ${x} < 0)`;
  if (v.adapter === "number") return `${x} != 0`; // protobuf-es functions store 0n there
  if (v.adapter === "name" && hasAliasOfZero(v)) return `${toWire(out, v, x)} !== 0`;
  return `${x} !== ${zero(out, v)}`;
}

function hasAliasOfZero({ enum: { values } }: EnumValue): boolean {
  return values.filter(({ number }) => number === 0).length > 1;
}

export function wireType(v: FieldValue): WireType {
  if (v.kind !== "message") return v.scalar.wire;
  return v.delimited ? WireType.StartGroup : WireType.LengthDelimited;
}

export function isPackable(v: FieldValue): v is ScalarValue | EnumValue {
  return v.kind !== "message" && v.scalar.wire !== WireType.LengthDelimited;
}

/** From the wire type to the shape of the property, and back; `at` passes on the position in the input. */
export function toLocal(out: Output, v: FieldValue, x: string, at = ""): string {
  switch (v.adapter) {
    case "none":
      return x;
    case "string":
      return `\`\${${x}}\``;
    case "number":
      return `${out.codec("longToNumber")}(${x}${at})`;
    case "name":
      return `${out.enumNames((v as EnumValue).enum)}.toLocal(${x})`;
    case "wrapper":
      return `${x}.value`;
    case "struct":
      return `${out.json("structToJson")}(${x})`;
    case "time":
      return `${timeForm(out, v as TimeValue)}.toLocal(${x}${at})`;
  }
}

export function toWire(out: Output, v: FieldValue, x: string): string {
  switch (v.adapter) {
    case "none":
      return x;
    case "string":
    case "number":
      return `${out.codec("toBigint")}(${x})`;
    case "name":
      return `${out.enumNames((v as EnumValue).enum)}.toWire(${x})`;
    case "wrapper":
      return `new ${out.shape((v as MessageValue).message)}({ value: ${x} })`;
    case "struct":
      return `${out.json("structFromJson")}(${x}, ${structClasses(out, (v as MessageValue).message)})`;
    case "time":
      return `${timeForm(out, v as TimeValue)}.toWire(${x})`;
  }
}

/** The element's letter in MessageInfo. */
export function infoLetter(v: FieldValue): string {
  if (v.kind === "enum") return v.adapter === "name" ? "n" : "N";
  if (v.kind === "scalar") return v.adapter === "none" ? v.scalar.letter : v.scalar.letter.toLowerCase();
  if (v.adapter === "struct") return "s";
  if (v.adapter === "time") return "t";
  if (v.adapter === "wrapper") return scalars.get(v.message.fields[0]!.scalar!)!.letter;
  return v.delimited ? "J" : "K";
}

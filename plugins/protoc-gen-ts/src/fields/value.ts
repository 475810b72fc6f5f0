import { type DescEnum, type DescExtension, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { FieldOptions_JSType, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { hasRequired, type ScalarInfo, scalars } from "@protoloom/plugin-kit";
import type { Options } from "../options.js";
import type { Output } from "../output.js";
import { hasSpecialJson, structClasses } from "../special-json.js";

/**
 * What one element of a field is: the field itself, an item of its list, a value of its map. `adapter` says that the
 * property has another shape than the type on the wire.
 */
export type Value = ScalarValue | EnumValue | MessageValue;

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
  readonly adapter: "none";
}

export interface MessageValue {
  readonly kind: "message";
  readonly message: DescMessage;
  readonly adapter: "none" | "wrapper" | "struct";
  /** The delimited encoding, also known as a group. */
  readonly delimited: boolean;
}

const int32 = scalars.get(ScalarType.INT32)!;

export function valueType(field: DescField | DescExtension, options: Options): Value {
  if (field.message !== undefined) {
    return { kind: "message", message: field.message, adapter: messageAdapter(field), delimited: field.delimitedEncoding ?? false };
  }
  if (field.enum !== undefined) return { kind: "enum", enum: field.enum, scalar: int32, adapter: "none" };
  const shape = longShape(options, field);
  return {
    kind: "scalar",
    scalar: scalars.get(field.scalar!)!,
    adapter: shape === "bigint" ? "none" : shape,
    verify: field.utf8Validation,
  };
}

/** The shape of a 64-bit field; "bigint" for all other fields, which have no choice. jstype goes before the option. */
export function longShape(options: Options, field: DescField | DescExtension): "bigint" | "string" | "number" {
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

/** As in protobuf-es: a singular wrapper is its value, a Struct is a JSON object; not within oneof and Value. */
function messageAdapter(field: DescField | DescExtension): MessageValue["adapter"] {
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(field.message)) return "wrapper";
  const isInValue = field.kind === "field" && field.parent.typeName === "google.protobuf.Value";
  return field.message!.typeName === "google.protobuf.Struct" && !isInValue ? "struct" : "none";
}

/** The value that a wrapper message holds. */
export function wrapped(out: Output, v: MessageValue): ScalarValue {
  return valueType(v.message.fields[0]!, { ...out.options, int64: "bigint" }) as ScalarValue;
}

/** The TypeScript type of an element. */
export function tsType(out: Output, v: Value): string {
  switch (v.kind) {
    case "scalar":
      return v.adapter === "none" ? v.scalar.ts : v.adapter;
    case "enum":
      return out.shapeType(v.enum);
    case "message":
      if (v.adapter === "wrapper") return tsType(out, wrapped(out, v));
      return v.adapter === "struct" ? out.jsonType("JsonObject") : out.shapeType(v.message);
  }
}

/** The TypeScript type of an element in an init: the init of a message instead of the message, bigint for any 64-bit integer. */
export function initType(out: Output, v: Value): string {
  if (v.adapter === "string" || v.adapter === "number") return `${v.adapter} | bigint`;
  return v.kind === "message" && v.adapter === "none" ? out.initType(v.message) : tsType(out, v);
}

/** Whether an element of an init is converted: everything else is taken as it is. */
export function isInitConverted(v: Value): boolean {
  return v.kind === "message" ? v.adapter === "none" : v.adapter !== "none";
}

/** An element of an init, one that is converted: a message from its init, a 64-bit integer from the bigint of protobuf-es. */
export function fromInit(out: Output, v: Value, x: string): string {
  return v.kind === "message" ? `${out.codec("initMessage")}(${out.shape(v.message)}, ${x})` : `${initLong(out, v)}(${x})`;
}

/** The function that converts a 64-bit integer of an init. */
export function initLong(out: Output, v: ScalarValue | EnumValue): string {
  return out.codec(v.adapter === "number" ? "initNumber" : "initString");
}

/** A number as a value of the enum: constants do not take any number, as a TypeScript enum does. */
function asEnum(out: Output, v: Value, x: string, suffix = ""): string {
  return v.kind === "enum" && out.options.enums === "const" ? `${x}« as ${out.shapeType(v.enum)}${suffix}»` : x;
}

/** The zero value as an expression; for an enum its first value. */
export function zero(out: Output, v: ScalarValue | EnumValue): string {
  if (v.kind === "scalar" && v.scalar.ts === "Uint8Array") return out.codec("emptyBytes");
  if (v.kind === "enum") return String(v.enum.values[0]!.number);
  return v.adapter === "string" ? '"0"' : v.adapter === "number" ? "0" : v.scalar.zero;
}

/** A message without anything set. The constructor's type wants required fields, which a decoder has not read yet. */
export function fresh(out: Output, message: DescMessage): string {
  if (out.hasParts(message)) return `new ${out.part(message, "new")}()`;
  return `new ${out.shape(message)}(${hasRequired(message) ? "«undefined!»" : ""})`;
}

/** A message without anything set, in the shape of its property. */
export function emptyMessage(out: Output, v: MessageValue): string {
  if (v.adapter === "struct") return "{}";
  return v.adapter === "wrapper" ? zero(out, wrapped(out, v)) : fresh(out, v.message);
}

/**
 * Uses x as `v`, in a variable of its own where properties of it are read: the engine keeps one record for all reads of
 * a property of one variable, and takes the slow way when it has seen arrays and bytes there (bench: otlp).
 */
export function ownVariable(x: string, use: string): string {
  return `{ const v = ${x}; ${use} }`;
}

/** The condition under which a field with implicit presence is written. */
export function isNonZero(out: Output, v: ScalarValue | EnumValue, x: string): string {
  if (v.kind === "scalar" && v.scalar.ts === "Uint8Array") return `${x}.length !== 0`;
  if (v.kind === "scalar" && (v.scalar.proto === "double" || v.scalar.proto === "float")) return `(${x} !== 0 || 1 / ${x} < 0)`;
  if (v.adapter === "number") return `${x} != 0`; // functions of protobuf-es put 0n there
  return `${x} !== ${zero(out, v)}`;
}

export function wireType(v: Value): WireType {
  if (v.kind !== "message") return v.scalar.wire;
  return v.delimited ? WireType.StartGroup : WireType.LengthDelimited;
}

export function isPackable(v: Value): v is ScalarValue | EnumValue {
  return v.kind !== "message" && v.scalar.wire !== WireType.LengthDelimited;
}

/** From the type on the wire to the shape of the property, and back; `at` hands on where in the input it stands. */
function toLocal(out: Output, v: Value, x: string, at = ""): string {
  switch (v.adapter) {
    case "none":
      return x;
    case "string":
      return `\`\${${x}}\``;
    case "number":
      return `${out.codec("longToNumber")}(${x}${at})`;
    case "wrapper":
      return `${x}.value`;
    case "struct":
      return `${out.json("structToJson")}(${x})`;
  }
}

function toWire(out: Output, v: Value, x: string): string {
  switch (v.adapter) {
    case "none":
      return x;
    case "string":
    case "number":
      return `${out.codec("toBigint")}(${x})`;
    case "wrapper":
      return `new ${out.shape((v as MessageValue).message)}({ value: ${x} })`;
    case "struct":
      return `${out.json("structFromJson")}(${x}, ${structClasses(out, (v as MessageValue).message)})`;
  }
}

// --- binary

/**
 * Reads one element whose head is read: n is its varint or length, s where that begins, p the position behind it. `set`
 * makes the statement that stores an expression, `current` is the message to merge with, if there is one.
 */
export function readValue(out: Output, v: Value, tag: number, current: string | undefined, set: (x: string) => string): string {
  return v.kind === "message" ? readMessage(out, v, tag, current, set) : readScalar(out, v, set);
}

function readMessage(out: Output, v: MessageValue, tag: number, current: string | undefined, set: (x: string) => string): string {
  const read = out.binary(v.message, "read");
  const empty = fresh(out, v.message);
  const target = current === undefined ? empty : mergeTarget(out, v, current, empty);
  if (v.delimited) return `${set(toLocal(out, v, `${out.codec("readGroup")}(${read}, ${target}, ${tag}, s, end, d - 1)`))} p = ${out.codec("next")} | 0;`;
  return set(toLocal(out, v, `${read}(${target}, p, p += n, d - 1)`));
}

function mergeTarget(out: Output, v: MessageValue, current: string, empty: string): string {
  if (v.adapter === "none") return `${current} ?? ${empty}`;
  return `${current} === undefined ? ${empty} : ${toWire(out, v, `${current}«!»`)}`; // "!": the compiler narrows no expression
}

function readScalar(out: Output, v: ScalarValue | EnumValue, set: (x: string) => string): string {
  const s = v.scalar;
  switch (s.proto) {
    case "string":
      return set(`${out.codec(v.kind === "scalar" && !v.verify ? "readRawString" : "readString")}(p, p += n)`);
    case "bytes":
      return set(`${out.codec("readBytes")}(p, p += n)`);
    case "int32":
      return set(asEnum(out, v, "n"));
    case "uint32":
      return set("n >>> 0");
    case "sint32":
      return set("(n >>> 1) ^ -(n & 1)");
  }
  const read = (args: string): string => set(toLocal(out, v, `${out.codec(`read${s.name}`)}(${args})`, ", s"));
  return s.wire === WireType.Varint ? read("n, p - s") : `${read("s, end")} p = s + ${s.size};`;
}

/** Reads a packed field of n bytes at p, and moves p behind it, into the list x, which is also what the expression returns. */
export function readPacked(out: Output, v: ScalarValue | EnumValue, x: string): string {
  const read = out.codec(`readPacked${v.scalar.name}`);
  if (v.adapter === "none") return asEnum(out, v, `${read}(${x}, p, p += n)`, "[]");
  const map = v.adapter === "string" ? "(x) => `${x}`" : `(x) => ${out.codec("longToNumber")}(x, s)`;
  return `${x}.concat(${read}([], p, p += n).map(${map}))`;
}

/** Writes the bytes of a tag. */
export function writeTag(number: number, wire: WireType): string {
  const bytes: string[] = [];
  let tag = ((number << 3) | wire) >>> 0;
  for (; tag > 127; tag >>>= 7) bytes.push(`b[p++] = ${(tag & 127) | 128};`);
  return [...bytes, `b[p++] = ${tag};`].join(" ");
}

/** Writes one element x with its tag. */
export function writeValue(out: Output, v: Value, number: number, x: string): string {
  const tag = writeTag(number, wireType(v));
  if (v.kind !== "message") return `${tag} p = ${out.codec(writer(v))}(${toWire(out, v, x)}, p);`;
  const write = out.binary(v.message, "write");
  const m = toWire(out, v, x);
  if (v.delimited) return `${tag} p = ${write}(${m}, p); ${writeTag(number, WireType.EndGroup)} if (p > ${out.codec("capacity")}) ${out.codec("overflow")}(p);`;
  return `${tag} ${lengthPrefixed(out, (p) => `${write}(${m}, ${p})`)}`;
}

function writer(v: ScalarValue | EnumValue): string {
  return v.kind === "scalar" && v.scalar.proto === "string" && !v.verify ? "writeRawString" : `write${v.scalar.name}`;
}

/** Leaves room for the length that was right the last time, writes the body, and puts the length in front of it. */
function lengthPrefixed(out: Output, body: (p: string) => string): string {
  const guess = out.variable("l");
  out.guesses.push(guess);
  return `{ const r = ${guess}, e = ${body("p + r")}; if (r === 1 && e - p < 129) { b[p] = e - p - 1; p = e; } else { p = ${out.codec("patchLength")}(p, r, e); ${guess} = ${out.codec("reserved")}; } }`;
}

/** Writes the elements of a packed list x, of which there is at least one. */
export function writePacked(out: Output, v: ScalarValue | EnumValue, number: number, x: string): string {
  const wire = v.adapter === "none" ? x : `${x}.map(${out.codec("toBigint")})`;
  return `${writeTag(number, WireType.LengthDelimited)} p = ${out.codec(`writePacked${v.scalar.name}`)}(${wire}, p);`;
}

/** The most bytes of one element and its tag; 0 where the element itself sees to the room. */
export function fixedSize(v: Value): number {
  return v.kind === "message" ? 0 : v.scalar.size;
}

// --- JSON

/** The JSON text of one element, as an expression. */
export function jsonText(out: Output, v: Value, x: string): string {
  switch (v.kind) {
    case "scalar":
      return `${out.json(jsonWriter(v))}(${x})`;
    case "enum":
      return `${out.json("writeEnum")}(${x}, ${out.suffixed(v.enum, "$json")}, o)`;
    case "message":
      if (v.adapter === "wrapper") return jsonText(out, wrapped(out, v), x);
      if (v.adapter === "struct") return `${out.json("writeStructObject")}(${x})`;
      return `${out.jsonCodec(v.message, "write")}(${x}, o)`;
  }
}

/** The JSON text of a list x of elements, where one call writes all of them. */
export function jsonListText(out: Output, v: Value, x: string): string | undefined {
  const isNumber = v.kind === "scalar" && (v.scalar.ts === "number" || v.scalar.ts === "bigint");
  return isNumber ? `${out.json(`${jsonWriter(v)}s`)}(${x})` : undefined;
}

const jsonNames: Record<string, string> = {
  sint32: "Int32",
  sfixed32: "Int32",
  fixed32: "Uint32",
  sint64: "Int64",
  sfixed64: "Int64",
  fixed64: "Uint64",
};

function jsonWriter(v: ScalarValue): string {
  return `write${jsonNames[v.scalar.proto] ?? v.scalar.name}`;
}

export function jsonReader(v: ScalarValue): string {
  return `read${jsonNames[v.scalar.proto] ?? v.scalar.name}`;
}

/** The function that reads one element from a JSON value. */
export function jsonFunction(out: Output, v: ScalarValue): string {
  const read = out.json(jsonReader(v));
  return v.adapter === "none" ? read : `(v«: ${out.jsonType("JsonValue")}») => ${toLocal(out, v, `${read}(v)`)}`;
}

/** Whether JSON null is a value of the type: google.protobuf.Value and NullValue. */
export function takesNull(v: Value): boolean {
  return v.kind === "message" ? v.message.typeName === "google.protobuf.Value" : v.kind === "enum" && v.enum.typeName === "google.protobuf.NullValue";
}

/** The element's letter in MessageInfo. */
export function infoLetter(v: Value): string {
  if (v.kind === "enum") return "N";
  if (v.kind === "scalar") return v.adapter === "none" ? v.scalar.letter : v.scalar.letter.toLowerCase();
  if (v.adapter === "struct") return "s";
  if (v.adapter === "wrapper") return scalars.get(v.message.fields[0]!.scalar!)!.letter;
  return v.delimited ? "J" : "K";
}

export function jsonParser(v: ScalarValue): string {
  return `parse${jsonNames[v.scalar.proto] ?? v.scalar.name}`;
}

/** An expression that reads an element from JSON text, at the cursor. */
export function jsonParsed(out: Output, v: Value): string {
  switch (v.kind) {
    case "scalar":
      return toLocal(out, v, `${out.json(jsonParser(v))}()`);
    case "enum":
      return asEnum(out, v, `${out.json("parseEnum")}(${out.suffixed(v.enum, "$json")}, o)`);
    case "message": {
      if (v.adapter === "wrapper") return jsonParsed(out, wrapped(out, v));
      if (v.adapter === "struct") return `${out.json("readStructObject")}(${out.json("parseValue")}(), o)`;
      if (hasSpecialJson(v.message)) return `${out.jsonCodec(v.message, "read")}(${fresh(out, v.message)}, ${out.json("parseValue")}(), o)`;
      if (out.hasParts(v.message) && parsesJson(v.message)) return `${out.part(v.message, "parseJson")}(${fresh(out, v.message)}, o)`;
      return `${out.json("parseMessage")}(${out.jsonOf(v.message)}, ${fresh(out, v.message)}, o)`;
    }
  }
}

/** Whether a message that is not compact has a function that reads it from JSON text: JSON of its own goes by a tree. */
export function parsesJson(message: DescMessage): boolean {
  return !hasSpecialJson(message) && message.fields.every(hasPlainName);
}

/** Whether the field's names in JSON stand in a list of keys, and in text, as they are. */
function hasPlainName({ jsonName }: DescField): boolean {
  return /^[\w.$-]+$/.test(jsonName);
}

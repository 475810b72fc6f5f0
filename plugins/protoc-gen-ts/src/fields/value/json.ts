import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type FieldValue, type ScalarValue, wrapped } from "@protoloom/plugin-kit";
import type { Output } from "../../output.js";
import { hasSpecialJson } from "../../special-json.js";
import {asEnum, fresh, type TimeValue, timeForm, toLocal, toWire} from "./value.js";

/** The JSON text of one element, as an expression. */
export function jsonText(out: Output, v: FieldValue, x: string): string {
  switch (v.kind) {
    case "scalar":
      return `${out.json(jsonWriter(v))}(${x})`;
    case "enum":
      return `${out.json("writeEnum")}(${toWire(out, v, x)}, ${out.suffixed(v.enum, "$json")}, o)`;
    case "message":
      if (v.adapter === "wrapper") return jsonText(out, wrapped(v), x);
      if (v.adapter === "struct") return `${out.json("writeStructObject")}(${x})`;
      if (v.adapter === "time") return `${timeForm(out, v as TimeValue)}.writeJson(${x})`;
      return `${out.jsonCodec(v.message, "write")}(${x}, o)`;
  }
}

/**
 * The statements that append a field's value x to the text `s`, after `key`. The quotes of a string are in the texts of
 * its key and of what comes after it, so `c` says how the text ends: 1, or 2 within a string.
 */
export function appendJson(out: Output, v: FieldValue, key: string, x: string): string {
  return isText(v) ? `s = s + ${key} + ${out.json("escapeString")}(${x}); c = 2;` : `s = s + ${key} + ${jsonText(out, v, x)}; c = 1;`;
}

/** Whether it is a string: the runtime has quotes in the texts of the keys of these fields. */
function isText(v: FieldValue): boolean {
  return v.kind === "message" && v.adapter === "wrapper" ? isText(wrapped(v)) : v.kind === "scalar" && v.scalar.proto === "string";
}

/** The JSON text of a list x of elements, if one call writes them all. */
export function jsonListText(out: Output, v: FieldValue, x: string): string | undefined {
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

/** Whether JSON null is a value of the type, as for google.protobuf.Value and NullValue. */
export function takesNull(v: FieldValue): boolean {
  return v.kind === "message" ? v.message.typeName === "google.protobuf.Value" : v.kind === "enum" && v.enum.typeName === "google.protobuf.NullValue";
}

export function jsonParser(v: ScalarValue): string {
  return `parse${jsonNames[v.scalar.proto] ?? v.scalar.name}`;
}

/** An expression that reads an element from JSON text, at the cursor. */
export function jsonParsed(out: Output, v: FieldValue): string {
  switch (v.kind) {
    case "scalar":
      return toLocal(out, v, `${out.json(jsonParser(v))}()`);
    case "enum":
      return asEnum(out, v, toLocal(out, v, `${out.json("parseEnum")}(${out.suffixed(v.enum, "$json")}, o)`));
    case "message": {
      if (v.adapter === "wrapper") return jsonParsed(out, wrapped(v));
      const tree = (): string => `${out.json(takesNull(v) ? "parseValue" : "parseTree")}()`;
      if (v.adapter === "struct") return `${out.json("readStructObject")}(${tree()}, o)`;
      if (v.adapter === "time") return `${timeForm(out, v as TimeValue)}.readJson(${tree()}, o)`;
      if (hasSpecialJson(v.message)) return `${out.jsonCodec(v.message, "read")}(${fresh(out, v.message)}, ${tree()}, o)`;
      if (out.hasParts(v.message) && parsesJson(out, v.message)) return `${out.part(v.message, "parseJson")}(${fresh(out, v.message)}, o)`;
      return `${out.json("parseMessage")}(${out.jsonOf(v.message)}, ${fresh(out, v.message)}, o)`;
    }
  }
}

/**
 * Whether a message outside the compact form has a JSON text reader: types with their own JSON form, and all for
 * optimize=size, are read from a tree.
 */
export function parsesJson(out: Output, message: DescMessage): boolean {
  return !out.isSmall && !hasSpecialJson(message) && message.fields.every(hasPlainName);
}

/** Whether the field's JSON names need no escaping in a list of keys and in text. */
function hasPlainName({ jsonName }: DescField): boolean {
  return /^[\w.$-]+$/.test(jsonName);
}

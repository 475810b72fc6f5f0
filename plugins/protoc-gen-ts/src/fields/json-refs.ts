import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { literal, scalars } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { hasSpecialJson } from "../special-json.js";
import * as json from "./value/json.js";
import * as value from "./value/value.js";

/** Whether the JSON name is another than the property's: the field's word then has the flag `j`. */
export function hasJsonName(field: DescField): boolean {
  return field.jsonName !== field.localName;
}

/** Where the references stand: with JsonFields (json/fields), or in the table of the compact form (json/compact-json). */
export type JsonForm = "fields" | "compact";

/**
 * What the reader of JSON trees needs for a field: its name where it has one of its own, of a map what reads the keys, and
 * what reads a value. In the compact form, scalars and keys are found by their letters, and a Struct is written, too.
 */
export function jsonRefs(out: Output, field: DescField, v: value.Value, form: JsonForm): string[] {
  const refs = hasJsonName(field) ? [literal(field.jsonName)] : [];
  if (form === "compact" && isScalar(v)) return refs;
  if (form === "fields" && field.fieldKind === "map") refs.push(jsonKeyReader(out, field));
  refs.push(reader(out, v));
  if (form === "compact" && v.kind === "message" && v.adapter === "struct") refs.push(out.json("writeStructObject"));
  return refs;
}

function isScalar(v: value.Value): boolean {
  return v.kind === "scalar" || (v.kind === "message" && v.adapter === "wrapper");
}

/** The function that reads a key of a map. */
export function jsonKeyReader(out: Output, field: DescField & { readonly fieldKind: "map" }): string {
  const key = scalars.get(field.mapKey)!;
  if (key.ts === "string") return out.json("readString");
  if (key.ts === "boolean") return out.json("readBoolKey");
  return out.json(`${json.jsonReader({ kind: "scalar", scalar: key, adapter: "none", verify: true })}Key`);
}

/** Whether a message is an object of its fields, by code of this file. */
export function hasFields(out: Output, message: DescMessage): boolean {
  return out.hasParts(message) && !hasSpecialJson(message);
}

function reader(out: Output, v: value.Value): string {
  switch (v.kind) {
    case "scalar":
      return json.jsonFunction(out, v);
    case "enum":
      return out.suffixed(v.enum, "$json");
    case "message":
      if (v.adapter === "wrapper") return json.jsonFunction(out, value.wrapped(out, v));
      if (v.adapter === "struct") return out.json("readStructObject");
      return hasFields(out, v.message) ? out.part(v.message, "fields") : out.jsonOf(v.message);
  }
}

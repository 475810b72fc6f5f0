import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type FieldValue, literal, scalars, wrapped } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { hasSpecialJson } from "../special-json.js";
import * as json from "./value/json.js";
import { type TimeValue, timeForm } from "./value/value.js";

/** Whether the JSON name differs from the property name: the field's word then has the flag `j`. */
export function hasJsonName(field: DescField): boolean {
  return field.jsonName !== field.localName;
}

/** The flag of a field whose property, or that of its oneof, has the proto name where the runtime would make another of it. */
export function keptName(out: Output, field: DescField): "p" | "" {
  if (out.options.names === "camel" || field.name.startsWith("[")) return "";
  return /_/.test(`${field.name}${field.oneof?.name ?? ""}`) ? "p" : "";
}

/** The place of the references: JsonFields (json/fields), or the table of the compact form (json/compact). */
export type JsonForm = "fields" | "compact";

/**
 * The references of the JSON tree reader for a field: its JSON name if the word does not imply it, the key reader of a
 * map, and the value reader. In the compact form, scalars and keys are found by their letters, and a Struct also has a
 * writer.
 */
export function jsonRefs(out: Output, field: DescField, v: FieldValue, form: JsonForm): string[] {
  const refs = hasJsonName(field) ? [literal(field.jsonName)] : [];
  if (form === "compact" && isScalar(v)) return refs;
  if (form === "fields" && field.fieldKind === "map") refs.push(jsonKeyReader(out, field));
  refs.push(reader(out, v));
  if (form === "compact" && v.adapter === "struct") refs.push(out.json("writeStructObject"));
  if (form === "compact" && v.adapter === "time") refs.push(`${timeForm(out, v as TimeValue)}.writeJson`);
  return refs;
}

function isScalar(v: FieldValue): boolean {
  return v.kind === "scalar" || (v.kind === "message" && v.adapter === "wrapper");
}

/** The function that reads a key of a map. */
export function jsonKeyReader(out: Output, field: DescField & { readonly fieldKind: "map" }): string {
  const key = scalars.get(field.mapKey)!;
  if (key.ts === "string") return out.json("readString");
  if (key.ts === "boolean") return out.json("readBoolKey");
  return out.json(`${json.jsonReader({ kind: "scalar", scalar: key, adapter: "none", verify: true })}Key`);
}

/** Whether the code of this file reads and writes the message as an object of its fields. */
export function hasFields(out: Output, message: DescMessage): boolean {
  return out.hasParts(message) && !hasSpecialJson(message);
}

function reader(out: Output, v: FieldValue): string {
  switch (v.kind) {
    case "scalar":
      return json.jsonFunction(out, v);
    case "enum":
      return out.suffixed(v.enum, "$json");
    case "message":
      if (v.adapter === "wrapper") return json.jsonFunction(out, wrapped(v));
      if (v.adapter === "struct") return out.json("readStructObject");
      if (v.adapter === "time") return `${timeForm(out, v as TimeValue)}.readJson`;
      return hasFields(out, v.message) ? out.part(v.message, "fields") : out.jsonOf(v.message);
  }
}

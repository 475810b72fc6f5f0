import type { DescField } from "@bufbuild/protobuf";
import { type EnumValue, type FieldValue, type MessageValue, needsCheck, scalars } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { structClasses } from "../special-json.js";
import { hasJsonName, keptName } from "./json-refs.js";
import { type TimeValue, timeForm } from "./value/value.js";

/** A field's part of the compact table: the flags of its word, and its references (codec/compact/info). */
export interface CompactPart {
  readonly flags: string;
  readonly refs: readonly string[];
}

/** `presence` holds the flags that only the shape knows. */
export function compactPart(out: Output, field: DescField, v: FieldValue, presence = ""): CompactPart {
  const element = compactElement(out, v);
  return {
    flags: `${presence}${isUnverified(field) ? "u" : ""}${element.flags}${keptName(out, field)}${hasJsonName(field) ? "j" : ""}`,
    refs: element.refs,
  };
}

/** Whether text is not checked for UTF-8; applies to map keys too. */
function isUnverified(field: DescField): boolean {
  const types = [field.scalar, field.fieldKind === "map" ? field.mapKey : undefined];
  return !field.utf8Validation && types.some((type) => type !== undefined && scalars.get(type)!.proto === "string");
}

function compactElement(out: Output, v: FieldValue): CompactPart {
  switch (v.kind) {
    case "scalar":
      return { flags: v.adapter === "number" ? "n" : "", refs: [] };
    case "enum":
      return enumPart(out, v);
    case "message":
      return v.adapter === "none" ? messagePart(out, v) : adaptedPart(out, v);
  }
}

function enumPart(out: Output, v: EnumValue): CompactPart {
  if (v.adapter === "name") return { flags: v.enum.open ? "" : "c", refs: [out.enumNames(v.enum)] };
  return v.enum.open ? { flags: "", refs: [] } : { flags: "c", refs: [out.suffixed(v.enum, "$has")] };
}

function messagePart(out: Output, { message }: MessageValue): CompactPart {
  return { flags: needsCheck(message) ? "m" : "", refs: [out.shape(message)] };
}

/** A message represented by something else: a wrapper by its value, a Struct by a JSON object, a time by its form. */
function adaptedPart(out: Output, v: MessageValue): CompactPart {
  const { message, adapter, delimited } = v;
  if (adapter === "time") return { flags: delimited ? "d" : "", refs: [out.jsonClass("Seconds"), timeForm(out, v as TimeValue)] };
  const refs = [out.shape(message)];
  const flags = delimited ? "d" : "";
  if (adapter === "wrapper") return { flags: `w${flags}`, refs };
  const convert = [out.json("structToJson"), out.json("structFromJson"), structClasses(out, message)];
  return { flags, refs: [...refs, ...convert] };
}

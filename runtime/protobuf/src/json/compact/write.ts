import { type CompactFields, checkCases } from "../../codec/compact/fields.js";
import { isSet, ownSource, type Source } from "../../codec/compact/write.js";
import { asList } from "../../codec/list.js";
import { asMap } from "../../codec/map.js";
import type { AnyMessage, FieldKind } from "../../codec/message-info.js";
import type { JsonWriteContext } from "../context.js";
import { writeString } from "../scalar/string.js";
import type { CompactJsonField } from "./field.js";

/**
 * The JSON text of the message, as the generated `X$writeJson` writes it; `writeExtensions` is given if it may have
 * extensions.
 */
export function writeCompact(
  fields: readonly CompactJsonField[],
  oneofs: CompactFields["oneofs"],
  writeExtensions: ((m: AnyMessage, o: JsonWriteContext, separator: string) => string) | undefined,
  m: AnyMessage,
  o: JsonWriteContext,
): string {
  const source = ownSource(m);
  checkCases(oneofs, source);
  let text = "";
  for (const json of fields) {
    const value = writers[json.kind](json, source, o);
    if (value !== undefined)
      text += (text === "" ? "{" : ",") + (o.useProtoFieldName ? json.protoKey : json.jsonKey) + value;
  }
  if (m.$unknown !== undefined) text += writeExtensions?.(m, o, text === "" ? "{" : ",") ?? "";
  return text === "" ? "{}" : `${text}}`;
}

/** The JSON text of a field's value; undefined if it is omitted. */
type WriteField = (json: CompactJsonField, m: Source, o: JsonWriteContext) => string | undefined;

const writers: Readonly<Record<FieldKind, WriteField>> = {
  singular({ field, write }, m, o) {
    const v = m[field.key];
    return isSet(field, v) || (field.isImplicit && o.alwaysEmitImplicit) ? write(v as never, o) : undefined;
  },
  list({ field, write }, m, o) {
    const v = asList<readonly unknown[]>(m[field.key]);
    if (!(v.length > 0) && !o.alwaysEmitImplicit) return undefined;
    let text = "";
    for (let i = 0; i < v.length; i++) text += (i > 0 ? "," : "") + write(v[i] as never, o);
    return `[${text}]`;
  },
  map({ field, write }, m, o) {
    const v = asMap<Readonly<Record<string, unknown>>>(m[field.key]);
    const keys = Object.keys(v);
    if (keys.length === 0 && !o.alwaysEmitImplicit) return undefined;
    return `{${keys.map((key) => `${writeString(key)}:${write(v[key] as never, o)}`).join(",")}}`;
  },
  oneof({ field, write }, m, o) {
    const { case: set, value } = m[field.oneof];
    return set === field.key ? write(value as never, o) : undefined;
  },
};

import { literal } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";

/** Emits the names of the fields, which the JSON writer and the parser of JSON text share. */
export function emitKeys(out: Output, { desc, fields }: CodecModel): void {
  const jsonNames = new Set(fields.map(({ field }) => field.jsonName));
  const names = fields.map(({ field: { jsonName, name } }) => {
    if (jsonName === name) return escaped(jsonName);
    return `${escaped(jsonName)}|${jsonNames.has(name) ? "!" : ""}${escaped(name)}`;
  });
  out.print(`const ${keysOf(out, desc)} = /*@__PURE__*/ ${out.json("keys")}(${literal(names.join(" "))});`);
  out.print();
}

/** The constant with the names. */
export function keysOf(out: Output, desc: CodecModel["desc"]): string {
  return out.suffixed(desc, "$keys");
}

/** The name within a JSON string, without what has a meaning in the list of names. */
function escaped(name: string): string {
  return JSON.stringify(name).slice(1, -1).replace(/[ |!]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

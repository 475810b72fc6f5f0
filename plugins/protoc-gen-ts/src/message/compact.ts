import { hasExtensions } from "../fields/extensions.js";
import type { FieldShape } from "../fields/field-shape.js";
import type { Output } from "../output.js";
import { hasSpecialJson } from "../special-json.js";
import { word } from "./info.js";
import type { Model } from "./model.js";

/** The table of a message in the compact form, for the runtime's interpreter (codec/compact/info). */
export function compactTable(out: Output, { desc, fields }: Model): string {
  const parts = fields.map((shape) => shape.compact(out));
  const words = fields.map((shape, i) => `${word(out, shape, fields[i - 1])}${parts[i]!.flags && "!"}${parts[i]!.flags}`);
  const table = [`"${words.join(" ")}"`, list(parts.flatMap(({ refs }) => refs))];
  if (out.options.json === "methods" && !hasSpecialJson(desc)) table.push(list(jsonRefsOf(out, fields)));
  if (table.length > 2 && hasExtensions(desc)) table.push(out.json("extensions"));
  while (table.at(-1) === list([])) table.pop();
  return list(table);
}

/** The references for the fields' JSON, besides their words. */
export function jsonRefsOf(out: Output, fields: readonly FieldShape[]): string[] {
  return fields.flatMap((shape) => shape.jsonRefs(out, "compact"));
}

function list(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

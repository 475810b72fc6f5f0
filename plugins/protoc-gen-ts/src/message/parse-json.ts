import { fieldValue } from "@protoloom/plugin-kit";
import type { FieldShape } from "../fields/field-shape.js";
import { takesNull } from "../fields/value/json.js";
import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";

/** Up to this many fields, a number has a bit for each. */
const MAX_BITS = 31;

/** Emits the reader of JSON text, which builds no tree; whatever it cannot read is left to the tree reader. */
export function emitParseJson(out: Output, { desc, type, fields }: CodecModel): void {
  if (out.target === "dts") return;
  const parse = out.part(desc, "parseJson");
  const context = out.jsonType("JsonReadContext");
  out.print(`function ${parse}(m«: ${type}», o«: ${context}»)«: ${type}» {`);
  out.print(`  ${out.json("enter")}(o);`);
  if (fields.length === 0) out.print(`  if (${out.json("openObject")}()) ${out.json("giveUp")}();`);
  else emitLoop(out, fields, out.part(desc, "fields"));
  out.print(`  o.depth--;`);
  out.print(`  return m;`);
  out.print(`}`);
  out.print();
}

function emitLoop(out: Output, fields: readonly FieldShape[], table: string): void {
  const isMany = fields.length > MAX_BITS;
  out.print(`  let k = -1${isMany ? "" : ", n = 0"};`);
  if (isMany) out.print(`  const n = new Uint8Array(${fields.length});`);
  out.print(`  if (${out.json("openObject")}()) do {`);
  out.print(`    k = ${out.json("parseKey")}(${table}, k);`);
  out.print(isMany ? `    ${out.json("onceOfMany")}(n, k);` : `    n = ${out.json("once")}(n, k);`);
  if (fields.every((shape) => isUnsetByNull(out, shape))) out.print(`    if (${out.json("skipNull")}()) continue;`);
  out.print(`    switch (k) {`);
  for (const [index, shape] of fields.entries()) {
    out.print(`      case ${index}: ${shape.parseJson(out).join(" ")} break;`);
  }
  out.print(`    }`);
  out.print(`  } while (${out.json("nextMember")}());`);
}

/**
 * Whether null means that the field is unset, whatever else the message holds. In oneofs this is left to the tree
 * reader.
 */
function isUnsetByNull(out: Output, { field }: FieldShape): boolean {
  return field.oneof === undefined && !(field.fieldKind !== "list" && field.fieldKind !== "map" && takesNull(fieldValue(field, out.options)));
}

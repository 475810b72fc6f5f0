import type { FieldShape } from "../fields/field-shape.js";
import { parsesJson, takesNull, valueType } from "../fields/value.js";
import type { Output } from "../output.js";
import type { Model } from "./model.js";

/** Of so many fields, a number has a bit for each. */
const MAX_BITS = 31;

/** Emits what reads the message from JSON text without a tree; what it cannot read is left to `$readJson`. */
export function emitParseJson(out: Output, { desc, type, fields }: Model): void {
  if (out.target === "dts" || !parsesJson(desc)) return;
  const parse = out.part(desc, "parseJson");
  const context = out.jsonType("JsonReadContext");
  const keys = fields.length === 0 ? undefined : emitKeys(out, desc, fields);
  out.print(`function ${parse}(m«: ${type}», o«: ${context}»)«: ${type}» {`);
  out.print(`  ${out.json("enter")}(o);`);
  if (keys === undefined) out.print(`  if (${out.json("openObject")}()) ${out.json("giveUp")}();`);
  else emitLoop(out, fields, keys);
  out.print(`  o.depth--;`);
  out.print(`  return m;`);
  out.print(`}`);
  out.print();
}

function emitKeys(out: Output, desc: Model["desc"], fields: readonly FieldShape[]): string {
  const jsonNames = new Set(fields.map(({ field }) => field.jsonName));
  const names = fields.map(({ field: { jsonName, name } }) => (jsonNames.has(name) ? jsonName : `${jsonName}|${name}`));
  const keys = out.suffixed(desc, "$keys");
  out.print(`const ${keys} = /*@__PURE__*/ ${out.json("keys")}("${names.join(" ")}");`);
  out.print();
  return keys;
}

function emitLoop(out: Output, fields: readonly FieldShape[], keys: string): void {
  const isMany = fields.length > MAX_BITS;
  out.print(`  let k = -1${isMany ? "" : ", n = 0"};`);
  if (isMany) out.print(`  const n = new Uint8Array(${fields.length});`);
  out.print(`  if (${out.json("openObject")}()) do {`);
  out.print(`    k = ${out.json("parseKey")}(${keys}, k);`);
  out.print(isMany ? `    ${out.json("onceOfMany")}(n, k);` : `    n = ${out.json("once")}(n, k);`);
  if (fields.every((shape) => isUnsetByNull(out, shape))) out.print(`    if (${out.json("skipNull")}()) continue;`);
  out.print(`    switch (k) {`);
  for (const [index, shape] of fields.entries()) {
    out.print(`      case ${index}: ${shape.parseJson(out).join(" ")} break;`);
  }
  out.print(`    }`);
  out.print(`  } while (${out.json("nextMember")}());`);
}

/** Whether null means that the field is not set, whatever else the message holds. */
function isUnsetByNull(out: Output, { field }: FieldShape): boolean {
  return field.oneof === undefined && !(field.fieldKind !== "list" && field.fieldKind !== "map" && takesNull(valueType(field, out.options)));
}

import { hasExtensions } from "../fields/extensions.js";
import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";
import { groupOneofs, printGroup } from "./oneof-groups.js";
import { ownFields } from "./own-fields.js";

/** Emits the JSON writer, which appends text: no tree is built. */
export function emitWriteJson(out: Output, { desc, type, fields }: CodecModel): void {
  if (out.target === "dts") return;
  const write = out.part(desc, "writeJson");
  const Context = out.jsonType("JsonWriteContext");
  const parts = fields.map((shape, i) => ({ oneof: shape.oneof, lines: shape.writeJson(out, `k[${i === 0 ? "0" : `${3 * i} + c`}]«!»`) }));
  const lines = groupOneofs(parts).flatMap((group) => printGroup(out, group));
  const hasText = lines.some((line) => line.includes("c = 2;"));
  if (hasExtensions(desc)) lines.push(`if (m.$unknown !== undefined) { v = ${out.json("writeExtensions")}(m, o, c === 0 ? "{" : ${hasText ? `c === 2 ? '",' : ","` : `","`}); if (v !== "") { s += v; c = 1; } }`);
  const unused = lines.length === 0 ? "_" : "";
  out.print(`function ${write}(${unused}m«: ${type}», ${unused}o«: ${Context}»)«: string» {`);
  if (lines.length === 0) {
    out.print(`  return "{}";`);
  } else {
    for (const line of ownFields(out, desc)) out.print(`  ${line}`);
    if (lines.some((line) => line.includes(" || a) "))) out.print(`  const a = o.alwaysEmitImplicit;`);
    if (fields.length > 0) out.print(`  const k = ${out.json("keyTexts")}(${out.part(desc, "fields")}, o);`);
    out.print(`  let s = "", c = 0${lines.some((line) => /(?<!const )\bv = /.test(line)) ? ", v" : ""};`);
    for (const line of lines) out.print(`  ${line}`);
    out.print(`  return c === 0 ? "{}" : s + ${hasText ? `(c === 2 ? '"}' : "}")` : `"}"`};`);
  }
  out.print(`}`);
  out.print();
}

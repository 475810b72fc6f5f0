import { hasExtensions } from "../fields/extensions.js";
import type { Output } from "../output.js";
import { specialJson } from "../special-json.js";
import type { CodecModel } from "./model.js";
import { ownFields } from "./own-fields.js";

/** Emits the JSON writer, which appends text: no tree is built. */
export function emitWriteJson(out: Output, { desc, type, fields }: CodecModel): void {
  if (out.target === "dts") return;
  const write = out.part(desc, "writeJson");
  const Context = out.jsonType("JsonWriteContext");
  const special = desc.kind === "message" ? specialJson(out, desc) : undefined;
  const lines = special !== undefined ? [] : fields.flatMap((shape) => shape.writeJson(out));
  if (hasExtensions(desc)) lines.push(`if (m.$unknown !== undefined) { v = ${out.json("writeExtensions")}(m, o, c); if (v !== "") { s += v; c = ","; } }`);
  // A field of the same name stands behind a dot, its key behind a quote.
  const usesO = /(?<![.$"])\bo\b/.test(special?.write ?? lines.join("\n"));
  out.print(`function ${write}(${special === undefined && lines.length === 0 ? "_m" : "m"}«: ${type}», ${usesO ? "o" : "_o"}«: ${Context}»)«: string» {`);
  if (special !== undefined) {
    out.print(`  return ${special.write};`);
  } else if (lines.length === 0) {
    out.print(`  return "{}";`);
  } else {
    for (const line of ownFields(out, desc)) out.print(`  ${line}`);
    out.print(`  let s = "", c = "{"${lines.some((line) => /\bv = /.test(line)) ? ", v" : ""};`);
    for (const line of lines) out.print(`  ${line}`);
    out.print(`  return c === "{" ? "{}" : s + "}";`);
  }
  out.print(`}`);
  out.print();
}

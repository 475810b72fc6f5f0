import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";

/** Emits the binary decoder: one loop over the fields, one switch over the tags. */
export function emitRead(out: Output, { desc, type, fields }: CodecModel): void {
  const read = out.part(desc, "read");
  if (out.target === "dts") {
    out.print(`export declare function ${read}(m: ${type}, p: number, end: number, d: number): ${type};`);
    out.print();
    return;
  }
  const cases = fields.flatMap((shape) => shape.read(out));
  const usesN = cases.some((line) => line.includes("n = b[p++]"));
  out.print(`${out.exported(desc)}function ${read}(m«: ${type}», p«: number», end«: number», d«: number»)«: ${type}» {`);
  out.print(`  if (d < 0) ${out.codec("tooDeep")}(p - 1);`);
  out.print(`  const b = ${out.codec("input")};`);
  out.print(`  let ${usesN ? "n = 0, " : ""}s = p, t = 0;`);
  out.print(`  while (p < end) {`);
  out.print(`    s = p;`);
  out.print(`    t = b[p++]«!»;`);
  out.print(`    if (t > 127) { t = ${out.codec("readTag")}(s); p = ${out.codec("next")}; }`);
  out.print(`    switch (t) {`);
  for (const line of cases) {
  out.print(`      ${line}`);
  }
  out.print(`      default:`);
  out.print(`        if ((t & 7) === 4) return ${out.codec("groupEnd")}(m, t, p, d);`);
  out.print(`        p = ${out.codec("readUnknown")}(m, t, p, end, d);`);
  out.print(`    }`);
  out.print(`  }`);
  out.print(`  if (p !== end) ${out.codec("truncated")}(s);`);
  out.print(`  return m;`);
  out.print(`}`);
  out.print();
}

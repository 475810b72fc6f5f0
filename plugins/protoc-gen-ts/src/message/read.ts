import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";

/** Emits the binary decoder: one loop over the fields, one switch over the tags. */
export function emitRead(out: Output, { desc, type, fields }: CodecModel): void {
  if (out.target === "dts") return;
  const read = out.part(desc, "read");
  out.print(`function ${read}(m«: ${type}», p«: number», end«: number», d«: number»)«: ${type}» {`);
  out.print(`  if (d < 0) ${out.codec("tooDeep")}(p - 1);`);
  out.print(`  const b = ${out.codec("input")};`);
  out.print(`  let s = p;`);
  out.print(`  while (p < end) {`);
  out.print(`    let t = b[p++]«!»;`);
  out.print(`    if (t > 127) { t = ${out.codec("readTag")}(p - 1); p = ${out.codec("next")}; }`);
  out.print(`    s = p;`);
  out.print(`    let n = b[p++]«!»;`);
  out.print(`    if (n > 127) { n = ${out.codec("readVarint")}(t, s, end); p = ${out.codec("next")}; }`);
  out.print(`    else if (!(n <= end - p) && (t & 7) === 2) ${out.codec("truncated")}(s - 1);`);
  out.print(`    switch (t) {`);
  for (const line of fields.flatMap((shape) => shape.read(out))) {
  out.print(`      ${line}`);
  }
  out.print(`      default: p = ${out.codec("readUnknown")}(m, t, s, end, d); if (p < 0) return m;`);
  out.print(`    }`);
  out.print(`  }`);
  out.print(`  if (p !== end) ${out.codec("truncated")}(s - 1);`);
  out.print(`  return m;`);
  out.print(`}`);
  out.print();
}

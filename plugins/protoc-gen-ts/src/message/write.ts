import type { Output } from "../output.js";
import type { CodecModel } from "./message.js";
import { ownFields } from "./own-fields.js";

/** Fixed-size fields take so many bytes before the next check: see wire/writer, where the slack is. */
const RUN = 256;

/** Emits the binary encoder: one forward pass in the order of field numbers. */
export function emitWrite(out: Output, { desc, type, fields }: CodecModel): void {
  const write = out.part(desc, "write");
  if (out.target === "dts") {
    out.print(`export declare function ${write}(m: ${type}, p: number): number;`);
    return out.print();
  }
  const capacity = out.codec("capacity");
  const overflow = out.codec("overflow");
  const lines: string[] = [];
  let run = 0;
  for (const shape of fields) {
    const printed = shape.write(out);
    if (run + printed.run > RUN) {
      lines.push(`if (p > ${capacity}) ${overflow}(p);`);
      run = 0;
    }
    run = printed.checked ? 0 : run + printed.run;
    lines.push(...printed.lines);
  }
  for (const guess of out.guesses.splice(0)) out.print(`let ${guess} = 1;`);
  out.print(`${out.exported(desc)}function ${write}(m‹: ${type}›, p‹: number›)‹: number› {`);
  for (const line of ownFields(out, desc)) out.print(`  ${line}`);
  out.print(`  if (p > ${capacity}) ${overflow}(p);`);
  if (lines.some((line) => /(?<!\.)\bb\[/.test(line))) out.print(`  const b = ${out.codec("output")};`);
  if (lines.some((line) => /^v = /.test(line))) out.print(`  let v;`);
  for (const line of lines) out.print(`  ${line}`);
  out.print(`  if (m.$unknown !== undefined) p = ${out.codec("writeUnknownFields")}(m.$unknown, p);`);
  out.print(`  return p;`);
  out.print(`}`);
  out.print();
}

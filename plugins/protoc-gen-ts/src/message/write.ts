import type { FieldWriter } from "../fields/field-shape.js";
import type { Output } from "../output.js";
import type { CodecModel } from "./model.js";
import { groupOneofs, type Part, printGroup } from "./oneof-groups.js";
import { ownFields } from "./own-fields.js";

/** Fixed-size fields take at most this many bytes before the next check; see the slack in wire/writer. */
const RUN = 256;

/** Emits the binary encoder: one forward pass in the order of field numbers. */
export function emitWrite(out: Output, { desc, type, fields }: CodecModel): void {
  if (out.target === "dts") return;
  const write = out.part(desc, "write");
  const capacity = out.codec("capacity");
  const overflow = out.codec("overflow");
  const writers = fields.map((shape) => ({ oneof: shape.oneof, ...shape.write(out) }));
  const lines = withChecks(out, writers, `if (p > ${capacity}) ${overflow}(p);`);
  for (const guess of out.guesses.splice(0)) out.print(`let ${guess} = 1;`);
  for (const line of writers.flatMap(({ entry = [] }) => entry)) out.print(line);
  out.print(`function ${write}(m«: ${type}», p«: number»)«: number» {`);
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

/** The statements of all fields, with a check of the room whenever a run would get too long. */
function withChecks(out: Output, writers: readonly (FieldWriter & Part)[], check: string): string[] {
  const lines: string[] = [];
  let run = 0;
  for (const group of groupOneofs(writers)) {
    const longest = Math.max(...group.parts.map((writer) => writer.run));
    if (run + longest > RUN) {
      lines.push(check);
      run = 0;
    }
    run += longest;
    lines.push(...printGroup(out, group));
  }
  return lines;
}

import { comment } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import type { Model } from "./message.js";

/** Emits the type of the constructor's argument and the function that takes it over. */
export function emitInit(out: Output, { desc, members }: Model): void {
  const name = out.shape(desc);
  const Init = out.target === "js" ? "" : out.initType(desc);
  if (out.target !== "js") {
    out.print(`/**`);
    out.print(` * What \`new ${name}()\` takes: every field but a required one may be left out, and messages may be given as their init.`);
    out.print(` */`);
    out.print(`export interface ${Init} {`);
    for (const member of members) {
      out.print(`${comment(member.desc, "  ")}  ${member.shape.declareInit(out)}`);
    }
    out.print(`}`);
    out.print();
  }
  if (out.target === "dts" || members.length === 0) return;
  out.print(`function ${out.part(desc, "init")}(m‹: ${name}›, i‹: ${Init}›)‹: void› {`);
  for (const { shape } of members) out.print(`  ${shape.init(out)}`);
  out.print(`}`);
  out.print();
}

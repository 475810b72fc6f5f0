import { comment } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import type { Model } from "./model.js";

/** Field names that every object has: members of Object.prototype that protobuf-es does not rename. */
const inherited = new Set(["hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"]);

/** Emits the type of the constructor's argument and the function that applies it. */
export function emitInit(out: Output, { desc, members }: Model): void {
  const name = out.shapeType(desc);
  const Init = out.target === "js" ? "" : out.initType(desc);
  if (out.target !== "js") {
    out.print(`/**`);
    out.print(` * The argument of \`new ${name}()\`. All fields but required ones are optional, and messages may be given as their init.`);
    out.print(` * A message of this type is accepted too, whichever implementation made it, with its unknown fields.`);
    out.print(` */`);
    out.print(`export interface ${Init} {`);
    out.print(`  readonly $typeName?: ${JSON.stringify(desc.typeName)} | undefined;`);
    for (const member of members) {
      out.print(`${comment(member.desc, "  ")}  ${member.shape.declareInit(out)}`);
    }
    out.print(`  readonly $unknown?: readonly ${out.codecType("UnknownField")}[] | undefined;`);
    out.print(`}`);
    out.print();
  }
  if (out.target === "dts" || out.isCompact) return;
  const unused = members.length === 0 ? "_" : "";
  out.print(`function ${out.part(desc, "init")}(${unused}m«: ${name}», ${unused}i«: ${Init}»)«: void» {`);
  if (members.some(({ desc }) => inherited.has(desc.localName))) out.print(`  i = ${out.codec("ownFields")}(i);`);
  for (const { shape } of members) out.print(`  ${shape.init(out)}`);
  out.print(`}`);
  out.print();
}

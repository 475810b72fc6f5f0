import { hasExtensions } from "../fields/extensions.js";
import { parsesJson } from "../fields/value.js";
import type { Output } from "../output.js";
import { jsonRefs } from "./compact.js";
import type { CodecModel, Model } from "./model.js";

/** Emits `X$json`: the JSON codec, of the functions that `emitReadJson` and its like print. */
export function emitJsonCodec(out: Output, { desc, type }: CodecModel): void {
  const parts = [out.part(desc, "readJson"), out.part(desc, "writeJson")];
  if (desc.kind === "message" && out.hasParts(desc) && parsesJson(desc)) parts.push(out.part(desc, "parseJson"));
  emitConst(out, desc, type, `${out.json("messageJson")}(${parts.join(", ")})`);
}

/** The same of a message in the compact form, for json=functions: its class has no JSON. */
export function emitCompactJson(out: Output, { desc, type, fields }: Model): void {
  const parts = [out.info(desc), `[${jsonRefs(out, fields).join(", ")}]`];
  if (hasExtensions(desc)) parts.push(out.json("extensions"));
  emitConst(out, desc, type, `${out.json("compactJson")}(() => [${parts.join(", ")}])`);
}

/** With json=functions other files refer to it, otherwise to the class. */
function emitConst(out: Output, desc: CodecModel["desc"], type: string, value: string): void {
  const isExported = desc.kind === "message" && out.options.json === "functions";
  const head = `const ${out.part(desc, "json")}«: ${out.jsonType("MessageJson")}<${type}>»`;
  if (out.target === "dts") {
    if (isExported) out.print(`export declare ${head.replace(/[«»]/g, "")};`);
  } else {
    out.print(`${isExported ? "export " : ""}${head} = /*@__PURE__*/`);
    out.print(`  ${value};`);
  }
  if (out.target !== "dts" || isExported) out.print();
}

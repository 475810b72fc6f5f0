import type { DescMessage } from "@bufbuild/protobuf";
import { hasExtensions } from "../fields/extensions.js";
import { parsesJson } from "../fields/value/json.js";
import type { Output } from "../output.js";
import { hasSpecialJson, specialJson } from "../special-json.js";
import { jsonRefsOf } from "./compact.js";
import type { CodecModel, Model } from "./model.js";
import { emitParseJson } from "./parse-json.js";
import { emitWriteJson } from "./write-json.js";

/** Emits the JSON codec of a message, or of an extension's holder. */
export function emitJsonCodec(out: Output, model: CodecModel): void {
  if (model.desc.kind === "message" && hasSpecialJson(model.desc)) emitSpecial(out, model.desc, model.type);
  else emitFieldsJson(out, model);
}

/** Emits `X$json` from the runtime expressions that write and read the message. */
function emitSpecial(out: Output, desc: DescMessage, type: string): void {
  const { write, read } = specialJson(out, desc);
  const name = (part: "readJson" | "writeJson"): string => out.part(desc, part);
  if (out.target !== "dts") {
    const context = (part: "Read" | "Write"): string => `«: ${out.jsonType(`Json${part}Context`)}»`;
    const json = `json«: ${out.jsonType("JsonValue")}»`;
    out.print(`function ${name("writeJson")}(m«: ${type}», ${/\bo\)/.test(write) ? "o" : "_o"}${context("Write")})«: string» { return ${write}; }`);
    out.print();
    out.print(`function ${name("readJson")}(m«: ${type}», ${json}, o${context("Read")})«: ${type}» { return ${read}; }`);
    out.print();
  }
  emitConst(out, desc, type, `${out.json("messageJson")}(${name("readJson")}, ${name("writeJson")})`);
}

/** Emits `X$fields`, the writer, the parser, and `X$json`, which combines them. */
function emitFieldsJson(out: Output, model: CodecModel): void {
  const { desc, type } = model;
  emitFields(out, model);
  emitWriteJson(out, model);
  const parts = [out.part(desc, "fields"), out.part(desc, "writeJson")];
  if (desc.kind === "message" && parsesJson(out, desc)) {
    emitParseJson(out, model);
    parts.push(out.part(desc, "parseJson"));
  }
  emitConst(out, desc, type, `${out.json("fieldsJson")}(${parts.join(", ")})`);
}

/** Emits `X$fields`: the fields in JSON. The tree reader works from it, and the others take the keys from it. */
function emitFields(out: Output, { desc, type, fields }: CodecModel): void {
  if (out.target === "dts") return;
  const refs = fields.flatMap((shape) => shape.jsonRefs(out, "fields")).join(", ");
  const args = [
    out.part(desc, "info"),
    desc.kind === "message" ? out.part(desc, "new") : "undefined",
    refs === "" ? "undefined" : `() => [${refs}]`,
    hasExtensions(desc) ? out.json("readExtension") : "undefined",
  ];
  while (args.at(-1) === "undefined") args.pop();
  out.print(`const ${out.part(desc, "fields")}«: ${out.jsonType("JsonFields")}<${type}>» = /*@__PURE__*/`);
  out.print(`  ${out.json("jsonFields")}(${args.join(", ")});`);
  out.print();
}

/** The same for a message in the compact form with json=functions, whose class has no JSON. */
export function emitCompactJson(out: Output, { desc, type, fields }: Model): void {
  const parts = [out.info(desc), `[${jsonRefsOf(out, fields).join(", ")}]`];
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

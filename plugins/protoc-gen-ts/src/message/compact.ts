import { needsCheck } from "@protoloom/plugin-kit";
import { hasExtensions } from "../fields/extensions.js";
import type { Output } from "../output.js";
import { hasSpecialJson } from "../special-json.js";
import { word } from "./info.js";
import type { Model } from "./model.js";
import { emitReadJson } from "./read-json.js";
import { emitWriteJson } from "./write-json.js";

/**
 * Emits the codecs of a message in the compact form (optimize_for = CODE_SIZE): tables, and under the names that
 * generated codecs have, functions that hand them to the runtime's interpreter.
 */
export function emitCompact(out: Output, model: Model): void {
  emitTable(out, model);
  emitBinary(out, model);
  if (out.options.json === "none") return;
  if (hasSpecialJson(model.desc)) {
    emitWriteJson(out, model);
    emitReadJson(out, model);
  } else {
    emitJson(out, model);
  }
}

function emitTable(out: Output, { desc, fields }: Model): void {
  const info = out.part(desc, "info");
  const type = out.codecType("CompactInfo");
  if (out.target === "dts") {
    out.print(`export declare const ${info}: ${type};`);
  } else {
    const parts = fields.map((shape) => shape.compact(out));
    const words = fields.map((shape, i) => `${word(out, shape, fields[i - 1])}${parts[i]!.flags && "!"}${parts[i]!.flags}`);
    out.print(`export const ${info}«: ${type}» = /*@__PURE__*/`);
    out.print(`  ${out.codec("compactInfo")}("${words.join(" ")}"${thunk(parts.flatMap(({ refs }) => refs))});`);
  }
  out.print();
}

/** The references are taken when the message is first used: they may be of files that import this one. */
function thunk(refs: readonly string[]): string {
  return refs.length === 0 ? "" : `, () => [${refs.join(", ")}]`;
}

function emitBinary(out: Output, { desc, type }: Model): void {
  const info = out.part(desc, "info");
  emitFunction(out, out.part(desc, "read"), `m«: ${type}», p«: number», end«: number», d«: number»`, type, () => `${out.codec("readCompact")}(${info}, m, p, end, d)`);
  emitFunction(out, out.part(desc, "write"), `m«: ${type}», p«: number»`, "number", () => `${out.codec("writeCompact")}(${info}, m, p)`);
  if (needsCheck(desc)) emitFunction(out, out.part(desc, "missing"), `m«: ${type}»`, "string | undefined", () => `${out.codec("missingCompact")}(${info}, m)`);
}

function emitJson(out: Output, { desc, type, fields }: Model): void {
  const table = out.suffixed(desc, "$compactJson");
  if (out.target !== "dts") {
    const make = out.json(hasExtensions(desc) ? "extensibleJson" : "compactJson");
    const refs = fields.flatMap((shape) => shape.compact(out).jsonRefs);
    out.print(`const ${table} = /*@__PURE__*/`);
    out.print(`  ${make}(${out.part(desc, "info")}${thunk(refs)});`);
    out.print();
  }
  const value = out.jsonType("JsonValue");
  emitFunction(out, out.part(desc, "writeJson"), `m«: ${type}», o«: ${out.jsonType("JsonWriteContext")}»`, "string", () => `${out.json("writeCompact")}(${table}, m, o)`);
  emitFunction(out, out.part(desc, "readJson"), `m«: ${type}», json«: ${value}», o«: ${out.jsonType("JsonReadContext")}»`, type, () => `${out.json("readCompact")}(${table}, m, json, o)`);
}

function emitFunction(out: Output, name: string, parameters: string, returns: string, body: () => string): void {
  if (out.target === "dts") out.print(`export declare function ${name}(${parameters.replace(/[«»]/g, "")}): ${returns};`);
  else out.print(`export function ${name}(${parameters})«: ${returns}» { return ${body()}; }`);
  out.print();
}

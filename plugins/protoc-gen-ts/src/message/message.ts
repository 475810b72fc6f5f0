import type { DescMessage } from "@bufbuild/protobuf";
import { block } from "@protoloom/plugin-kit";
import { emitJsonType } from "../json-type.js";
import type { Output } from "../output.js";
import { pathOf } from "../type-path.js";
import { emitClass } from "./class.js";
import { emitCompact } from "./compact.js";
import { emitDefaults } from "./defaults.js";
import { emitInfo } from "./info.js";
import { emitInit } from "./init.js";
import { emitJsonFunctions } from "./json-functions.js";
import { emitMissing } from "./missing.js";
import { createModel, type Model } from "./model.js";
import { emitParseJson } from "./parse-json.js";
import { emitRead } from "./read.js";
import { emitReadJson } from "./read-json.js";
import { emitWrite } from "./write.js";
import { emitWriteJson } from "./write-json.js";

/** Emits all that a message has: class, init, codecs, descriptor. */
export function emitMessage(out: Output, desc: DescMessage): void {
  const model = createModel(out, desc);
  emitClass(out, model);
  emitInit(out, model);
  emitDefaults(out, desc);
  emitJsonType(out, desc);
  if (out.isCompact) emitCompact(out, model);
  else emitCodecs(out, model);
  if (out.options.json === "functions") emitJsonFunctions(out, model);
  emitDescriptor(out, desc);
}

function emitCodecs(out: Output, model: Model): void {
  emitInfo(out, model);
  emitRead(out, model);
  emitWrite(out, model);
  emitMissing(out, model);
  if (out.options.json === "none") return;
  emitWriteJson(out, model);
  emitReadJson(out, model);
  emitParseJson(out, model);
}

function emitDescriptor(out: Output, desc: DescMessage): void {
  const name = out.descriptor(desc);
  const shapes = out.options.json_types === "true" ? `, { jsonType: ${out.jsonShape(desc)} }` : "";
  const type = `${out.interopType("GenMessage")}<${out.shapeType(desc)}${shapes}>`;
  out.print(block(`Describes the message ${desc.typeName}.`));
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${type};`);
  } else {
    out.print(`export const ${name}«: ${type}» = /*@__PURE__*/`);
    out.print(`  ${out.interop("messageDesc")}(${out.descriptor(out.file)}, ${pathOf(desc).join(", ")});`);
  }
  out.print();
}

import type { DescMessage } from "@bufbuild/protobuf";
import { block } from "@protoloom/plugin-kit";
import { emitJsonType } from "../json-type.js";
import type { Output } from "../output.js";
import { hasSpecialJson } from "../special-json.js";
import { pathOf } from "../type-path.js";
import { emitValidType, validShape } from "../valid-type.js";
import { emitClass } from "./class.js";
import { emitDefaults } from "./defaults.js";
import { emitInfo } from "./info.js";
import { emitInit } from "./init.js";
import { emitCompactJson, emitJsonCodec } from "./json-codec.js";
import { emitJsonFunctions } from "./json-functions.js";
import { emitMissing } from "./missing.js";
import { createModel, type Model } from "./model.js";
import { emitRead } from "./read.js";
import { emitWrite } from "./write.js";

/** Emits everything for a message: class, init, codecs, descriptor. */
export function emitMessage(out: Output, desc: DescMessage): void {
  const model = createModel(out, desc);
  emitCodecs(out, model);
  emitClass(out, model);
  emitInit(out, model);
  emitDefaults(out, desc);
  emitJsonType(out, desc);
  emitValidType(out, desc);
  emitFunctions(out, model);
  if (out.options.json === "functions") emitJsonFunctions(out, model);
  emitDescriptor(out, desc);
}

/** The declarations before the class. */
function emitCodecs(out: Output, model: Model): void {
  if (!out.isCompact) emitInfo(out, model);
  if (out.options.json === "functions" && hasJsonTable(out, model)) emitCompactJson(out, model);
}

function hasJsonTable(out: Output, { desc }: Model): boolean {
  return out.isCompact && !hasSpecialJson(desc);
}

/** The parts of the codecs. */
function emitFunctions(out: Output, model: Model): void {
  if (!out.isCompact) {
    emitRead(out, model);
    emitWrite(out, model);
    emitMissing(out, model);
  }
  if (out.options.json !== "none" && !hasJsonTable(out, model)) emitJsonCodec(out, model);
}

function emitDescriptor(out: Output, desc: DescMessage): void {
  const name = out.descriptor(desc);
  const json = out.options.json_types === "true" ? `jsonType: ${out.jsonShape(desc)}` : undefined;
  const parts = [json, validShape(out, desc)].filter((part) => part !== undefined);
  const shapes = parts.length === 0 ? "" : `, { ${parts.join(", ")} }`;
  const type = `${out.interopType("GenMessage")}<${out.structure(desc)}${shapes}>`;
  out.print(block(`Describes the message ${desc.typeName}.`));
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${type};`);
  } else {
    out.print(`export const ${name}«: ${type}» = /*@__PURE__*/`);
    out.print(`  ${out.interop("messageDesc")}(${out.descriptor(out.file)}, ${pathOf(desc).join(", ")});`);
  }
  out.print();
}

import type { DescExtension, DescMessage } from "@bufbuild/protobuf";
import { block } from "@protoloom/plugin-kit";
import type { FieldShape, Member, MemberShape } from "../fields/field-shape.js";
import { listShape } from "../fields/list.js";
import { mapShape } from "../fields/map.js";
import { oneofShape } from "../fields/oneof.js";
import { singularShape } from "../fields/singular.js";
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
import { emitRead } from "./read.js";
import { emitReadJson } from "./read-json.js";
import { emitWrite } from "./write.js";
import { emitWriteJson } from "./write-json.js";

/** What the codec emitters need: of a message, or of the holder of an extension's value. */
export interface CodecModel {
  readonly desc: DescMessage | DescExtension;
  /** The TypeScript type of what is encoded. */
  readonly type: string;
  /** The fields in the order of their numbers. */
  readonly fields: readonly FieldShape[];
}

/** A message with the shapes of its members, in the order of declaration. */
export interface Model extends CodecModel {
  readonly desc: DescMessage;
  readonly members: readonly { readonly desc: Member; readonly shape: MemberShape }[];
}

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
}

function createModel(out: Output, desc: DescMessage): Model {
  const members = desc.members.map((member) => ({ desc: member, shape: shapeOf(out, member) }));
  const fields = members.flatMap(({ shape }) => shape.fields).sort((a, b) => a.field.number - b.field.number);
  return { desc, type: out.shapeType(desc), members, fields };
}

function shapeOf(out: Output, member: Member): MemberShape {
  if (member.kind === "oneof") return oneofShape(out, member);
  switch (member.fieldKind) {
    case "list":
      return listShape(out, member);
    case "map":
      return mapShape(out, member);
    default:
      return singularShape(out, member);
  }
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

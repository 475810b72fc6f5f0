import type { DescExtension, DescField } from "@bufbuild/protobuf";
import { doc, elementType, fieldType, fieldValue } from "@protoloom/plugin-kit";
import { defaultOf } from "./default-value.js";
import { listShape } from "./fields/list.js";
import { singularShape } from "./fields/singular.js";
import * as value from "./fields/value/value.js";
import { emitInfo } from "./message/info.js";
import { emitJsonCodec } from "./message/json-codec.js";
import type { CodecModel } from "./message/model.js";
import { emitRead } from "./message/read.js";
import { emitWrite } from "./message/write.js";
import type { Output } from "./output.js";
import { pathOf } from "./type-path.js";

/**
 * Emits an extension: its descriptor, as in protobuf-es, with the codec of its value. The codec is that of a message
 * with one field, `value`, so an extension can be anything that a field can be.
 */
export function emitExtension(out: Output, extension: DescExtension): void {
  const name = out.descriptor(extension);
  const type = valueType(out, extension);
  const holder: CodecModel = {
    desc: extension,
    type: `${out.codecType("ExtensionHolder")}<${holderType(out, extension)}>`,
    fields: shapeOf(out, extension).fields,
  };
  const hasJson = out.options.json !== "none";
  if (out.target !== "dts") {
    emitInfo(out, holder);
    emitRead(out, holder);
    emitWrite(out, holder);
    if (hasJson) emitJsonCodec(out, holder);
  }
  const GenExtension = `${out.interopType("GenExtension")}<${out.structure(extension.extendee)}, ${type}>`;
  out.print(doc(extension));
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${GenExtension};`);
    out.print();
    return;
  }
  out.print(`export const ${name}«: ${GenExtension}» = /*@__PURE__*/`);
  out.print(
    `  ${out.interop("extDesc")}«<${out.structure(extension.extendee)}, ${type}>»(${out.descriptor(out.file)}, {`,
  );
  out.print(`    typeName: ${JSON.stringify(extension.typeName)},`);
  out.print(`    number: ${extension.number},`);
  out.print(`    extendee: ${JSON.stringify(extension.extendee.typeName)},`);
  out.print(`    messageSet: ${isInSet(extension)},`);
  out.print(`    empty: () => ${extension.fieldKind === "list" ? "[]" : "undefined«!»"},`);
  out.print(`    unset: () => ${unset(out, extension)},`);
  out.print(`    info: ${out.part(extension, "info")}« as never»,`);
  if (hasJson) out.print(`    json: ${out.part(extension, "json")}« as never»,`);
  out.print(`  }, ${pathOf(extension).join(", ")});`);
  out.print();
}

function valueType(out: Output, extension: DescExtension): string {
  return fieldType(extension, elementType(out, fieldValue(extension, out.options)));
}

/** Within the holder a singular value may be unset. */
function holderType(out: Output, extension: DescExtension): string {
  return extension.fieldKind === "list" ? valueType(out, extension) : `${valueType(out, extension)} | undefined`;
}

function shapeOf(out: Output, extension: DescExtension) {
  const field = {
    ...extension,
    kind: "field",
    localName: "value",
    name: extension.jsonName,
    number: isInSet(extension) ? 1 : extension.number, // the number of an item may be higher than any field number
    parent: extension.extendee,
  } as unknown as DescField; // an extension differs from a field only in these properties
  return extension.fieldKind === "list" ? listShape(out, field) : singularShape(out, field);
}

/** Whether it is an item of a MessageSet. */
function isInSet({ extendee }: DescExtension): boolean {
  return extendee.proto.options?.messageSetWireFormat === true;
}

function unset(out: Output, extension: DescExtension): string {
  if (extension.fieldKind === "list") return "[]";
  const v = fieldValue(extension, out.options);
  if (v.kind !== "message") return defaultOf(extension, v) ?? value.zero(out, v);
  return v.adapter === "struct" ? "({})" : value.emptyMessage(out, v);
}

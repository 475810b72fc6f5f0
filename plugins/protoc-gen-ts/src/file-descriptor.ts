import { clone, create, type DescFile } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  FieldOptions_JSType,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { block, isSettled, longShape } from "@protoloom/plugin-kit";
import { embeddedDescriptor } from "./embedded-descriptor.js";
import type { Output } from "./output.js";

/** Emits `file_x`: the descriptor of the whole file, decoded on first use. */
export function emitFileDescriptor(out: Output): void {
  const { file } = out;
  const name = out.descriptor(file);
  const GenFile = out.interopType("GenFile");
  out.print(block(`Describes the file ${file.proto.name}.`));
  if (out.target === "dts") {
    out.print(`export declare const ${name}: ${GenFile};`);
  } else {
    const imports = file.dependencies.map((dependency) => out.descriptor(dependency)).join(", ");
    const settler = out.options.names === "proto" ? "protoNames" : isSettled(file) ? "settleNames" : undefined;
    const deps = imports === "" ? (settler === undefined ? "" : ", undefined") : `, () => [${imports}]`;
    const settle = settler === undefined ? "" : `, ${out.interop(settler)}`;
    out.print(`export const ${name}«: ${GenFile}» = /*@__PURE__*/`);
    out.print(`  ${out.interop("fileDesc")}("${embeddedDescriptor(describe(out))}"${deps}${settle});`);
  }
  out.print();
}

/**
 * The descriptor, with jstype set where the option int64 changes the shape of 64-bit fields, because reflection follows
 * jstype.
 */
function describe(out: Output): FileDescriptorProto {
  if (out.options.int64 !== "string") return out.file.proto;
  const fields = [...nestedTypes(out.file)].flatMap((type) => (type.kind === "message" ? type.fields : []));
  const strings = fields.filter((field) => field.fieldKind !== "map" && longShape(out.options, field) === "string");
  if (strings.length === 0) return out.file.proto;
  return withJsType(out.file, new Set(strings.map((field) => `${field.parent.typeName}.${field.name}`)));
}

function withJsType(file: DescFile, names: ReadonlySet<string>): FileDescriptorProto {
  const proto = clone(FileDescriptorProtoSchema, file.proto);
  const visit = (prefix: string, messages: FileDescriptorProto["messageType"]): void => {
    for (const message of messages) {
      const typeName = prefix === "" ? message.name : `${prefix}.${message.name}`;
      for (const field of message.field) {
        if (!names.has(`${typeName}.${field.name}`)) continue;
        field.options = clone(FieldOptionsSchema, field.options ?? create(FieldOptionsSchema));
        field.options.jstype = FieldOptions_JSType.JS_STRING;
      }
      visit(typeName, message.nestedType);
    }
  };
  visit(proto.package, proto.messageType);
  return proto;
}

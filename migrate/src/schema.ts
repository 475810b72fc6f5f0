import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  isWrapperDesc,
} from "@bufbuild/protobuf/wkt";
import { settleNames } from "@protoloom/protobuf/interop";

const shipped = [
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

/** The project's protos and the well-known types. All names that a migration writes come from here. */
export class Schema {
  /** The files by their proto paths. */
  readonly files: ReadonlyMap<string, DescFile>;

  /** Takes the files of one or more compilations, each file after its imports. */
  constructor(compilations: readonly (readonly FileDescriptorProto[])[]) {
    const own = compilations.flatMap((file) => [
      ...createFileRegistry(create(FileDescriptorSetSchema, { file: [...file] })).files,
    ]);
    for (const file of own) settleNames(file);
    this.files = new Map([...shipped, ...own].map((file) => [`${file.name}.proto`, file]));
  }
}

/** The messages and enums of a file, nested ones after those around them. */
export function typesOf(file: DescFile): (DescMessage | DescEnum)[] {
  return [...nestedTypes(file)].filter((type) => type.kind === "message" || type.kind === "enum");
}

/** The name of a type without its package: `Order.Item`. */
export function localName(type: { readonly typeName: string; readonly file: DescFile }): string {
  const pkg = type.file.proto.package;
  return type.typeName.slice(pkg === "" ? 0 : pkg.length + 1);
}

/** Whether the type is one of `@protoloom/protobuf/wkt`. */
export function isWellKnown({ typeName }: { readonly typeName: string }): boolean {
  return typeName.startsWith("google.protobuf.");
}

/** The wrapper of a singular field. In our classes the bare value stands for it, outside of oneofs. */
export function wrapperOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind !== "message" || field.oneof !== undefined) return undefined;
  return isWrapperDesc(field.message) ? field.message : undefined;
}

/** Whether a singular field holds google.protobuf.Struct, which is a plain object in our classes. */
export function isStruct(field: DescField): boolean {
  return field.fieldKind === "message" && field.message.typeName === "google.protobuf.Struct";
}

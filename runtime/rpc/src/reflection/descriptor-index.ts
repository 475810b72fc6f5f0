import { type DescFile, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** Finds files by their declarations. Built on the first request. */
export class DescriptorIndex {
  readonly #roots: readonly DescFile[];
  readonly #files = new Map<string, DescFile>();
  readonly #symbols = new Map<string, DescFile>();
  readonly #messages = new Set<string>();
  readonly #extensions = new Map<string, Map<number, DescFile>>();

  constructor(roots: readonly DescFile[]) {
    this.#roots = roots;
  }

  /** The file and all that it imports, each as a serialized FileDescriptorProto, the file first. */
  fileNamed(name: string): Uint8Array[] | undefined {
    return closure(this.#built().#files.get(name));
  }

  /** By the full name of a message, field, oneof, enum, value, extension, service or method. */
  fileWithSymbol(symbol: string): Uint8Array[] | undefined {
    return closure(this.#built().#symbols.get(symbol));
  }

  fileWithExtension(typeName: string, number: number): Uint8Array[] | undefined {
    return closure(this.#built().#extensions.get(typeName)?.get(number));
  }

  /** The extension numbers of a message, in order; undefined if the message is unknown. */
  extensionNumbers(typeName: string): number[] | undefined {
    const built = this.#built();
    if (!built.#messages.has(typeName)) return undefined;
    return [...(built.#extensions.get(typeName)?.keys() ?? [])].sort((a, b) => a - b);
  }

  #built(): this {
    if (this.#files.size === 0) for (const root of this.#roots) this.#addFile(root);
    return this;
  }

  #addFile(file: DescFile): void {
    const name = file.proto.name;
    if (this.#files.has(name)) return;
    this.#files.set(name, file);
    for (const dependency of file.dependencies) this.#addFile(dependency);
    for (const type of nestedTypes(file)) {
      this.#symbols.set(type.typeName, file);
      if (type.kind === "message") this.#addMessage(type, file);
      else if (type.kind === "service")
        for (const method of type.methods) this.#addMember(type.typeName, method.name, file);
      else if (type.kind === "enum")
        for (const value of type.values) this.#addMember(scopeOf(type.typeName), value.name, file);
      else this.#addExtension(type.extendee.typeName, type.number, file);
    }
  }

  #addMessage(message: DescMessage, file: DescFile): void {
    this.#messages.add(message.typeName);
    for (const member of [...message.fields, ...message.oneofs]) this.#addMember(message.typeName, member.name, file);
  }

  #addMember(scope: string, name: string, file: DescFile): void {
    this.#symbols.set(scope === "" ? name : `${scope}.${name}`, file);
  }

  #addExtension(typeName: string, number: number, file: DescFile): void {
    const numbers = this.#extensions.get(typeName) ?? new Map<number, DescFile>();
    this.#extensions.set(typeName, numbers.set(number, file));
  }
}

/** Enum values are in the scope that encloses the enum (descriptor.proto, EnumValueDescriptorProto). */
function scopeOf(typeName: string): string {
  return typeName.slice(0, Math.max(0, typeName.lastIndexOf(".")));
}

function closure(file: DescFile | undefined): Uint8Array[] | undefined {
  if (file === undefined) return undefined;
  const all = new Set([file]);
  for (const each of all) for (const dependency of each.dependencies) all.add(dependency);
  return [...all].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}

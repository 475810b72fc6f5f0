import type { DescEnum, DescExtension, DescFile, DescMessage, DescService, Message } from "@bufbuild/protobuf";
import {
  type GenEnum,
  type GenFile,
  type GenMessage,
  type GenService,
  type GenServiceMethods,
  fileDesc as hydrate,
} from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { type ExtensionCodec, extensionCodec } from "../codec/extension.js";
import type { AnyMessage } from "../codec/message-info.js";
import type { ExtensionJson } from "../json/extension.js";
import type { GenExtension } from "./extension.js";

// A descriptor costs nothing until it is touched: what generated code exports is an object whose properties come from
// accessors on its prototype. The first access decodes the file and gives the real properties to all exported objects
// of the file, in place: they take the place of protobuf-es's own objects everywhere, so that there is one identity.

type Desc = DescFile | DescMessage | DescEnum | DescExtension | DescService;

const keys: Record<Desc["kind"], readonly string[]> = {
  file: "kind edition name dependencies enums messages extensions services deprecated proto toString".split(" "),
  message:
    "kind typeName name file parent fields field oneofs members nestedEnums nestedMessages nestedExtensions deprecated proto toString".split(
      " ",
    ),
  enum: "kind typeName name file parent open values value sharedPrefix deprecated proto toString".split(" "),
  extension:
    "kind typeName name file parent extendee number jsonName oneof deprecated presence utf8Validation proto toString fieldKind listKind mapKind mapKey scalar enum message packed longAsString delimitedEncoding getDefaultValue".split(
      " ",
    ),
  service: "kind typeName name file methods method deprecated proto toString".split(" "),
};

/** A descriptor that is not there yet. */
interface Lazy {
  readonly owner: LazyFile;
  readonly find: (file: DescFile) => Desc;
}

const pending = new WeakMap<object, Lazy>();

/** A file whose descriptor is not decoded yet: what it takes to do it, and the objects that wait for it. */
class LazyFile {
  private readonly base64: string;
  private readonly imports: (() => readonly DescFile[]) | undefined;
  private readonly waiting: object[] = [];
  private resolved = false;

  constructor(base64: string, imports: (() => readonly DescFile[]) | undefined) {
    this.base64 = base64;
    this.imports = imports;
  }

  /** An object that becomes the descriptor that `find` returns. */
  promise(kind: Desc["kind"], find: (file: DescFile) => Desc): Desc {
    const desc = Object.create(prototypeOf(kind)) as Desc;
    pending.set(desc, { owner: this, find });
    this.waiting.push(desc);
    if (this.resolved) throw new Error(`descriptor of ${kind} made after its file was resolved`);
    return desc;
  }

  resolve(): void {
    if (this.resolved) return;
    this.resolved = true;
    const imports = this.imports?.().slice();
    const real = hydrate(this.base64, imports);
    const adopted = new Map<object, object>();
    for (const desc of this.waiting) adopted.set(pending.get(desc)!.find(real), desc);
    for (const [from, to] of adopted) adopt(from, to);
    replace(real, adopted);
    this.waiting.length = 0;
  }
}

const prototypes = new Map<Desc["kind"], object>();

function prototypeOf(kind: Desc["kind"]): object {
  let prototype = prototypes.get(kind);
  if (prototype === undefined) {
    prototype = {};
    for (const key of keys[kind]) {
      Object.defineProperty(prototype, key, {
        configurable: true,
        get(this: object) {
          pending.get(this)?.owner.resolve();
          return Reflect.getOwnPropertyDescriptor(this, key)?.value;
        },
      });
    }
    prototypes.set(kind, prototype);
  }
  return prototype;
}

/** Gives `to` all properties of `from`, and makes it an ordinary object. */
function adopt(from: object, to: object): void {
  pending.delete(to);
  Object.setPrototypeOf(to, Object.prototype);
  Object.defineProperties(to, Object.getOwnPropertyDescriptors(from));
}

/** Replaces every reference to an adopted descriptor within the file. */
function replace(file: DescFile, adopted: ReadonlyMap<object, object>): void {
  const swap = (holder: object): void => {
    for (const [key, value] of Object.entries(holder)) {
      if (Array.isArray(value)) value.forEach((item, i) => adopted.has(item) && (value[i] = adopted.get(item)));
      else if (adopted.has(value)) (holder as Record<string, unknown>)[key] = adopted.get(value);
    }
  };
  const now = (desc: object): object => adopted.get(desc) ?? desc;
  const types = [...nestedTypes(file)];
  for (const type of types) {
    const target = now(type);
    swap(target);
    if (type.kind === "message") for (const member of [...type.fields, ...type.oneofs]) swap(member);
    if (type.kind === "enum") for (const value of type.values) swap(value);
    if (type.kind === "service") for (const method of type.methods) swap(method);
  }
  swap(now(file));
}

const files = new WeakMap<DescFile, LazyFile>();

/** The descriptor of a file, from its serialized form; `imports` are the descriptors of the files that it imports. */
export function fileDesc(base64: string, imports?: () => readonly DescFile[]): GenFile {
  const lazy = new LazyFile(base64, imports);
  const file = lazy.promise("file", (real) => real) as GenFile;
  files.set(file, lazy);
  return file;
}

/** A message, by its position in the file: index of the message, of the nested message, and so on. */
export function messageDesc<M extends Message>(file: DescFile, ...path: number[]): GenMessage<M> {
  return files.get(file)!.promise("message", (real) => messageAt(real, path)!) as GenMessage<M>;
}

export function enumDesc<E extends number>(file: DescFile, ...path: number[]): GenEnum<E> {
  return files.get(file)!.promise("enum", (real) => {
    const parent = messageAt(real, path.slice(0, -1));
    return (parent?.nestedEnums ?? real.enums)[path.at(-1)!]!;
  }) as GenEnum<E>;
}

export function extDesc<E extends AnyMessage, V>(
  file: DescFile,
  codec: ExtensionCodec<V> & ExtensionJson<V>,
  ...path: number[]
): GenExtension<E, V> {
  const extension = files.get(file)!.promise("extension", (real) => {
    const parent = messageAt(real, path.slice(0, -1));
    return (parent?.nestedExtensions ?? real.extensions)[path.at(-1)!]!;
  });
  return Object.defineProperty(extension, extensionCodec, { value: codec }) as GenExtension<E, V>;
}

export function serviceDesc<T extends GenServiceMethods>(file: DescFile, index: number): GenService<T> {
  return files.get(file)!.promise("service", (real) => real.services[index]!) as unknown as GenService<T>;
}

function messageAt(file: DescFile, path: readonly number[]): DescMessage | undefined {
  let message: DescMessage | undefined;
  for (const index of path) message = (message?.nestedMessages ?? file.messages)[index];
  return message;
}

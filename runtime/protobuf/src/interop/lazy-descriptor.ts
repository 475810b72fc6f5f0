import type {
  DescEnum,
  DescExtension,
  DescFile,
  DescMessage,
  DescService,
  JsonValue,
  Message,
} from "@bufbuild/protobuf";
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

// A descriptor costs nothing until it is touched: what generated code exports is an object that has its `kind`, and gets
// the rest from a proxy, its prototype. The first access decodes the file and gives the real properties to all exported
// objects of the file, in place: they take the place of protobuf-es's own objects everywhere, so that there is one
// identity. Whoever enumerates an object that nobody has touched (Object.keys, spread) finds nothing.

type Desc = DescFile | DescMessage | DescEnum | DescExtension | DescService;

/** The files of the descriptors that are not there yet. */
const pending = new WeakMap<object, LazyFile>();

const untouched: object = /*@__PURE__*/ new Proxy(
  {},
  {
    get(target, key, desc: object) {
      const file = pending.get(desc);
      if (file === undefined) return Reflect.get(target, key);
      file.resolve();
      return Reflect.get(desc, key);
    },
  },
);

/** A file whose descriptor is not decoded yet: what it takes to do it, and the objects that wait for it. */
class LazyFile {
  private readonly base64: string;
  private readonly imports: (() => readonly DescFile[]) | undefined;
  private waiting: { readonly desc: object; readonly find: (file: DescFile) => Desc }[] = [];

  constructor(base64: string, imports: (() => readonly DescFile[]) | undefined) {
    this.base64 = base64;
    this.imports = imports;
  }

  /** An object that becomes the descriptor that `find` returns. */
  promise<D extends Desc>(kind: D["kind"], find: (file: DescFile) => D): object {
    const desc = Object.defineProperty(Object.create(untouched) as object, "kind", { value: kind, configurable: true });
    pending.set(desc, this);
    this.waiting.push({ desc, find });
    return desc;
  }

  resolve(): void {
    const real = hydrate(this.base64, this.imports?.().slice());
    const adopted = new Map<object, object>(this.waiting.map(({ desc, find }) => [find(real), desc]));
    for (const [from, to] of adopted) adopt(from, to);
    replace(real, adopted);
    this.waiting = [];
  }
}

/** Gives `to` all properties of `from`, and makes it an ordinary object. */
function adopt(from: object, to: object): void {
  pending.delete(to);
  Object.setPrototypeOf(to, Object.prototype);
  Object.defineProperties(to, Object.getOwnPropertyDescriptors(from));
}

/** Replaces every reference to an adopted descriptor within the file. */
function replace(file: DescFile, adopted: ReadonlyMap<object, object>): void {
  const now = <T>(value: T): T => (typeof value === "object" ? ((adopted.get(value as object) as T) ?? value) : value);
  const swap = (holder: object): void => {
    for (const key of Object.keys(holder) as (keyof typeof holder)[]) {
      const value: unknown = holder[key];
      if (Array.isArray(value)) for (let i = 0; i < value.length; i++) value[i] = now(value[i]);
      else if (now(value) !== value) holder[key] = now(value) as never;
    }
  };
  for (const type of [...nestedTypes(file)].map(now)) {
    swap(type);
    if (type.kind === "message") [...type.fields, ...type.oneofs].forEach(swap);
    if (type.kind === "enum") type.values.forEach(swap);
    if (type.kind === "service") type.methods.forEach(swap);
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
export function messageDesc<M extends Message, O extends MessageShapes = MessageShapes>(
  file: DescFile,
  ...path: number[]
): GenMessage<M, O> {
  return files.get(file)!.promise("message", (real) => messageAt(real, path)!) as GenMessage<M, O>;
}

/** What protobuf-es knows of a message beside its fields. */
interface MessageShapes {
  jsonType?: unknown;
  validType?: unknown;
}

export function enumDesc<E extends number, J extends JsonValue = JsonValue>(
  file: DescFile,
  ...path: number[]
): GenEnum<E, J> {
  return files.get(file)!.promise("enum", (real) => {
    const parent = messageAt(real, path.slice(0, -1));
    return (parent?.nestedEnums ?? real.enums)[path.at(-1)!]!;
  }) as GenEnum<E, J>;
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
  return files.get(file)!.promise("service", (real) => real.services[index]!) as GenService<T>;
}

function messageAt(file: DescFile, path: readonly number[]): DescMessage | undefined {
  let message: DescMessage | undefined;
  for (const index of path) message = (message?.nestedMessages ?? file.messages)[index];
  return message;
}

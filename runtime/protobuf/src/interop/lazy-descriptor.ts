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
import { type ExtensionCodec, extensionCodec } from "../codec/extension.js";
import type { AnyMessage } from "../codec/message-info.js";
import type { ExtensionJson } from "../json/tree/extension.js";
import type { GenExtension } from "./extension.js";

// A descriptor costs nothing until it is first accessed. Generated code exports an empty object whose prototype has its
// `kind` and gets everything else through a proxy. The first access decodes the file and copies the real properties
// onto all exported objects of the file, in place. They replace protobuf-es's own objects everywhere, so each
// descriptor has one identity. Enumerating an object before its first access (Object.keys, spread) finds nothing.

type Settle = (file: DescFile) => void;
type Desc = DescFile | DescMessage | DescEnum | DescExtension | DescService;

/** A file whose descriptor is not decoded yet: its encoded form, and the objects that wait for it. */
class LazyFile {
  private readonly base64: string;
  private readonly imports: (() => readonly DescFile[]) | undefined;
  private readonly settle: Settle | undefined;
  private readonly untouched: object;
  private readonly prototypes: { [kind in Desc["kind"]]?: object } = {};
  private waiting: { readonly desc: object; readonly kind: Desc["kind"]; readonly path: readonly number[] }[] = [];

  constructor(base64: string, imports: (() => readonly DescFile[]) | undefined, settle: Settle | undefined) {
    this.base64 = base64;
    this.imports = imports;
    this.settle = settle;
    const get = (_: object, key: PropertyKey, desc: object): unknown => {
      this.resolve();
      return Reflect.get(desc, key);
    };
    this.untouched = new Proxy({}, { get });
  }

  /**
   * Returns an object that becomes the descriptor at the path: indexes of messages, and last the index in the list of
   * its kind.
   */
  promise(kind: Desc["kind"], path: readonly number[]): object {
    this.prototypes[kind] ??= Object.create(this.untouched, { kind: { value: kind } }) as object;
    const desc = Object.create(this.prototypes[kind]) as object;
    this.waiting.push({ desc, kind, path });
    return desc;
  }

  private resolve(): void {
    const real = hydrate(this.base64, this.imports?.().slice());
    this.settle?.(real);
    const adopted = new Map<object, object>(this.waiting.map(({ desc, kind, path }) => [find(real, kind, path), desc]));
    for (const [from, to] of adopted) adopt(from, to);
    replace(real, adopted);
    this.waiting = [];
  }
}

function find(file: DescFile, kind: Desc["kind"], path: readonly number[]): Desc {
  if (kind === "file") return file;
  let parent: DescFile | DescMessage = file;
  for (const index of path.slice(0, -1)) parent = lists.message(parent)[index]!;
  return lists[kind](parent)[path[path.length - 1]!]!;
}

type Parent = DescFile | DescMessage;

/** The declarations of a file or message. */
const lists = {
  message: (parent: Parent) => (parent.kind === "file" ? parent.messages : parent.nestedMessages),
  enum: (parent: Parent) => (parent.kind === "file" ? parent.enums : parent.nestedEnums),
  extension: (parent: Parent) => (parent.kind === "file" ? parent.extensions : parent.nestedExtensions),
  service: (parent: Parent) => (parent.kind === "file" ? parent.services : []),
};

function typesIn(parent: Parent): Exclude<Desc, DescFile>[] {
  const messages = lists.message(parent);
  const others = [...lists.enum(parent), ...lists.extension(parent), ...lists.service(parent)];
  return [...messages, ...messages.flatMap(typesIn), ...others];
}

/** Copies all properties of `from` to `to`, and makes it an ordinary object. */
function adopt(from: object, to: object): void {
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
  for (const type of typesIn(file).map(now)) {
    swap(type);
    if (type.kind === "message") [...type.fields, ...type.oneofs].forEach(swap);
    if (type.kind === "enum") type.values.forEach(swap);
    if (type.kind === "service") type.methods.forEach(swap);
  }
  swap(now(file));
}

const files = new WeakMap<DescFile, LazyFile>();

/**
 * The descriptor of a file from its serialized form. `imports` are the descriptors of its imports, and `settle` is
 * settleNames if the file needs it.
 */
export function fileDesc(base64: string, imports?: () => readonly DescFile[], settle?: Settle): GenFile {
  const lazy = new LazyFile(base64, imports, settle);
  const file = lazy.promise("file", []) as GenFile;
  files.set(file, lazy);
  return file;
}

/** A message, by its position in the file: the index of the message, of the nested message, and so on. */
export function messageDesc<M extends Message, O extends MessageShapes = MessageShapes>(
  file: DescFile,
  ...path: number[]
): GenMessage<M, O> {
  return files.get(file)!.promise("message", path) as GenMessage<M, O>;
}

/** The properties of protobuf-es messages other than their fields. */
interface MessageShapes {
  jsonType?: unknown;
  validType?: unknown;
}

/**
 * The descriptor of an enum, built when it is first used. `path` leads to it: indexes into messages, then into enums.
 * Called by generated code.
 */
export function enumDesc<E extends number, J extends JsonValue = JsonValue>(
  file: DescFile,
  ...path: number[]
): GenEnum<E, J> {
  return files.get(file)!.promise("enum", path) as GenEnum<E, J>;
}

/** The descriptor and the codec of an extension, built when they are first used. Called by generated code. */
export function extDesc<E extends AnyMessage, V>(
  file: DescFile,
  codec: ExtensionCodec<V> & ExtensionJson<V>,
  ...path: number[]
): GenExtension<E, V> {
  const extension = files.get(file)!.promise("extension", path);
  return Object.defineProperty(extension, extensionCodec, { value: codec }) as GenExtension<E, V>;
}

/** The descriptor of a service, built when it is first used. Called by generated code. */
export function serviceDesc<T extends GenServiceMethods>(file: DescFile, index: number): GenService<T> {
  return files.get(file)!.promise("service", [index]) as GenService<T>;
}

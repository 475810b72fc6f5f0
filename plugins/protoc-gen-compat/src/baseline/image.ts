import {
  create,
  createFileRegistry,
  type DescFile,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
} from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type SourceCodeInfo_Location,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import { createSchema, type Schema } from "../schema.js";

/** A version of a schema as it was compiled. */
export interface Image {
  readonly schema: Schema;
  readonly files: readonly ImageFile[];
  /** The encoded files, without source info. */
  readonly content: ReadonlyMap<string, Uint8Array>;
  /** Whether a file is only there because others import it. */
  readonly imports: ReadonlyMap<string, boolean>;
  /** Whether the source info of a file has this text anywhere; cheaper than to parse it. */
  mentions(file: string, text: string): boolean;
  /** The source locations of a file by path (numbers joined by commas), looked up only where a finding is shown. */
  locations(file: string): ReadonlyMap<string, SourceCodeInfo_Location>;
}

export interface ImageFile {
  readonly desc: DescFile;
  /** Only compiled because others import it, as buf marks it. */
  readonly isImport: boolean;
  /** Which module of the workspace the file is of, as buf marks it. */
  readonly unspecifiedSyntax: boolean;
}

const SET_FILE = 1;
const FILE_NAME = 1;
const FILE_SOURCE_INFO = 9;
/** buf.alpha.image.v1.ImageFileExtension. */
const BUF_EXTENSION = 8042;

/**
 * Reads a FileDescriptorSet or buf image. Three quarters of one is source info, which is set aside here: it is read for
 * the files that have findings. Files that do not differ from those of `like` share its descriptors. Throws Error for
 * what is no descriptor set.
 */
export function parseImage(bytes: Uint8Array, like?: Image): Image {
  const parts = split(bytes);
  const sources = new Map(parts.map(({ name, source }) => [name, source]));
  const kept = reusable(parts, like);
  const protos = parts.map(({ name, bytes }) => kept.get(name)?.proto ?? fromBinary(FileDescriptorProtoSchema, bytes));
  const content = new Map(parts.map(({ name, bytes }) => [name, bytes]));
  return createImage(protos, parts, (file) => sources.get(file), kept, content);
}

/** Files that another image has with the same bytes, and so all that they import: their descriptors serve both. */
function reusable(parts: readonly Part[], like: Image | undefined): Map<string, DescFile> {
  const kept = new Map<string, DescFile>();
  if (like === undefined) return kept;
  const byName = new Map(parts.map((part) => [part.name, part]));
  const same = new Map<string, boolean>();
  const isSame = (name: string): boolean => {
    let known = same.get(name);
    if (known === undefined) {
      same.set(name, false); // should it import itself
      const [part, bytes, desc] = [byName.get(name), like.content.get(name), like.schema.files.get(name)];
      const equal = part !== undefined && bytes !== undefined && Buffer.compare(part.bytes, bytes) === 0;
      known = equal && (desc?.proto.dependency.every(isSame) ?? false);
      same.set(name, known);
      if (known) kept.set(name, desc!);
    }
    return known;
  };
  for (const { name } of parts) isSame(name);
  return kept;
}

/** The same for the JSON form. */
export function parseJsonImage(json: JsonValue, like?: Image): Image {
  return parseImage(
    toBinary(FileDescriptorSetSchema, fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true })),
    like,
  );
}

/** Of files that are there already, as in a request to a plugin. */
export function imageOf(files: readonly FileDescriptorProto[]): Image {
  const sources = new Map(files.map((file) => [file.name, file.sourceCodeInfo]));
  const has = (comment: string | undefined, text: string): boolean => comment?.includes(text) ?? false;
  return {
    ...createImage(
      files,
      files.map(() => ({ isImport: false, unspecifiedSyntax: false })),
      () => undefined,
    ),
    mentions: (file, text) =>
      sources.get(file)?.location.some((each) => has(each.leadingComments, text) || has(each.trailingComments, text)) ??
      false,
    locations: (file) => indexed(sources.get(file)?.location ?? []),
  };
}

function createImage(
  protos: readonly FileDescriptorProto[],
  flags: readonly Omit<ImageFile, "desc">[],
  source: (file: string) => Uint8Array | undefined,
  kept: ReadonlyMap<string, DescFile> = new Map(),
  content: ReadonlyMap<string, Uint8Array> = new Map(),
): Image {
  const descs = new Map(kept);
  if (kept.size === 0) {
    for (const desc of createFileRegistry(create(FileDescriptorSetSchema, { file: inOrder(protos) })).files)
      descs.set(desc.proto.name, desc);
  } else {
    for (const proto of inOrder(protos)) {
      if (!descs.has(proto.name))
        descs.set(proto.name, createFileRegistry(proto, (name) => descs.get(name)).getFile(proto.name)!);
    }
  }
  const files = protos.map((proto, i) => ({
    desc: descs.get(proto.name)!,
    isImport: flags[i]!.isImport,
    unspecifiedSyntax: flags[i]!.unspecifiedSyntax,
  }));
  const indexes = new Map<string, ReadonlyMap<string, SourceCodeInfo_Location>>();
  return {
    schema: createSchema(files.map(({ desc }) => desc)),
    content,
    files,
    imports: new Map(files.map(({ desc, isImport }) => [desc.proto.name, isImport])),
    mentions(file, text) {
      const bytes = source(file);
      return bytes !== undefined && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(text);
    },
    locations(file) {
      let index = indexes.get(file);
      if (index === undefined) {
        const bytes = source(file);
        index = indexed(bytes === undefined ? [] : fromBinary(SourceCodeInfoSchema, bytes).location);
        indexes.set(file, index);
      }
      return index;
    },
  };
}

function indexed(locations: readonly SourceCodeInfo_Location[]): ReadonlyMap<string, SourceCodeInfo_Location> {
  const index = new Map<string, SourceCodeInfo_Location>();
  for (const location of locations) {
    const path = location.path.join();
    if (!index.has(path)) index.set(path, location);
  }
  return index;
}

/** Files behind those that they import, which is what protoc writes and others may not. Throws for what is not there. */
function inOrder(protos: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map(protos.map((proto) => [proto.name, proto]));
  const state = new Map<string, "open" | "done">();
  const ordered: FileDescriptorProto[] = [];
  const visit = (proto: FileDescriptorProto): void => {
    if (state.has(proto.name)) return;
    state.set(proto.name, "open");
    for (const name of proto.dependency) {
      const imported = byName.get(name);
      if (imported === undefined) throw new Error(`${proto.name} imports ${name}, which is not in the image`);
      if (state.get(name) === "open") throw new Error(`${proto.name} and ${name} import each other`);
      visit(imported);
    }
    state.set(proto.name, "done");
    ordered.push(proto);
  };
  protos.forEach(visit);
  return ordered;
}

interface Part extends Omit<ImageFile, "desc"> {
  readonly name: string;
  /** The FileDescriptorProto without source info. */
  readonly bytes: Uint8Array;
  readonly source: Uint8Array | undefined;
}

function split(bytes: Uint8Array): Part[] {
  const reader = new BinaryReader(bytes);
  const parts: Part[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === SET_FILE && wire === WireType.LengthDelimited) parts.push(splitFile(reader.bytes()));
    else if (wire === WireType.EndGroup) throw new Error("not a descriptor set");
    else reader.skip(wire, number);
  }
  if (bytes.length > 0 && parts.length === 0) throw new Error("it holds no files");
  return parts;
}

function splitFile(bytes: Uint8Array): Part {
  const reader = new BinaryReader(bytes);
  const kept: Uint8Array[] = [];
  let name = "";
  let source: Uint8Array | undefined;
  let flags: Omit<ImageFile, "desc"> = { isImport: false, unspecifiedSyntax: false };
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wire] = reader.tag();
    if (wire !== WireType.LengthDelimited) {
      reader.skip(wire, number);
    } else {
      const value = reader.bytes();
      if (number === FILE_SOURCE_INFO) {
        source = value;
        continue;
      }
      if (number === BUF_EXTENSION) {
        flags = readFlags(value);
        continue;
      }
      if (number === FILE_NAME) name = new TextDecoder().decode(value);
    }
    kept.push(bytes.subarray(start, reader.pos));
  }
  return { name, bytes: concat(kept), source, ...flags };
}

function readFlags(bytes: Uint8Array): Omit<ImageFile, "desc"> {
  const reader = new BinaryReader(bytes);
  const flags = { isImport: false, unspecifiedSyntax: false };
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === 1 && wire === WireType.Varint) flags.isImport = reader.bool();
    else if (number === 2 && wire === WireType.Varint) flags.unspecifiedSyntax = reader.bool();
    else reader.skip(wire, number);
  }
  return flags;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

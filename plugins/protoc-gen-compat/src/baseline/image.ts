import { posix } from "node:path";
import { fromBinary, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { InputError } from "../input-error.js";
import { readSourceInfo, type SourceLocation } from "./source-info.js";

/** A compiled version of a schema. Files are decoded on access, since most are never used. */
export interface Image {
  /** Each file follows its imports. */
  readonly files: readonly ImageFile[];
  /** Its files by their proto path. */
  readonly byName: ReadonlyMap<string, ImageFile>;
  /** The folder that it was compiled from, as the user wrote it. Empty for a ready-made image. */
  readonly folder: string;
  /** The path of a file in that folder, or its name if it is not there. */
  inFolder(file: string): string;
  /** Whether the source info of a file contains this text. Cheaper than parsing it. */
  mentions(file: string, text: string): boolean;
  /** The source locations of a file by path (numbers joined by commas). Read only to show a finding. */
  locations(file: string): ReadonlyMap<string, SourceLocation>;
}

export interface ImageFile {
  readonly name: string;
  /** The encoded FileDescriptorProto without source info. */
  readonly content: Uint8Array;
  readonly dependencies: readonly string[];
  /** The content, decoded on first access. Throws InputError. */
  readonly proto: FileDescriptorProto;
  /** Whether it was compiled only as an import. */
  readonly isImport: boolean;
  /** Whether it declares no syntax, as buf marks it. */
  readonly unspecifiedSyntax: boolean;
}

const SET_FILE = 1;
const FILE_NAME = 1;
const FILE_DEPENDENCY = 3;
const FILE_SOURCE_INFO = 9;
/** buf.alpha.image.v1.ImageFileExtension. */
const BUF_EXTENSION = 8042;

/**
 * Reads a FileDescriptorSet or buf image. Errors call it `name`. Source info, three quarters of an image, is set aside. Throws
 * InputError if the bytes are not a descriptor set. `isImport` says which files are imports, beside those that are marked so.
 */
export function parseImage(bytes: Uint8Array, name: string, isImport: (file: string) => boolean = () => false): Image {
  const parts = readable(name, () => split(bytes, name, isImport));
  const files = inOrder(parts, name);
  const byName = new Map(files.map((file) => [file.name, file]));
  const indexes = new Map<string, ReadonlyMap<string, SourceLocation>>();
  return {
    files,
    byName,
    folder: "",
    inFolder: (file) => file,
    mentions(file, text) {
      const source = byName.get(file)?.source;
      return source !== undefined && Buffer.from(source.buffer, source.byteOffset, source.length).includes(text);
    },
    locations(file) {
      let index = indexes.get(file);
      if (index === undefined) {
        const source = byName.get(file)?.source ?? new Uint8Array(0);
        index = readable(`${name}: ${file}`, () => readSourceInfo(source));
        indexes.set(file, index);
      }
      return index;
    },
  };
}

/** A version without files. */
export const emptyImage: Image = {
  files: [],
  byName: new Map(),
  folder: "",
  inFolder: (file) => file,
  mentions: () => false,
  locations: () => new Map(),
};

/** The same for the JSON form. */
export function parseJsonImage(json: JsonValue, name: string): Image {
  const set = readable(name, () => fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true }));
  return parseImage(toBinary(FileDescriptorSetSchema, set), name);
}

/** An image of encoded files, as in a request to a plugin. */
export function imageOf(files: Iterable<Uint8Array>, name: string): Image {
  return parseImage(encodeSet(files), name);
}

/** A FileDescriptorSet of encoded files. */
export function encodeSet(files: Iterable<Uint8Array>): Uint8Array {
  const set = new BinaryWriter();
  for (const file of files) set.tag(SET_FILE, WireType.LengthDelimited).bytes(file);
  return set.finish();
}

/** The path at which the user finds a file of an image. */
export function shownPath({ folder, inFolder }: Image, file: string): string {
  const path = inFolder(file);
  return folder === "" || path.startsWith("/") ? path : posix.join(folder.replaceAll("\\", "/"), path);
}

/** Sorts files after their imports. protoc writes them in this order; others may not. Throws if an import is missing. */
function inOrder<T extends ImageFile>(files: readonly T[], image: string): T[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const state = new Map<string, "open" | "done">();
  const ordered: T[] = [];
  const visit = (file: T): void => {
    if (state.has(file.name)) return;
    state.set(file.name, "open");
    for (const name of file.dependencies) {
      const imported = byName.get(name);
      if (imported === undefined)
        throw new InputError(`cannot read image ${image}: ${file.name} imports ${name}, which is not in it`);
      if (state.get(name) === "open")
        throw new InputError(`cannot read image ${image}: ${file.name} and ${name} import each other`);
      visit(imported);
    }
    state.set(file.name, "done");
    ordered.push(file);
  };
  files.forEach(visit);
  return ordered;
}

function readable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw new InputError(`cannot read image ${name}: ${(e as Error).message.split("\n")[0]}`);
  }
}

interface Part extends ImageFile {
  readonly source: Uint8Array | undefined;
}

function split(bytes: Uint8Array, image: string, isImport: (file: string) => boolean): Part[] {
  const reader = new BinaryReader(bytes);
  const parts: Part[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === SET_FILE && wire === WireType.LengthDelimited)
      parts.push(splitFile(reader.bytes(), image, isImport));
    else if (wire === WireType.EndGroup) throw new Error("it is no descriptor set");
    else reader.skip(wire, number);
  }
  if (parts.length === 0) throw new Error("it holds no files");
  return parts;
}

function splitFile(bytes: Uint8Array, image: string, isImport: (file: string) => boolean): Part {
  const reader = new BinaryReader(bytes);
  const kept: Uint8Array[] = [];
  const dependencies: string[] = [];
  let name = "";
  let source: Uint8Array | undefined;
  let flags = { isImport: false, unspecifiedSyntax: false };
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
      if (number === FILE_NAME) name = text.decode(value);
      else if (number === FILE_DEPENDENCY) dependencies.push(text.decode(value));
    }
    kept.push(bytes.subarray(start, reader.pos));
  }
  const content = Buffer.concat(kept);
  let proto: FileDescriptorProto | undefined;
  return {
    name,
    content,
    dependencies,
    source,
    isImport: flags.isImport || isImport(name),
    unspecifiedSyntax: flags.unspecifiedSyntax,
    get proto() {
      proto ??= readable(`${image}: ${name}`, () => fromBinary(FileDescriptorProtoSchema, content));
      return proto;
    },
  };
}

const text = new TextDecoder();

function readFlags(bytes: Uint8Array): { isImport: boolean; unspecifiedSyntax: boolean } {
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

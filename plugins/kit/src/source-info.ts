import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, SourceCodeInfoSchema } from "@bufbuild/protobuf/wkt";
import { defineLazily } from "./lazy-property.js";
import { MalformedRecord, Records } from "./records.js";

// SourceCodeInfo is most of a request, and only its comments are needed unless there is an error. So it stays serialized
// and never becomes messages.

/** The comments at one place in SourceCodeInfo, as protoc gives them, without the comment marks. */
export interface Comments {
  readonly detached: readonly string[];
  readonly leading: string | undefined;
  readonly trailing: string | undefined;
}

const kept = new WeakMap<FileDescriptorProto, Uint8Array>();

/** Keeps the serialized SourceCodeInfo of a file whose message lacks it. */
export function keepSourceInfo(file: FileDescriptorProto, sourceInfo: Uint8Array): void {
  kept.set(file, sourceInfo);
}

/** Restores the SourceCodeInfo of such a message. It is decoded on access. */
export function exposeSourceInfo(file: FileDescriptorProto): void {
  const bytes = kept.get(file);
  if (bytes !== undefined) defineLazily(file, "sourceCodeInfo", () => fromBinary(SourceCodeInfoSchema, bytes));
}

function sourceInfoOf(file: FileDescriptorProto): Uint8Array {
  const bytes = kept.get(file);
  if (bytes !== undefined) return bytes;
  const { sourceCodeInfo } = file;
  return sourceCodeInfo ? toBinary(SourceCodeInfoSchema, sourceCodeInfo) : new Uint8Array();
}

// Field numbers in SourceCodeInfo and SourceCodeInfo.Location
const LOCATION = 1;
const PATH = 1;
const SPAN = 2;
const LEADING = 3;
const TRAILING = 4;
const DETACHED = 6;

/** The comments of a file by path, its numbers joined by commas. */
export function readComments(file: FileDescriptorProto): Map<string, Comments> {
  const found = new Map<string, Comments>();
  whileSound(() => collectComments(file, found));
  return found;
}

/** Reads SourceCodeInfo, which is not decoded with the request. Returns undefined if it is malformed. */
function whileSound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (e) {
    if (e instanceof MalformedRecord) return undefined;
    throw e;
  }
}

function collectComments(file: FileDescriptorProto, found: Map<string, Comments>): void {
  const { locations, location } = cursors(file);
  while (locations.next()) {
    if (locations.number !== LOCATION) continue;
    let path: number[] = [];
    let comments = none;
    for (location.enter(locations); location.next(); ) {
      if (location.number === PATH) path = location.integers();
      else if (location.number === LEADING) comments = { ...comments, leading: location.text() || undefined };
      else if (location.number === TRAILING) comments = { ...comments, trailing: location.text() || undefined };
      else if (location.number === DETACHED)
        comments = { ...comments, detached: [...comments.detached, location.text()] };
    }
    if (comments !== none) found.set(path.join(), comments);
  }
}

const none: Comments = { detached: [], leading: undefined, trailing: undefined };

const positions = new WeakMap<FileDescriptorProto, Map<string, readonly number[]>>();

/** The start of the element at a path: line and column, both from 0. */
export function readPosition(file: FileDescriptorProto, path: string): readonly number[] | undefined {
  let index = positions.get(file);
  if (index === undefined) {
    index = new Map();
    positions.set(file, index);
    collectPositions(file, index);
  }
  return index.get(path);
}

function collectPositions(file: FileDescriptorProto, found: Map<string, readonly number[]>): void {
  whileSound(() => {
    const { locations, location } = cursors(file);
    while (locations.next()) {
      if (locations.number !== LOCATION) continue;
      let at: number[] = [];
      let span: number[] = [];
      for (location.enter(locations); location.next(); ) {
        if (location.number === PATH) at = location.integers();
        else if (location.number === SPAN) span = location.integers();
      }
      const path = at.join();
      if (!found.has(path)) found.set(path, span);
    }
  });
}

function cursors(file: FileDescriptorProto): { readonly locations: Records; readonly location: Records } {
  const bytes = sourceInfoOf(file);
  return { locations: new Records(bytes), location: new Records(bytes) };
}

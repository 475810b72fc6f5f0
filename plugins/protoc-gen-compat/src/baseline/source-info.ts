import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** The place of an element, and its comments. */
export interface SourceLocation {
  /** Line, column, end line unless it is the same, end column; from 0 (descriptor.proto, SourceCodeInfo.Location.span). */
  readonly span: readonly number[];
  /** All comments of the element, as one text. */
  readonly comments: string;
}

const INFO_LOCATION = 1;
const LOCATION_PATH = 1;
const LOCATION_SPAN = 2;
/** leading_comments, trailing_comments, leading_detached_comments. */
const LOCATION_COMMENTS: readonly number[] = [3, 4, 6];

/**
 * Reads an encoded SourceCodeInfo into locations by path (numbers joined by commas), the first of each path. It is by far the
 * largest part of an image and mostly unused, so comments are decoded on access.
 */
export function readSourceInfo(bytes: Uint8Array): ReadonlyMap<string, SourceLocation> {
  const index = new Map<string, SourceLocation>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === INFO_LOCATION && wire === WireType.LengthDelimited) readLocation(reader, bytes, index);
    else reader.skip(wire, number);
  }
  return index;
}

function readLocation(reader: BinaryReader, bytes: Uint8Array, index: Map<string, SourceLocation>): void {
  let path = "";
  const span: number[] = [];
  const comments: Uint8Array[] = [];
  for (const end = reader.uint32() + reader.pos; reader.pos < end; ) {
    const [number, wire] = reader.tag();
    if (wire !== WireType.LengthDelimited) {
      reader.skip(wire, number); // path and span are packed by every compiler
      continue;
    }
    const length = reader.uint32();
    const part = reader.pos + length;
    if (number === LOCATION_PATH) {
      while (reader.pos < part) path += path === "" ? reader.int32() : `,${reader.int32()}`;
    } else if (number === LOCATION_SPAN) {
      while (reader.pos < part) span.push(reader.int32());
    } else {
      if (LOCATION_COMMENTS.includes(number)) comments.push(bytes.subarray(reader.pos, part));
      reader.pos = part;
    }
  }
  if (index.has(path)) return;
  index.set(path, {
    span,
    get comments() {
      return comments.map((comment) => new TextDecoder().decode(comment)).join("\n");
    },
  });
}

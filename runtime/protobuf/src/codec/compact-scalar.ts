import {
  readPackedBool,
  readPackedDouble,
  readPackedFixed32,
  readPackedFixed64,
  readPackedFloat,
  readPackedInt32,
  readPackedInt64,
  readPackedSfixed32,
  readPackedSfixed64,
  readPackedSint32,
  readPackedSint64,
  readPackedUint32,
  readPackedUint64,
} from "../wire/read-packed.js";
import { rawString as readRawString, string as readString } from "../wire/read-string.js";
import * as reader from "../wire/reader.js";
import { WireType } from "../wire/wire-type.js";
import {
  writePackedBool,
  writePackedDouble,
  writePackedFixed32,
  writePackedFixed64,
  writePackedFloat,
  writePackedInt32,
  writePackedInt64,
  writePackedSfixed32,
  writePackedSfixed64,
  writePackedSint32,
  writePackedSint64,
  writePackedUint32,
  writePackedUint64,
} from "../wire/write-packed.js";
import { rawString as writeRawString, string as writeString } from "../wire/write-string.js";
import * as writer from "../wire/writer.js";
import { emptyBytes } from "./unknown.js";

/** What the interpreter does with a scalar type. */
export interface CompactScalar {
  readonly wire: WireType;
  readonly zero: unknown;
  /** Reads the value at p, and leaves the position behind it in `cursor`. */
  readonly read: (p: number, end: number) => unknown;
  readonly write: (v: never, p: number) => number;
  readonly packed: Packed | undefined;
}

interface Packed {
  readonly read: (list: never[], p: number, end: number) => unknown[];
  readonly write: (list: never, p: number) => number;
}

/** The position behind what the interpreter read last. */
export const cursor: { p: number } = { p: 0 };

let rows: Readonly<Record<string, CompactScalar>> | undefined;

/** The scalar type with this letter in MessageInfo; "i" is text that is not verified. */
export function scalarOf(letter: string): CompactScalar {
  rows ??= createRows();
  return rows[letter]!;
}

function createRows(): Readonly<Record<string, CompactScalar>> {
  const int32 = varint((n) => n, 0, writer.int32, { read: readPackedInt32, write: writePackedInt32 });
  return {
    A: fixed(8, reader.double, 0, writer.double, { read: readPackedDouble, write: writePackedDouble }),
    B: fixed(4, reader.float, 0, writer.float, { read: readPackedFloat, write: writePackedFloat }),
    C: long(reader.int64, writer.int64, { read: readPackedInt64, write: writePackedInt64 }),
    D: long(reader.uint64, writer.uint64, { read: readPackedUint64, write: writePackedUint64 }),
    E: int32,
    F: fixed(8, reader.fixed64, 0n, writer.fixed64, { read: readPackedFixed64, write: writePackedFixed64 }),
    G: fixed(4, reader.fixed32, 0, writer.fixed32, { read: readPackedFixed32, write: writePackedFixed32 }),
    H: {
      wire: WireType.Varint,
      zero: false,
      read: readBool,
      write: writer.bool,
      packed: { read: readPackedBool, write: writePackedBool },
    },
    I: delimited(readString, "", writeString),
    i: delimited(readRawString, "", writeRawString),
    L: delimited(reader.bytes, emptyBytes, writer.bytes),
    M: varint((n) => n >>> 0, 0, writer.uint32, { read: readPackedUint32, write: writePackedUint32 }),
    N: int32,
    O: fixed(4, reader.sfixed32, 0, writer.sfixed32, { read: readPackedSfixed32, write: writePackedSfixed32 }),
    P: fixed(8, reader.sfixed64, 0n, writer.sfixed64, { read: readPackedSfixed64, write: writePackedSfixed64 }),
    Q: varint((n) => (n >>> 1) ^ -(n & 1), 0, writer.sint32, { read: readPackedSint32, write: writePackedSint32 }),
    R: long(reader.sint64, writer.sint64, { read: readPackedSint64, write: writePackedSint64 }),
  };
}

type Write = CompactScalar["write"];

function varint(decode: (n: number) => number, zero: number, write: Write, packed: Packed): CompactScalar {
  const read = (p: number): number => {
    const n = reader.varint32(p);
    cursor.p = reader.next;
    return decode(n);
  };
  return { wire: WireType.Varint, zero, read, write, packed };
}

function readBool(p: number): boolean {
  const n = reader.input[p]!;
  cursor.p = p + 1;
  if (n < 128) return n !== 0;
  const v = reader.longBool(p);
  cursor.p = reader.next;
  return v;
}

function long(decode: (p: number) => bigint, write: Write, packed: Packed): CompactScalar {
  const read = (p: number): bigint => {
    const n = decode(p);
    cursor.p = reader.next;
    return n;
  };
  return { wire: WireType.Varint, zero: 0n, read, write, packed };
}

function fixed(
  size: 4 | 8,
  decode: (p: number) => unknown,
  zero: unknown,
  write: Write,
  packed: Packed,
): CompactScalar {
  const read = (p: number, end: number): unknown => {
    if (end - p < size) reader.truncated(p - 1);
    cursor.p = p + size;
    return decode(p);
  };
  return { wire: size === 8 ? WireType.Bit64 : WireType.Bit32, zero, read, write, packed };
}

function delimited(decode: (p: number, n: number) => unknown, zero: unknown, write: Write): CompactScalar {
  const read = (p: number, end: number): unknown => {
    const n = readLength(p, end);
    p = cursor.p;
    cursor.p = p + n;
    return decode(p, n);
  };
  return { wire: WireType.LengthDelimited, zero, read, write, packed: undefined };
}

/** Reads a length at p, and checks it against the end; the error is at the tag in front, so that it names the field. */
export function readLength(p: number, end: number): number {
  const n = reader.input[p++]!;
  if (n < 128) {
    if (n > end - p) reader.truncated(p - 2);
    cursor.p = p;
    return n;
  }
  const long = reader.length(p - 1, end);
  cursor.p = reader.next;
  return long;
}

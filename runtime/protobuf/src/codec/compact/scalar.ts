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
} from "../../wire/read-packed.js";
import { readRawString, readString } from "../../wire/read-string.js";
import * as reader from "../../wire/reader.js";
import { Bit32, Bit64, LengthDelimited, Varint, type WireType } from "../../wire/wire-type.js";
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
} from "../../wire/write-packed.js";
import { writeRawString, writeString } from "../../wire/write-string.js";
import * as writer from "../../wire/writer.js";
import { emptyBytes } from "../unknown.js";

/** How the interpreter handles a scalar type. */
export interface CompactScalar {
  readonly wire: WireType;
  readonly zero: unknown;
  /** Reads the value whose head `field` has just read, up to p, and leaves the position after it in `cursor`. */
  readonly read: (p: number, end: number) => unknown;
  readonly write: (v: never, p: number) => number;
  readonly packed: Packed | undefined;
}

interface Packed {
  readonly read: (list: never[], p: number, end: number) => unknown[];
  readonly write: (list: never, p: number) => number;
}

/** The position after the interpreter's last read. */
export const cursor: { p: number } = { p: 0 };

let rows: Readonly<Record<string, CompactScalar>> | undefined;

/** The scalar type with this letter in MessageInfo; "i" is text that is not checked for UTF-8. */
export function scalarOf(letter: string): CompactScalar {
  rows ??= createRows();
  return rows[letter]!;
}

function createRows(): Readonly<Record<string, CompactScalar>> {
  const int32 = varint((n) => n, 0, writer.writeInt32, { read: readPackedInt32, write: writePackedInt32 });
  return {
    A: fixed(8, reader.readDouble, 0, writer.writeDouble, { read: readPackedDouble, write: writePackedDouble }),
    B: fixed(4, reader.readFloat, 0, writer.writeFloat, { read: readPackedFloat, write: writePackedFloat }),
    C: varint(reader.readInt64, 0n, writer.writeInt64, { read: readPackedInt64, write: writePackedInt64 }),
    D: varint(reader.readUint64, 0n, writer.writeUint64, { read: readPackedUint64, write: writePackedUint64 }),
    E: int32,
    F: fixed(8, reader.readFixed64, 0n, writer.writeFixed64, { read: readPackedFixed64, write: writePackedFixed64 }),
    G: fixed(4, reader.readFixed32, 0, writer.writeFixed32, { read: readPackedFixed32, write: writePackedFixed32 }),
    H: varint(reader.readBool, false, writer.writeBool, { read: readPackedBool, write: writePackedBool }),
    I: delimited(readString, "", writeString),
    i: delimited(readRawString, "", writeRawString),
    L: delimited(reader.readBytes, emptyBytes, writer.writeBytes),
    M: varint((n) => n >>> 0, 0, writer.writeUint32, { read: readPackedUint32, write: writePackedUint32 }),
    N: int32,
    O: fixed(4, reader.readSfixed32, 0, writer.writeSfixed32, { read: readPackedSfixed32, write: writePackedSfixed32 }),
    P: fixed(8, reader.readSfixed64, 0n, writer.writeSfixed64, {
      read: readPackedSfixed64,
      write: writePackedSfixed64,
    }),
    Q: varint((n) => (n >>> 1) ^ -(n & 1), 0, writer.writeSint32, { read: readPackedSint32, write: writePackedSint32 }),
    R: varint(reader.readSint64, 0n, writer.writeSint64, { read: readPackedSint64, write: writePackedSint64 }),
  };
}

type Write = CompactScalar["write"];

function varint(
  decode: (n: number, size: number) => unknown,
  zero: unknown,
  write: Write,
  packed: Packed,
): CompactScalar {
  const read = (p: number): unknown => {
    cursor.p = p;
    return decode(reader.fieldSize, p - reader.fieldStart);
  };
  return { wire: Varint, zero, read, write, packed };
}

function fixed(
  size: 4 | 8,
  decode: (p: number, end: number) => unknown,
  zero: unknown,
  write: Write,
  packed: Packed,
): CompactScalar {
  const read = (_: number, end: number): unknown => {
    cursor.p = reader.fieldStart + size;
    return decode(reader.fieldStart, end);
  };
  return { wire: size === 8 ? Bit64 : Bit32, zero, read, write, packed };
}

function delimited(decode: (p: number, e: number) => unknown, zero: unknown, write: Write): CompactScalar {
  const read = (p: number): unknown => {
    cursor.p = p + reader.fieldSize;
    return decode(p, cursor.p);
  };
  return { wire: LengthDelimited, zero, read, write, packed: undefined };
}

import {
  dataView,
  floatOf,
  input,
  longBool,
  longVarint,
  malformed,
  next,
  readFixed64,
  readInt64,
  readSfixed64,
  readSint64,
  readUint64,
  truncated,
} from "./reader.js";

// Packed repeated fields: the elements are counted first, four bytes at a time, so that the array is allocated once at
// its exact size (bench: packed int32). The count is bounded by the bytes that are there.

/** The number of varints between p and end, that is, of bytes without a continuation bit. */
function countVarints(p: number, end: number): number {
  const v = dataView();
  const b = input;
  let n = 0;
  for (; p + 4 <= end; p += 4) n += Math.imul((~v.getInt32(p, true) >>> 7) & 0x01010101, 0x01010101) >>> 24;
  for (; p < end; p++) n += (b[p]! >>> 7) ^ 1;
  return n;
}

function grown<T>(a: T[], n: number): T[] {
  if (a.length === 0) return new Array<T>(n);
  a.length += n;
  return a;
}

/**
 * The same for doubles: an array that starts out with doubles is not converted when the first is stored (bench:
 * double).
 */
function grownDoubles(a: number[], n: number): number[] {
  const k = a.length;
  if (k === 0) a = [0.5];
  a.length = k + n;
  return a;
}

// Varints of up to four bytes are extracted from 32-bit words: their sizes are unpredictable, and a branch for each
// costs more than everything else (bench: int32, sint64). The position is local to the loop for the same reason.

/** The bits of the word where a byte has no continuation bit; the lowest belongs to the first such byte. */
function endsIn(word: number): number {
  return ~word & 0x80808080;
}

/** The size of the varint that ends at the lowest of these bits. */
function sizeOf(ends: number): number {
  return 4 - (Math.clz32(ends ^ (ends - 1)) >>> 3);
}

/** The value of the varint that ends at the lowest of these bits. */
function numberOf(word: number, ends: number): number {
  word &= ends ^ (ends - 1);
  return (word & 0x7f) | ((word >>> 1) & 0x3f80) | ((word >>> 2) & 0x1fc000) | ((word >>> 3) & 0xfe00000);
}

/** Reads 32-bit varints, with ZigZag decoding if `zigzag` is set. */
function readVarints(a: number[], p: number, end: number, zigzag: boolean): number[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  while (p < end) {
    const word = p > end - 4 ? -1 : v.getInt32(p, true);
    const ends = endsIn(word);
    let n: number;
    if (ends === 0) {
      n = longVarint(p);
      p = next;
    } else {
      n = numberOf(word, ends);
      p += sizeOf(ends);
    }
    a[k++] = zigzag ? (n >>> 1) ^ -(n & 1) : n;
  }
  if (p !== end) truncated(end - 1);
  return a;
}

/** Reads 64-bit varints; `long` makes those of more than four bytes from the low bits that `longVarint` returns. */
function readLongVarints(
  a: bigint[],
  p: number,
  end: number,
  zigzag: boolean,
  long: (n: number, size: number) => bigint,
): bigint[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  while (p < end) {
    const word = p > end - 4 ? -1 : v.getInt32(p, true);
    const ends = endsIn(word);
    if (ends === 0) {
      a[k++] = long(longVarint(p), 0);
      p = next;
    } else {
      const n = numberOf(word, ends);
      p += sizeOf(ends);
      a[k++] = BigInt(zigzag ? (n >>> 1) ^ -(n & 1) : n);
    }
  }
  if (p !== end) truncated(end - 1);
  return a;
}

export function readPackedInt32(a: number[], p: number, end: number): number[] {
  return readVarints(a, p, end, false);
}

export function readPackedUint32(a: number[], p: number, end: number): number[] {
  let k = a.length;
  a = readVarints(a, p, end, false);
  for (; k < a.length; k++) a[k]! >>>= 0;
  return a;
}

export function readPackedSint32(a: number[], p: number, end: number): number[] {
  return readVarints(a, p, end, true);
}

export function readPackedBool(a: boolean[], p: number, end: number): boolean[] {
  const b = input;
  let k = a.length;
  a = grown(a, countVarints(p, end));
  while (p < end) {
    const c = b[p++]!;
    if (c > 127) {
      a[k++] = longBool(p - 1);
      p = next;
    } else a[k++] = c !== 0;
  }
  if (p !== end) truncated(end - 1);
  return a;
}

export function readPackedInt64(a: bigint[], p: number, end: number): bigint[] {
  return readLongVarints(a, p, end, false, readInt64);
}

export function readPackedUint64(a: bigint[], p: number, end: number): bigint[] {
  return readLongVarints(a, p, end, false, readUint64);
}

export function readPackedSint64(a: bigint[], p: number, end: number): bigint[] {
  return readLongVarints(a, p, end, true, readSint64);
}

export function readPackedFixed64(a: bigint[], p: number, end: number): bigint[] {
  let k = a.length;
  a = grown(a, countFixed(p, end, 8));
  for (; p < end; p += 8) a[k++] = readFixed64(p, end);
  return a;
}

export function readPackedSfixed64(a: bigint[], p: number, end: number): bigint[] {
  let k = a.length;
  a = grown(a, countFixed(p, end, 8));
  for (; p < end; p += 8) a[k++] = readSfixed64(p, end);
  return a;
}

/** The number of floats or doubles that a call reads, for the reason that `writePackedDouble` gives. */
const STRETCH = 256;

export function readPackedDouble(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grownDoubles(a, countFixed(p, end, 8));
  for (; k < a.length; k += STRETCH, p += 8 * STRETCH) readDoubles(v, a, k, Math.min(k + STRETCH, a.length), p);
  return a;
}

function readDoubles(v: DataView, a: number[], k: number, n: number, p: number): void {
  for (; k < n; k++, p += 8) a[k] = v.getFloat64(p, true);
}

export function readPackedFloat(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grownDoubles(a, countFixed(p, end, 4));
  for (; k < a.length; k += STRETCH, p += 4 * STRETCH) readFloats(v, a, k, Math.min(k + STRETCH, a.length), p);
  return a;
}

function readFloats(v: DataView, a: number[], k: number, n: number, p: number): void {
  for (; k < n; k++, p += 4) a[k] = floatOf(v.getInt32(p, true));
}

export function readPackedFixed32(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countFixed(p, end, 4));
  for (; p < end; p += 4) a[k++] = v.getUint32(p, true);
  return a;
}

export function readPackedSfixed32(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countFixed(p, end, 4));
  for (; p < end; p += 4) a[k++] = v.getInt32(p, true);
  return a;
}

function countFixed(p: number, end: number, size: number): number {
  if ((end - p) % size !== 0) malformed(`packed field of ${end - p} bytes, not a multiple of ${size}`, p);
  return (end - p) / size;
}

import {
  dataView,
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
  wholeSigned,
  wholeUnsigned,
} from "./reader.js";

// Packed repeated fields: the elements are counted first, sixteen bytes at a time, so that the array is allocated once at
// its exact size (bench: packed int32). The count is bounded by the bytes that are there.

/** The number of varints between p and end, that is, of bytes without a continuation bit. */
function countVarints(p: number, end: number): number {
  const v = dataView();
  const b = input;
  let n = 0;
  for (; p + 16 <= end; p += 16) {
    const bits = lastBits(v, p) + lastBits(v, p + 4) + lastBits(v, p + 8) + lastBits(v, p + 12);
    n += Math.imul(bits, 0x01010101) >>> 24;
  }
  for (; p < end; p++) n += (b[p]! >>> 7) ^ 1;
  return n;
}

/** A bit in each of the four bytes at p that has no continuation bit. */
function lastBits(v: DataView, p: number): number {
  return (~v.getInt32(p, true) >>> 7) & 0x01010101;
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

// Varints are extracted from 32-bit words: their sizes are unpredictable, and a branch for each costs more than everything
// else (bench: int32, sint64). The position is local to the loop for the same reason.

/** The bits of the word where a byte has no continuation bit; the lowest belongs to the first such byte. */
function endsIn(word: number): number {
  return ~word & 0x80808080;
}

/** The bits up to the lowest of these: those of a varint in its last word, or all where it goes on. */
function upTo(ends: number): number {
  return ends ^ (ends - 1);
}

/** The number of bytes in these bits. */
function sizeOf(bits: number): number {
  return 4 - (Math.clz32(bits) >>> 3);
}

/** The seven bits of each byte, joined. */
function join(word: number): number {
  word = (word & 0x7f007f) | ((word >>> 1) & 0x3f803f80);
  return (word & 0x3fff) | ((word >>> 2) & 0xfffc000);
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
      const bits = upTo(ends);
      n = join(word & bits);
      p += sizeOf(bits);
    }
    a[k++] = zigzag ? (n >>> 1) ^ -(n & 1) : n;
  }
  if (p !== end) truncated(end - 1);
  return a;
}

/**
 * Reads 64-bit varints. `whole` makes the integer of two halves; `long` that of the low bits that `longVarint` returns, for
 * those of more than nine bytes and the last ones.
 */
function readLongVarints(
  a: bigint[],
  p: number,
  end: number,
  zigzag: boolean,
  whole: (lo: number, hi: number) => bigint,
  long: (n: number, size: number) => bigint,
): bigint[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  const last = end - 9;
  while (p <= last) {
    const word0 = v.getInt32(p, true);
    const word1 = v.getInt32(p + 4, true);
    const ends0 = endsIn(word0);
    const ends1 = endsIn(word1);
    const bits0 = upTo(ends0);
    const bits1 = upTo(ends1) & ~((ends0 | -ends0) >> 31); // none if the varint has ended before
    let lo = join(word0 & bits0);
    let hi = join(word1 & bits1);
    lo |= hi << 28;
    hi >>>= 4;
    if ((ends0 | ends1) === 0) {
      const byte = v.getUint8(p + 8);
      if (byte > 127) {
        a[k++] = long(longVarint(p), 0);
        p = next;
        continue;
      }
      hi |= byte << 24;
      p++;
    }
    p += sizeOf(bits0) + sizeOf(bits1);
    if (zigzag) {
      const sign = -(lo & 1);
      lo = ((lo >>> 1) | (hi << 31)) ^ sign;
      hi = (hi >>> 1) ^ sign;
    }
    a[k++] = whole(lo, hi);
  }
  while (p < end) {
    a[k++] = long(longVarint(p), 0);
    p = next;
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
  return readLongVarints(a, p, end, false, wholeSigned, readInt64);
}

export function readPackedUint64(a: bigint[], p: number, end: number): bigint[] {
  return readLongVarints(a, p, end, false, wholeUnsigned, readUint64);
}

export function readPackedSint64(a: bigint[], p: number, end: number): bigint[] {
  return readLongVarints(a, p, end, true, wholeSigned, readSint64);
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
  for (; k < n; k++, p += 4) a[k] = v.getFloat32(p, true);
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

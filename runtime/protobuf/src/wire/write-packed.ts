import { isLittleEndian } from "./platform.js";
import {
  capacity,
  high,
  invalid,
  isNested,
  lengthSize,
  low,
  output,
  overflow,
  patchLength,
  split,
  splitUnsigned,
  varint,
  view,
  writeBool,
  writeInt32,
  writeInt64,
  writeSint32,
  writeSint64,
  writeUint32,
  writeUint64,
} from "./writer.js";

// Packed repeated fields: the length, then the elements. Each function takes the array and the position of the length,
// and returns the position after the last element. Each has its own loop: a function call per element would cost three
// times as much (bench: packed double, packed sint64), and so would a loop over the bytes of a varint.

// Varints are written as words: their sizes are unpredictable, and branching on them costs more than everything else
// (bench: int32, sint64). Excess bytes are overwritten by the next varint, or lie in the slack.

/** Seven bits in each byte. */
function spread(v: number): number {
  v = (v & 0x3fff) | ((v << 2) & 0x3fff0000);
  return (v & 0x7f007f) | ((v << 1) & 0x7f007f00);
}

const WORD_BITS = 28;

/** Writes a varint below 2^28, and returns the position after it. */
function writeWord(dv: DataView, v: number, q: number): number {
  const word = spread(v);
  const free = Math.clz32(word | 1) & 24; // the bits of the bytes that are not needed
  dv.setInt32(q, word | (0x808080 >>> free), true);
  return q + 4 - (free >>> 3);
}

/** The continuation bits in the word that starts with byte `first` of a varint, by the varint's size. */
function continuations(first: number): Int32Array {
  return Int32Array.from({ length: 11 }, (_, size) => {
    let bits = 0;
    for (let i = first; i < first + 4 && i < size - 1; i++) bits |= 0x80 << (8 * (i - first));
    return bits;
  });
}

const more0: Int32Array = /*@__PURE__*/ continuations(0);
const more1: Int32Array = /*@__PURE__*/ continuations(4);
const more2: Int32Array = /*@__PURE__*/ continuations(8);

/** The size of a varint by its number of bits: a seventh, rounded up. */
function sizeOf(bits: number): number {
  return ((bits + 6) * 9363) >>> 16;
}

/** Writes the varint of two halves, and returns the position after it. */
function writeWords(dv: DataView, lo: number, hi: number, q: number): number {
  const zeros = Math.clz32(hi); // 32 where hi is zero, and only then
  const size = sizeOf(64 - zeros - (zeros >>> 5) * Math.clz32(lo | 1));
  dv.setInt32(q, spread(lo) | more0[size]!, true);
  dv.setInt32(q + 4, spread((lo >>> 28) | (hi << 4)) | more1[size]!, true);
  dv.setInt32(q + 8, ((hi >>> 24) & 0x7f) | ((hi >>> 31) << 8) | more2[size]!, true);
  return q + size;
}

// Several elements at a time: after each store through a DataView, V8 checks anew what kind of array this is, and loads its
// length (bench: int32, sint64).

/** Writes four varints of any size, and returns the position after them. */
function writeFour(v0: number, v1: number, v2: number, v3: number, q: number): number {
  return varint(v3, varint(v2, varint(v1, varint(v0, q))));
}

export function writePackedInt32(a: readonly number[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 2);
  let q = p + reserved;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    if (q > end) overflow(q + n - i);
    const v0 = a[i]!;
    const v1 = a[i + 1]!;
    const v2 = a[i + 2]!;
    const v3 = a[i + 3]!;
    if (v0 !== (v0 | 0) || v1 !== (v1 | 0) || v2 !== (v2 | 0) || v3 !== (v3 | 0)) invalid();
    if ((v0 | v1 | v2 | v3) >>> WORD_BITS === 0) {
      q = writeWord(dv, v0, q);
      q = writeWord(dv, v1, q);
      q = writeWord(dv, v2, q);
      q = writeWord(dv, v3, q);
    } else {
      q = writeFourSigned(v0, v1, v2, v3, q);
    }
  }
  for (; i < n; i++) {
    if (q > end) overflow(q + n - i);
    q = writeInt32(a[i]!, q);
  }
  return patchLength(p, reserved, q);
}

function writeFourSigned(v0: number, v1: number, v2: number, v3: number, q: number): number {
  return writeInt32(v3, writeInt32(v2, writeInt32(v1, writeInt32(v0, q))));
}

export function writePackedUint32(a: readonly number[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 2);
  let q = p + reserved;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    if (q > end) overflow(q + n - i);
    const v0 = a[i]!;
    const v1 = a[i + 1]!;
    const v2 = a[i + 2]!;
    const v3 = a[i + 3]!;
    if (v0 !== v0 >>> 0 || v1 !== v1 >>> 0 || v2 !== v2 >>> 0 || v3 !== v3 >>> 0) invalid();
    if ((v0 | v1 | v2 | v3) >>> WORD_BITS === 0) {
      q = writeWord(dv, v0, q);
      q = writeWord(dv, v1, q);
      q = writeWord(dv, v2, q);
      q = writeWord(dv, v3, q);
    } else {
      q = writeFour(v0, v1, v2, v3, q);
    }
  }
  for (; i < n; i++) {
    if (q > end) overflow(q + n - i);
    q = writeUint32(a[i]!, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedSint32(a: readonly number[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 2);
  let q = p + reserved;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    if (q > end) overflow(q + n - i);
    const s0 = a[i]!;
    const s1 = a[i + 1]!;
    const s2 = a[i + 2]!;
    const s3 = a[i + 3]!;
    if (s0 !== (s0 | 0) || s1 !== (s1 | 0) || s2 !== (s2 | 0) || s3 !== (s3 | 0)) invalid();
    const v0 = (s0 << 1) ^ (s0 >> 31);
    const v1 = (s1 << 1) ^ (s1 >> 31);
    const v2 = (s2 << 1) ^ (s2 >> 31);
    const v3 = (s3 << 1) ^ (s3 >> 31);
    if ((v0 | v1 | v2 | v3) >>> WORD_BITS === 0) {
      q = writeWord(dv, v0, q);
      q = writeWord(dv, v1, q);
      q = writeWord(dv, v2, q);
      q = writeWord(dv, v3, q);
    } else {
      q = writeFour(v0, v1, v2, v3, q);
    }
  }
  for (; i < n; i++) {
    if (q > end) overflow(q + n - i);
    q = writeSint32(a[i]!, q);
  }
  return patchLength(p, reserved, q);
}

// The halves of two 64-bit integers.
const halves = new Int32Array(4);
const signedPair = new BigInt64Array(halves.buffer);
const unsignedPair = new BigUint64Array(halves.buffer);

export function writePackedInt64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    if (q > end) overflow(q + n - i);
    const v0 = a[i]!;
    const v1 = a[i + 1]!;
    signedPair[0] = v0;
    signedPair[1] = v1;
    if (signedPair[0] !== v0 || signedPair[1] !== v1) invalid();
    const lo0 = halves[0]!;
    const hi0 = halves[1]!;
    const lo1 = halves[2]!;
    const hi1 = halves[3]!;
    q = writeWords(dv, lo0, hi0, q);
    q = writeWords(dv, lo1, hi1, q);
  }
  if (i < n) {
    if (q > end) overflow(q + 1);
    q = writeInt64(a[i]!, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedUint64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    if (q > end) overflow(q + n - i);
    const v0 = a[i]!;
    const v1 = a[i + 1]!;
    unsignedPair[0] = v0;
    unsignedPair[1] = v1;
    if (unsignedPair[0] !== v0 || unsignedPair[1] !== v1) invalid();
    const lo0 = halves[0]!;
    const hi0 = halves[1]!;
    const lo1 = halves[2]!;
    const hi1 = halves[3]!;
    q = writeWords(dv, lo0, hi0, q);
    q = writeWords(dv, lo1, hi1, q);
  }
  if (i < n) {
    if (q > end) overflow(q + 1);
    q = writeUint64(a[i]!, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedSint64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    if (q > end) overflow(q + n - i);
    const v0 = a[i]!;
    const v1 = a[i + 1]!;
    signedPair[0] = v0;
    signedPair[1] = v1;
    if (signedPair[0] !== v0 || signedPair[1] !== v1) invalid();
    const lo0 = halves[0]!;
    const hi0 = halves[1]!;
    const lo1 = halves[2]!;
    const hi1 = halves[3]!;
    const sign0 = hi0 >> 31;
    const sign1 = hi1 >> 31;
    q = writeWords(dv, (lo0 << 1) ^ sign0, ((hi0 << 1) | (lo0 >>> 31)) ^ sign0, q);
    q = writeWords(dv, (lo1 << 1) ^ sign1, ((hi1 << 1) | (lo1 >>> 31)) ^ sign1, q);
  }
  if (i < n) {
    if (q > end) overflow(q + 1);
    q = writeSint64(a[i]!, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedBool(a: readonly boolean[], p: number): number {
  const n = a.length;
  p = fixed(p, n);
  for (let i = 0; i < n; i++) p = writeBool(a[i]!, p);
  return p;
}

/** Fixed-size elements: writes the length of them all, and returns where they begin. */
function fixed(p: number, n: number): number {
  if (p + 5 + n > capacity) overflow(p + 5 + n);
  return varint(n, p);
}

/**
 * Doubles are written by a function for this many, and floats likewise: V8 optimizes a function that is called often long before a
 * long loop of one that is called seldom (bench: float, double).
 */
const STRETCH = 256;

export function writePackedDouble(a: readonly number[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 8);
  for (let i = 0; i < n; i += STRETCH) p = writeDoubles(view, a, i, Math.min(i + STRETCH, n), p);
  return p;
}

function writeDoubles(dv: DataView, a: readonly number[], i: number, n: number, p: number): number {
  for (; i < n; i++) {
    const v = a[i]!;
    if (typeof v !== "number") invalid();
    dv.setFloat64(p, v, true);
    p += 8;
  }
  return p;
}

export function writePackedFloat(a: readonly number[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 4);
  for (let i = 0; i < n; i += FLOATS) p = writeFloats(a, i, Math.min(FLOATS, n - i), p);
  return p;
}

// Floats are rounded in an array of their own, whose bytes are then copied: three times as fast as one by one through
// `floatBits`, and in V8's last compiler half as fast again (bench: float). An encode in between would overwrite them.
const FLOATS = 256;
const floatMemory = /*@__PURE__*/ new ArrayBuffer(FLOATS * 4);
const floats = /*@__PURE__*/ new Float32Array(floatMemory);
const floatBytes = /*@__PURE__*/ new Uint8Array(floatMemory);

/** Writes n elements from a[i] on. */
function writeFloats(a: readonly number[], i: number, n: number, p: number): number {
  const isSlow = isNested || !isLittleEndian;
  for (let j = 0; j < n; j++) {
    const v = a[i + j]!;
    if (typeof v !== "number") invalid();
    if (isSlow) view.setFloat32(p + j * 4, v, true);
    else floats[j] = v;
  }
  if (!isSlow) output.set(n < FLOATS ? floatBytes.subarray(0, n * 4) : floatBytes, p);
  return p + n * 4;
}

export function writePackedFixed32(a: readonly number[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 4);
  const dv = view;
  for (let i = 0; i < n; i++) {
    const v = a[i]!;
    if (v !== v >>> 0) invalid();
    dv.setUint32(p, v, true);
    p += 4;
  }
  return p;
}

export function writePackedSfixed32(a: readonly number[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 4);
  const dv = view;
  for (let i = 0; i < n; i++) {
    const v = a[i]!;
    if (v !== (v | 0)) invalid();
    dv.setInt32(p, v, true);
    p += 4;
  }
  return p;
}

export function writePackedFixed64(a: readonly bigint[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 8);
  const dv = view;
  for (let i = 0; i < n; i++) {
    splitUnsigned(a[i]!);
    dv.setInt32(p, low(), true);
    dv.setInt32(p + 4, high(), true);
    p += 8;
  }
  return p;
}

export function writePackedSfixed64(a: readonly bigint[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 8);
  const dv = view;
  for (let i = 0; i < n; i++) {
    split(a[i]!);
    dv.setInt32(p, low(), true);
    dv.setInt32(p + 4, high(), true);
    p += 8;
  }
  return p;
}

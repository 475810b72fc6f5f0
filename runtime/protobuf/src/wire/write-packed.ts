import { isLittleEndian } from "./platform.js";
import {
  capacity,
  floats,
  high,
  invalid,
  lengthSize,
  low,
  negativeInt32,
  output,
  overflow,
  patchLength,
  split,
  splitUnsigned,
  varint,
  view,
  writeBool,
} from "./writer.js";

// Packed repeated fields: the length, then the elements. Each function takes the array and the position of the length,
// and returns the position after the last element. Each has its own loop: a function call per element would cost three
// times as much (bench: packed double, packed sint64), and so would a loop over the bytes of a varint.

// Varints are written as words: their sizes are unpredictable, and branching on them costs more than everything else
// (bench: int32, sint64). Excess bytes are overwritten by the next varint, or lie in the slack.

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

/** Seven bits in each byte. */
function spread(v: number): number {
  return (v & 0x7f) | ((v << 1) & 0x7f00) | ((v << 2) & 0x7f0000) | ((v << 3) & 0x7f000000);
}

const WORD_BITS = 28;

/** Writes a varint below 2^28, and returns the position after it. */
function writeWord(dv: DataView, v: number, q: number): number {
  const size = sizeOf(32 - Math.clz32(v | 1));
  dv.setInt32(q, spread(v) | more0[size]!, true);
  return q + size;
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

export function writePackedInt32(a: readonly number[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 2);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    const v = a[i]!;
    if (v !== (v | 0)) invalid();
    if (v >>> WORD_BITS === 0) q = writeWord(dv, v, q);
    else q = v < 0 ? negativeInt32(v, q) : varint(v, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedUint32(a: readonly number[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 2);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    const v = a[i]!;
    if (v !== v >>> 0) invalid();
    q = v >>> WORD_BITS === 0 ? writeWord(dv, v, q) : varint(v, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedSint32(a: readonly number[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 2);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    const s = a[i]!;
    if (s !== (s | 0)) invalid();
    const v = (s << 1) ^ (s >> 31);
    q = v >>> WORD_BITS === 0 ? writeWord(dv, v, q) : varint(v, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedInt64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    split(a[i]!);
    q = writeWords(dv, low(), high(), q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedUint64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    splitUnsigned(a[i]!);
    q = writeWords(dv, low(), high(), q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedSint64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const dv = view;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    split(a[i]!);
    const lo = low();
    const hi = high();
    const sign = hi >> 31;
    q = writeWords(dv, (lo << 1) ^ sign, ((hi << 1) | (lo >>> 31)) ^ sign, q);
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
  for (let i = 0; i < n; i += floats.length) p = writeFloats(a, i, Math.min(floats.length, n - i), p);
  return p;
}

// Floats are rounded in an array of their own, whose bytes are then copied: three times as fast as one by one through
// `floatBits`, and in V8's last compiler half as fast again (bench: float).
const floatBytes = new Uint8Array(floats.buffer);

/** Writes n elements from a[i] on. */
function writeFloats(a: readonly number[], i: number, n: number, p: number): number {
  for (let j = 0; j < n; j++) {
    const v = a[i + j]!;
    if (typeof v !== "number") invalid();
    floats[j] = v;
  }
  if (isLittleEndian) output.set(n < floats.length ? floatBytes.subarray(0, n * 4) : floatBytes, p);
  else for (let j = 0; j < n; j++) view.setFloat32(p + j * 4, floats[j]!, true);
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

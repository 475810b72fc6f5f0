import {
  bool,
  capacity,
  lengthSize,
  negativeInt32,
  notInteger,
  overflow,
  patchLength,
  scratch,
  split,
  splitUnsigned,
  varint,
  varint64,
  view,
} from "./writer.js";

// Packed repeated fields: the elements behind their length. Each function takes the array and the position where the
// length goes, and returns the position behind the last element. Each has a loop of its own: a function for the element
// costs three times as much (bench: packed double, packed sint64), and so does a loop over the bytes of a varint.

// A varint of up to four bytes is written as a word: how many bytes it has cannot be predicted, and branches on them cost
// more than all else (bench: int32). What it writes too much lies in front of what comes next, or in the slack.

const WORD_BITS = 28;
/** The continuation bits of a varint by the number of its bytes. */
const more: Int32Array = /*@__PURE__*/ Int32Array.of(0, 0, 0x80, 0x8080, 0x808080);

/** The number of bytes of a varint below 2^28: a seventh of its bits, rounded up. */
function sizeOf(v: number): number {
  return ((38 - Math.clz32(v | 1)) * 9363) >>> 16;
}

/** The bytes of a varint of that size. */
function wordOf(v: number, size: number): number {
  return (v & 0x7f) | ((v << 1) & 0x7f00) | ((v << 2) & 0x7f0000) | ((v << 3) & 0x7f000000) | more[size]!;
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
    if (v !== (v | 0)) notInteger();
    if (v >>> WORD_BITS === 0) {
      const size = sizeOf(v);
      dv.setInt32(q, wordOf(v, size), true);
      q += size;
    } else q = v < 0 ? negativeInt32(v, q) : varint(v, q);
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
    if (v !== v >>> 0) notInteger();
    if (v >>> WORD_BITS === 0) {
      const size = sizeOf(v);
      dv.setInt32(q, wordOf(v, size), true);
      q += size;
    } else q = varint(v, q);
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
    if (s !== (s | 0)) notInteger();
    const v = (s << 1) ^ (s >> 31);
    if (v >>> WORD_BITS === 0) {
      const size = sizeOf(v);
      dv.setInt32(q, wordOf(v, size), true);
      q += size;
    } else q = varint(v, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedInt64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    split(a[i]!);
    q = varint64(scratch[0]!, scratch[1]!, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedUint64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    splitUnsigned(a[i]!);
    q = varint64(scratch[0]!, scratch[1]!, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedSint64(a: readonly bigint[], p: number): number {
  const n = a.length;
  const end = capacity;
  const reserved = lengthSize(n * 4);
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    if (q > end) overflow(q + n - i);
    split(a[i]!);
    const lo = scratch[0]!;
    const hi = scratch[1]!;
    const sign = hi >> 31;
    q = varint64((lo << 1) ^ sign, ((hi << 1) | (lo >>> 31)) ^ sign, q);
  }
  return patchLength(p, reserved, q);
}

export function writePackedBool(a: readonly boolean[], p: number): number {
  const n = a.length;
  p = fixed(p, n);
  for (let i = 0; i < n; i++) p = bool(a[i]!, p);
  return p;
}

/** Fixed-size elements: writes the length of them all, and returns where they begin. */
function fixed(p: number, n: number): number {
  if (p + 5 + n > capacity) overflow(p + 5 + n);
  return varint(n, p);
}

function notNumber(): never {
  throw new TypeError("expected a number");
}

export function writePackedDouble(a: readonly number[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 8);
  const dv = view;
  for (let i = 0; i < n; i++) {
    const v = a[i]!;
    if (typeof v !== "number") notNumber();
    dv.setFloat64(p, v, true);
    p += 8;
  }
  return p;
}

export function writePackedFloat(a: readonly number[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 4);
  const dv = view;
  for (let i = 0; i < n; i++) {
    const v = a[i]!;
    if (typeof v !== "number") notNumber();
    dv.setFloat32(p, v, true);
    p += 4;
  }
  return p;
}

export function writePackedFixed32(a: readonly number[], p: number): number {
  const n = a.length;
  p = fixed(p, n * 4);
  const dv = view;
  for (let i = 0; i < n; i++) {
    const v = a[i]!;
    if (v !== v >>> 0) notInteger();
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
    if (v !== (v | 0)) notInteger();
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
    dv.setInt32(p, scratch[0]!, true);
    dv.setInt32(p + 4, scratch[1]!, true);
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
    dv.setInt32(p, scratch[0]!, true);
    dv.setInt32(p + 4, scratch[1]!, true);
    p += 8;
  }
  return p;
}

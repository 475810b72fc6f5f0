import * as w from "./writer.js";

// Packed repeated fields: the elements behind a reserved length. Each function takes the array and the position where
// the length goes, and returns the position behind the last element.

function room(p: number, n: number): void {
  if (p + 5 + n > w.capacity) w.overflow(p + 5 + n);
}

export function writePackedInt32(a: readonly number[], p: number): number {
  const n = a.length;
  room(p, n * 10);
  const reserved = w.lengthSize(n * 2);
  const b = w.output;
  let q = p + reserved;
  for (let i = 0; i < n; i++) {
    let v = a[i]!;
    if (!(v >= 0 && v === (v | 0))) {
      q = w.int32(v, q);
      continue;
    }
    while (v > 127) {
      b[q++] = (v & 127) | 128;
      v >>>= 7;
    }
    b[q++] = v;
  }
  return w.patchLength(p, reserved, q);
}

/** Writes the elements with one function each; `size` bounds the bytes of one. */
function packed<T>(a: readonly T[], p: number, size: number, write: (v: T, p: number) => number): number {
  const n = a.length;
  room(p, n * size);
  const reserved = w.lengthSize(n * (size > 4 ? 4 : 2));
  let q = p + reserved;
  for (let i = 0; i < n; i++) q = write(a[i]!, q);
  return w.patchLength(p, reserved, q);
}

export const writePackedUint32 = (a: readonly number[], p: number): number => packed(a, p, 5, w.uint32);
export const writePackedSint32 = (a: readonly number[], p: number): number => packed(a, p, 5, w.sint32);
export const writePackedInt64 = (a: readonly bigint[], p: number): number => packed(a, p, 10, w.int64);
export const writePackedUint64 = (a: readonly bigint[], p: number): number => packed(a, p, 10, w.uint64);
export const writePackedSint64 = (a: readonly bigint[], p: number): number => packed(a, p, 10, w.sint64);
export const writePackedBool = (a: readonly boolean[], p: number): number => packed(a, p, 1, w.bool);

/** Writes elements of a fixed size behind their length, which is known beforehand. */
function fixed<T>(a: readonly T[], p: number, size: number, write: (v: T, p: number) => number): number {
  const n = a.length;
  room(p, n * size);
  p = w.varint(n * size, p);
  for (let i = 0; i < n; i++) p = write(a[i]!, p);
  return p;
}

export const writePackedDouble = (a: readonly number[], p: number): number => fixed(a, p, 8, w.double);
export const writePackedFloat = (a: readonly number[], p: number): number => fixed(a, p, 4, w.float);
export const writePackedFixed32 = (a: readonly number[], p: number): number => fixed(a, p, 4, w.fixed32);
export const writePackedSfixed32 = (a: readonly number[], p: number): number => fixed(a, p, 4, w.sfixed32);
export const writePackedFixed64 = (a: readonly bigint[], p: number): number => fixed(a, p, 8, w.fixed64);
export const writePackedSfixed64 = (a: readonly bigint[], p: number): number => fixed(a, p, 8, w.sfixed64);

import {
  dataView,
  fixed64,
  input,
  int32At,
  int64At,
  longBool,
  malformed,
  next,
  sfixed64,
  sint64At,
  truncated,
  uint64At,
} from "./reader.js";

// Packed repeated fields: the elements are counted first, four bytes at a time, so that the array is allocated once at
// its exact size (bench: packed int32). The count is bounded by the bytes that are there.

/** The number of varints between p and end: of bytes without a continuation bit. */
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

/** The same for doubles: a list that begins as one of doubles is not copied when the first is stored (bench: double). */
function grownDoubles(a: number[], n: number): number[] {
  const k = a.length;
  if (k === 0) a = [0.5];
  a.length = k + n;
  return a;
}

export function readPackedInt32(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  for (; p < end; p = next) a[k++] = int32At(v, p);
  if (p !== end) truncated(end - 1);
  return a;
}

export function readPackedUint32(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  for (; p < end; p = next) a[k++] = int32At(v, p) >>> 0;
  if (p !== end) truncated(end - 1);
  return a;
}

export function readPackedSint32(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  for (; p < end; p = next) {
    const n = int32At(v, p);
    a[k++] = (n >>> 1) ^ -(n & 1);
  }
  if (p !== end) truncated(end - 1);
  return a;
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
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  for (; p < end; p = next) a[k++] = int64At(v, p);
  if (p !== end) truncated(end - 1);
  return a;
}

export function readPackedUint64(a: bigint[], p: number, end: number): bigint[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  for (; p < end; p = next) a[k++] = uint64At(v, p);
  if (p !== end) truncated(end - 1);
  return a;
}

export function readPackedSint64(a: bigint[], p: number, end: number): bigint[] {
  const v = dataView();
  let k = a.length;
  a = grown(a, countVarints(p, end));
  for (; p < end; p = next) a[k++] = sint64At(v, p);
  if (p !== end) truncated(end - 1);
  return a;
}

export function readPackedFixed64(a: bigint[], p: number, end: number): bigint[] {
  let k = a.length;
  a = grown(a, countFixed(p, end, 8));
  for (; p < end; p += 8) a[k++] = fixed64(p, end);
  return a;
}

export function readPackedSfixed64(a: bigint[], p: number, end: number): bigint[] {
  let k = a.length;
  a = grown(a, countFixed(p, end, 8));
  for (; p < end; p += 8) a[k++] = sfixed64(p, end);
  return a;
}

export function readPackedDouble(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grownDoubles(a, countFixed(p, end, 8));
  for (; p < end; p += 8) a[k++] = v.getFloat64(p, true);
  return a;
}

export function readPackedFloat(a: number[], p: number, end: number): number[] {
  const v = dataView();
  let k = a.length;
  a = grownDoubles(a, countFixed(p, end, 4));
  for (; p < end; p += 4) a[k++] = v.getFloat32(p, true);
  return a;
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

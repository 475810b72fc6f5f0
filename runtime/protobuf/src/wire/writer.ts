import { allocate } from "./platform.js";

// The state of the running encode, in the module for the same reason as in reader.ts. There is one forward pass: a
// nested message reserves room for its length, which is filled in afterwards. If the output is too small, `overflow` is
// thrown, and the whole message is encoded again with more room.
//
// The rule that keeps every store in bounds: a message's encoder checks p against `capacity` at its start, and
// everything of variable size (string, bytes, list, map, message, unknown fields) ends at or before `capacity`, except
// messages of less than 128 bytes, after which nothing is checked. In between, fixed-size fields may take up to RUN
// bytes without a check. Both fit into the slack beyond `capacity`.

const SLAB_SIZE = 65536;
/** Room beyond the capacity: for a short message, a run, and the tag and length of whatever follows them. */
const SLACK = 512;

/** The bytes being written. */
export let output: Uint8Array = new Uint8Array(0);
/** The position up to which there is room; some slack follows. */
export let capacity = 0;
/** Whether map entries are sorted by key. */
export let deterministic = false;
/** Whether unknown fields are written. */
export let writeUnknown = true;

/** A DataView over `output`. */
export let view: DataView = new DataView(output.buffer);
let needed = 0;

/**
 * Thrown when the output is too small; `grow` knows how much was needed. Not an Error, to avoid the cost of a stack
 * trace.
 */
export const OVERFLOW = { overflow: true } as const;

export function overflow(p: number): never {
  needed = p;
  throw OVERFLOW;
}

// Small messages share a slab and get a view of it (16–30 ns against 275 for an array of their own; bench: order).
let slab: Bytes = new Uint8Array(0);
let slabView = view;
/** The memory of the slab: asking the slab for it is a call. */
let slabMemory = slab.buffer;
let slabNext = 0;
let busy = false;

/** Bytes over an ArrayBuffer, as `fetch` and `crypto` require; plain Uint8Array before TypeScript 5.7. */
export type Bytes = ReturnType<Uint8Array["slice"]>;

/** The state of a message type between encodes: the largest size seen. */
export interface SizeHint {
  size: number;
}

function use(bytes: Uint8Array, dataView: DataView): void {
  output = bytes;
  view = dataView;
  capacity = bytes.length - SLACK;
}

/**
 * Runs `write(message, position)`, which returns the position after its output, and returns the bytes. If `message`
 * calls back here through a getter or a proxy, the inner call gets its own buffer.
 */
export function writeMessage<M>(
  write: (message: M, p: number) => number,
  message: M,
  hint: SizeHint,
  sorted: boolean,
  unknown: boolean,
): Bytes {
  if (busy) return writeNested(write, message, sorted, unknown);
  deterministic = sorted;
  writeUnknown = unknown;
  busy = true;
  try {
    if (hint.size > 8192) return writeLarge(write, message, hint);
    if (slab.length - SLACK - slabNext < 256 + hint.size * 2) newSlab();
    if (output !== slab) use(slab, slabView); // writes of references cost more than the comparison (bench: order)
    const start = slabNext;
    const end = write(message, start);
    slabNext = end;
    if (end - start > hint.size) hint.size = end - start;
    return new Uint8Array(slabMemory, start, end - start);
  } catch (e) {
    if (e !== OVERFLOW) throw e;
    hint.size = Math.max(needed, 16384);
    return writeLarge(write, message, hint);
  } finally {
    busy = false;
  }
}

/**
 * Runs `write(message, position)` on the caller's memory. Returns the position after the output, or -1 if there may be
 * too little room: then some of it is written.
 */
export function writeInto<M>(
  write: (message: M, p: number) => number,
  message: M,
  hint: SizeHint,
  bytes: Uint8Array,
  dataView: DataView,
  start: number,
): number {
  if (busy || hint.size > bytes.length - SLACK - start) return -1;
  deterministic = false;
  writeUnknown = true;
  busy = true;
  use(bytes, dataView);
  try {
    const end = write(message, start);
    if (end - start > hint.size) hint.size = end - start;
    return end;
  } catch (e) {
    if (e !== OVERFLOW) throw e;
    return -1;
  } finally {
    busy = false;
  }
}

function newSlab(): void {
  slab = new Uint8Array(SLAB_SIZE);
  slabMemory = slab.buffer;
  slabView = new DataView(slabMemory);
  slabNext = 0;
}

/** A large message gets its own buffer, of the size that its type needed last, so there is usually nothing to copy. */
function writeLarge<M>(write: (message: M, p: number) => number, message: M, hint: SizeHint): Bytes {
  let want = Math.max(hint.size, needed);
  needed = 0;
  for (;;) {
    const bytes = allocate(want + (want >> 4) + SLACK);
    use(bytes, new DataView(bytes.buffer));
    try {
      const end = write(message, 0);
      hint.size = Math.max(end, hint.size - (hint.size >> 3));
      return trim(bytes, end);
    } catch (e) {
      if (e !== OVERFLOW) throw e;
      want = Math.max(bytes.length * 2, needed);
    }
  }
}

/** The bytes up to the end: a view if little is left over, which is cleared, or else a copy. */
function trim(bytes: Bytes, end: number): Bytes {
  if (end < bytes.length - (bytes.length >> 2)) return bytes.slice(0, end);
  bytes.fill(0, end);
  return bytes.subarray(0, end);
}

/** Whether this is an encode within an encode. */
export let isNested = false;

/** An encode within an encode: saves the outer one's state. */
function writeNested<M>(
  write: (message: M, p: number) => number,
  message: M,
  sorted: boolean,
  unknown: boolean,
): Bytes {
  const outer = [
    output,
    view,
    capacity,
    deterministic,
    writeUnknown,
    slab,
    slabMemory,
    slabView,
    slabNext,
    isNested,
  ] as const;
  busy = false;
  isNested = true;
  slab = new Uint8Array(0);
  slabNext = 0;
  try {
    return writeMessage(write, message, { size: 0 }, sorted, unknown);
  } finally {
    [output, view, capacity, deterministic, writeUnknown, slab, slabMemory, slabView, slabNext, isNested] = outer;
    busy = true;
  }
}

/** Writes the low 32 bits of v as a varint. */
export function varint(v: number, p: number): number {
  const b = output;
  while (v > 127 || v < 0) {
    b[p++] = (v & 127) | 128;
    v >>>= 7;
  }
  b[p++] = v;
  return p;
}

/** Fails for a value that its field does not allow; `codec/find-invalid` then finds it and describes it. */
export function invalid(): never {
  throw new TypeError("invalid value");
}

export function writeInt32(v: number, p: number): number {
  if (v !== (v | 0)) invalid();
  return v >= 0 ? varint(v, p) : negativeInt32(v, p);
}

/** A negative int32 takes ten bytes: it is sign-extended to 64 bits. */
export function negativeInt32(v: number, p: number): number {
  const b = output;
  b[p] = v | 128;
  b[p + 1] = (v >> 7) | 128;
  b[p + 2] = (v >> 14) | 128;
  b[p + 3] = (v >> 21) | 128;
  b[p + 4] = (v >> 28) | 128;
  b[p + 5] = 255;
  b[p + 6] = 255;
  b[p + 7] = 255;
  b[p + 8] = 255;
  b[p + 9] = 1;
  return p + 10;
}

export function writeUint32(v: number, p: number): number {
  if (v !== v >>> 0) invalid();
  return varint(v, p);
}

export function writeSint32(v: number, p: number): number {
  if (v !== (v | 0)) invalid();
  return varint((v << 1) ^ (v >> 31), p);
}

export function writeBool(v: boolean, p: number): number {
  if (typeof v !== "boolean") invalid();
  output[p] = v ? 1 : 0;
  return p + 1;
}

// Splits a bigint into two halves through a scratch array. The array is not exported, so that the compiler treats it as
// a constant (bench: sint64).
const memory64 = /*@__PURE__*/ new ArrayBuffer(8);
const scratch = /*@__PURE__*/ new Int32Array(memory64);
const scratchBig = /*@__PURE__*/ new BigInt64Array(memory64);
const scratchFloat = /*@__PURE__*/ new Float32Array(memory64);

/**
 * The 32 bits of a float. Until its last compiler is reached, V8 calls setFloat32, and takes ten times as long as for two
 * typed arrays (bench: float).
 */
export function floatBits(v: number): number {
  scratchFloat[0] = v;
  return scratch[0]!;
}

export function split(v: bigint): void {
  scratchBig[0] = v;
  if (scratchBig[0] !== v) invalid();
}

export function splitUnsigned(v: bigint): void {
  scratchBig[0] = v;
  if (BigInt.asUintN(64, v) !== v) invalid();
}

/** The lower 32 bits of the integer that was split last. */
export function low(): number {
  return scratch[0]!;
}

/** Its upper 32 bits. */
export function high(): number {
  return scratch[1]!;
}

/** Writes the 64 bits of two halves as a varint. */
function varint64(lo: number, hi: number, p: number): number {
  if (hi === 0) return varint(lo, p);
  const b = output;
  b[p] = lo | 128;
  b[p + 1] = (lo >>> 7) | 128;
  b[p + 2] = (lo >>> 14) | 128;
  b[p + 3] = (lo >>> 21) | 128;
  lo = (lo >>> 28) | (hi << 4);
  hi >>>= 3;
  if (hi === 0) {
    b[p + 4] = lo;
    return p + 5;
  }
  b[p + 4] = lo | 128;
  return varint(hi, p + 5);
}

export function writeInt64(v: bigint, p: number): number {
  split(v);
  return varint64(scratch[0]!, scratch[1]!, p);
}

export function writeUint64(v: bigint, p: number): number {
  splitUnsigned(v);
  return varint64(scratch[0]!, scratch[1]!, p);
}

export function writeSint64(v: bigint, p: number): number {
  split(v);
  const lo = scratch[0]!;
  const hi = scratch[1]!;
  const sign = hi >> 31;
  return varint64((lo << 1) ^ sign, ((hi << 1) | (lo >>> 31)) ^ sign, p);
}

export function writeSfixed64(v: bigint, p: number): number {
  split(v);
  view.setInt32(p, scratch[0]!, true);
  view.setInt32(p + 4, scratch[1]!, true);
  return p + 8;
}

export function writeFixed64(v: bigint, p: number): number {
  splitUnsigned(v);
  view.setInt32(p, scratch[0]!, true);
  view.setInt32(p + 4, scratch[1]!, true);
  return p + 8;
}

export function writeDouble(v: number, p: number): number {
  if (typeof v !== "number") invalid();
  view.setFloat64(p, v, true);
  return p + 8;
}

export function writeFloat(v: number, p: number): number {
  if (typeof v !== "number") invalid();
  view.setInt32(p, floatBits(v), true);
  return p + 4;
}

export function writeFixed32(v: number, p: number): number {
  if (v !== v >>> 0) invalid();
  view.setUint32(p, v, true);
  return p + 4;
}

export function writeSfixed32(v: number, p: number): number {
  if (v !== (v | 0)) invalid();
  view.setInt32(p, v, true);
  return p + 4;
}

/** The size of the length n as a varint. */
export function lengthSize(n: number): number {
  return n < 128 ? 1 : n < 16384 ? 2 : n < 2097152 ? 3 : n < 268435456 ? 4 : 5;
}

/** The size of the length written last: the best guess for the next one at the same place. */
export let reserved = 1;

/**
 * Writes the length of the bytes from p + r to e at p, moving them if the r reserved bytes do not fit the length.
 * Returns their new end. Message encoders inline its first lines, which saves a fifth of their time (bench: tree, xds).
 */
export function endLength(p: number, r: number, e: number): number {
  const n = e - p - r;
  if (n > 127 || r !== 1 || e > capacity) return patchLength(p, r, e);
  reserved = 1;
  output[p] = n;
  return e;
}

/** The same for lengths of any size. */
export function patchLength(p: number, r: number, e: number): number {
  const n = e - p - r;
  const size = lengthSize(n);
  reserved = size;
  if (e + size - r > capacity) overflow(e + size);
  if (size !== r) {
    output.copyWithin(p + size, p + r, e);
    e += size - r;
  }
  varint(n, p);
  return e;
}

export function writeBytes(v: Uint8Array, p: number): number {
  const n = v.length;
  if (!(n >= 0) || v.BYTES_PER_ELEMENT !== 1) invalid();
  if (p + n + 5 > capacity) overflow(p + n + 5);
  p = varint(n, p);
  const b = output;
  if (n < 12) for (let i = 0; i < n; i++) b[p + i] = v[i]!;
  else b.set(v, p);
  return p + n;
}

/** Writes bytes without a length. */
export function raw(v: Uint8Array, p: number): number {
  if (p + v.length > capacity) overflow(p + v.length);
  output.set(v, p);
  return p + v.length;
}

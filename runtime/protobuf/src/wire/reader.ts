import { Bit32, Bit64, EndGroup, LengthDelimited, StartGroup, Varint } from "./wire-type.js";

// The state of the running decode. It lives in the module and not in an object, so that generated code reads it without
// a receiver (bench: every workload). Decoding never calls user code, so one state is enough.

/**
 * If an input up to this size needs a DataView, it is copied into a slab that has one: a new DataView costs three times
 * as much.
 */
const SLAB_SIZE = 4096;
const slab = new Uint8Array(SLAB_SIZE);
const slabView = new DataView(slab.buffer);

/** The bytes being decoded; valid up to the end that `begin` returned. */
export let input: Uint8Array = slab;
/** The position after the last read, set by the functions that say so. */
export let next = 0;
/** The number of bytes of the input. */
export let limit = 0;
/** Whether unknown fields are kept. */
export let keepUnknown = true;

let view: DataView | null = slabView;
/** What the input was copied from or wraps; null if it is the caller's bytes: writes of references cost time (bench: order). */
let source: Uint8Array | null = null;
/** The position in the caller's bytes at which the input begins. */
let sourceStart = 0;
/**
 * The buffer under the caller's bytes, and their offset in it, once they were needed. Caching them pays off from the second view on
 * (bench: bytes has one, otlp many).
 */
let memory: ArrayBufferLike | null = null;
let origin = 0;
let hasView = false;
let copyBytes = false;
let groupTag = 0;
let groupDepth = 0;

/** The fault in the input and its position; `codec/decode` turns it into a ProtobufError with the field's path. */
export class Malformed {
  declare readonly reason: string;
  declare readonly at: number;
  constructor(reason: string, at: number) {
    this.reason = reason;
    this.at = at;
  }
}

export function malformed(reason: string, at: number): never {
  throw new Malformed(reason, at);
}

export function truncated(at: number): never {
  throw new Malformed("truncated message", at);
}

export function tooDeep(at: number): never {
  throw new Malformed("recursion limit exceeded", at);
}

/** Up to this size, copying an input byte by byte takes less time than a view of it (bench:rpc). */
const FEW_BYTES = 64;

/** Like `begin`, for bytes start to end of a buffer that holds more, with the default options. */
export function beginRange(bytes: Uint8Array, start: number, end: number): number {
  const n = end - start;
  if (n > FEW_BYTES) return begin(new Uint8Array(bytes.buffer, bytes.byteOffset + start, n), false, true);
  for (let i = 0; i < n; i++) slab[i] = bytes[start + i]!;
  source = bytes;
  sourceStart = start;
  limit = n;
  copyBytes = false;
  keepUnknown = true;
  groupTag = 0;
  view = slabView;
  input = slab;
  return n;
}

/** Starts a decode and returns the end position. Always call `finish` afterwards. */
export function begin(bytes: Uint8Array, copy: boolean, unknown: boolean): number {
  const n = bytes.length;
  source = null;
  sourceStart = 0;
  limit = n;
  copyBytes = copy;
  keepUnknown = unknown;
  groupTag = 0;
  view = null;
  // one hidden class for all inputs: a Buffer is copied or wrapped
  if (bytes.constructor === Uint8Array) {
    input = bytes;
  } else if (n <= SLAB_SIZE) {
    slab.set(bytes);
    source = bytes;
    input = slab;
    view = slabView;
  } else {
    source = bytes;
    input = new Uint8Array(bytes.buffer, bytes.byteOffset, n);
  }
  return n;
}

/** Ends a decode and releases the input. */
export function finish(): void {
  source = null;
  memory = null;
  hasView = false;
  input = slab;
  view = slabView;
}

/** A DataView of the input, made when first needed. */
export function dataView(): DataView {
  return view ?? makeView();
}

function makeView(): DataView {
  if (limit <= SLAB_SIZE) {
    slab.set(input);
    view = slabView;
  } else {
    view = new DataView(input.buffer, input.byteOffset, limit);
  }
  return view;
}

/**
 * Reads what follows the tag t at s if that has a continuation bit or is missing: the low 32 bits of a varint, whose
 * upper half `int64` and its siblings use, or the length of a length-delimited value, checked against the end. Leaves
 * the position in `next`; s if neither follows.
 */
export function readVarint(t: number, s: number, end: number): number {
  const wire = t & 7;
  if (wire === Varint) return longVarint(s);
  if (wire === LengthDelimited) return length(s, end);
  next = s;
  return 0;
}

/** The tag that the last call of `field` read. */
export let fieldTag = 0;
/** The position after the tag. */
export let fieldStart = 0;
/** The field's varint, or the length of its value. */
export let fieldSize = 0;

/** Reads the head of the field at p, which generated decoders do inline; returns the position after it. */
export function field(p: number, end: number): number {
  const b = input;
  let t = b[p++]!;
  if (t > 127) {
    t = readTag(p - 1);
    p = next;
  }
  fieldTag = t;
  fieldStart = p;
  let n = b[p++]!;
  if (!(n < 128)) {
    n = readVarint(t, fieldStart, end);
    p = next;
  } else if (n > end - p && (t & 7) === LengthDelimited) truncated(fieldStart - 1);
  fieldSize = n;
  return p;
}

/** Reads a tag of two or more bytes at p; leaves the position in `next`. */
export function readTag(p: number): number {
  const t = longVarint(p) >>> 0;
  if (high !== 0 || next - p > 5) malformed("tag of more than 32 bits", p);
  return t;
}

/**
 * Reads the length of a length-delimited field at p and checks it against the end; leaves the position in `next`.
 * Errors are reported at the tag: the length itself may be beyond the end.
 */
export function length(p: number, end: number): number {
  const n = longVarint(p);
  if (n < 0 || high !== 0 || next - p > 5) malformed("length of more than 31 bits", p - 1);
  if (n > end - next) truncated(p - 1);
  return n;
}

/** The upper half of the varint that was read last. */
let high = 0;

/** Reads a varint at p, returns its lower 32 bits; the upper half is in `high`, the position in `next`. */
export function longVarint(p: number): number {
  const b = input;
  let c = b[p]!;
  let lo = c & 127;
  high = 0;
  if (c < 128) return (next = p + 1), lo;
  c = b[p + 1]!;
  lo |= (c & 127) << 7;
  if (c < 128) return (next = p + 2), lo;
  c = b[p + 2]!;
  lo |= (c & 127) << 14;
  if (c < 128) return (next = p + 3), lo;
  c = b[p + 3]!;
  lo |= (c & 127) << 21;
  if (c < 128) return (next = p + 4), lo;
  c = b[p + 4]!;
  lo |= (c & 127) << 28;
  let hi = (c & 127) >> 4;
  let q = p + 5;
  for (let shift = 3; c > 127; shift += 7) {
    if (q === p + 10) return q > limit ? truncated(p) : malformed("varint of more than 10 bytes", p);
    c = b[q++]!;
    hi |= (c & 127) << shift;
  }
  high = hi;
  next = q;
  return lo;
}

/**
 * The bool of a varint that `varint` has read: n is its low 32 bits, `size` its size in bytes. Any nonzero value is
 * true.
 */
export function readBool(n: number, size: number): boolean {
  return n !== 0 || (size > 1 && high !== 0);
}

/** Reads a bool that takes more than one byte; leaves the position in `next`. */
export function longBool(p: number): boolean {
  return (longVarint(p) | high) !== 0;
}

// Bigints: the engine converts an int32 twice as fast as a scratch array does with two halves (bench: sint64).
const memory64 = /*@__PURE__*/ new ArrayBuffer(8);
const scratch = /*@__PURE__*/ new Int32Array(memory64);
const scratchSigned = /*@__PURE__*/ new BigInt64Array(memory64);
const scratchUnsigned = /*@__PURE__*/ new BigUint64Array(memory64);
const scratchFloat = /*@__PURE__*/ new Float32Array(memory64);

/** The float of 32 bits; for the reason that `floatBits` of the writer gives. */
export function floatOf(bits: number): number {
  scratch[0] = bits;
  return scratchFloat[0]!;
}

function signed(lo: number, hi: number): bigint {
  return hi === lo >> 31 ? BigInt(lo) : wholeSigned(lo, hi);
}

function unsigned(lo: number, hi: number): bigint {
  return hi === 0 && lo >= 0 ? BigInt(lo) : wholeUnsigned(lo, hi);
}

/** The int64 of two halves. In a list, where sizes are unpredictable, without a branch for small ones (bench: sint64). */
export function wholeSigned(lo: number, hi: number): bigint {
  scratch[0] = lo;
  scratch[1] = hi;
  return scratchSigned[0]!;
}

/** The uint64 of two halves. */
export function wholeUnsigned(lo: number, hi: number): bigint {
  scratch[0] = lo;
  scratch[1] = hi;
  return scratchUnsigned[0]!;
}

/** The int64 of a varint that `varint` has read: n is its low 32 bits, `size` its size in bytes. */
export function readInt64(n: number, size: number): bigint {
  return size === 1 ? BigInt(n) : signed(n, high);
}

export function readUint64(n: number, size: number): bigint {
  return size === 1 ? BigInt(n) : unsigned(n, high);
}

export function readSint64(n: number, size: number): bigint {
  const sign = -(n & 1);
  return size === 1 ? BigInt((n >>> 1) ^ sign) : signed(((n >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign);
}

/** Reads eight bytes at p; like all fixed-size readers, it checks that they are before the end. */
export function readFixed64(p: number, end: number): bigint {
  if (end - p < 8) truncated(p - 1);
  const v = view ?? makeView();
  return unsigned(v.getInt32(p, true), v.getInt32(p + 4, true));
}

export function readSfixed64(p: number, end: number): bigint {
  if (end - p < 8) truncated(p - 1);
  const v = view ?? makeView();
  return signed(v.getInt32(p, true), v.getInt32(p + 4, true));
}

export function readDouble(p: number, end: number): number {
  if (end - p < 8) truncated(p - 1);
  return (view ?? makeView()).getFloat64(p, true);
}

export function readFloat(p: number, end: number): number {
  if (end - p < 4) truncated(p - 1);
  return floatOf((view ?? makeView()).getInt32(p, true));
}

export function readFixed32(p: number, end: number): number {
  if (end - p < 4) truncated(p - 1);
  return (view ?? makeView()).getUint32(p, true);
}

export function readSfixed32(p: number, end: number): number {
  if (end - p < 4) truncated(p - 1);
  return (view ?? makeView()).getInt32(p, true);
}

/** Reads the bytes from p to e: a view of the input, or a copy if the options say so. */
export function readBytes(p: number, e: number): Uint8Array {
  if (copyBytes) return input.slice(p, e);
  if (memory === null) {
    if (!hasView && source === null) {
      hasView = true;
      return input.subarray(p, e);
    }
    const bytes = source ?? input;
    memory = bytes.buffer;
    origin = bytes.byteOffset + sourceStart;
  }
  return new Uint8Array(memory, origin + p, e - p);
}

/** Skips the field whose tag t ends at p, and returns the position after it. d is the remaining recursion depth. */
export function skip(t: number, p: number, end: number, d: number): number {
  const at = p - 1; // within the field, wherever its value ends
  if (t >>> 3 === 0) malformed("field number 0", at);
  switch (t & 7) {
    case Varint:
      longVarint(p);
      p = next;
      break;
    case Bit64:
      p += 8;
      break;
    case LengthDelimited:
      p = length(p, end) + next;
      break;
    case StartGroup:
      return skipGroup(t, p, end, d);
    case EndGroup:
      return malformed("end of a group that was not begun", at);
    case Bit32:
      p += 4;
      break;
    default:
      return malformed(`wire type ${t & 7}`, at);
  }
  return p > end ? truncated(at) : p;
}

function skipGroup(t: number, p: number, end: number, d: number): number {
  const at = p - 1;
  if (d <= 0) malformed("recursion limit exceeded", at);
  while (p < end) {
    const start = p;
    let u = input[p++]!;
    if (u > 127) {
      u = readTag(start);
      p = next;
    }
    if ((u & 7) === EndGroup) {
      if (u !== t + 1) malformed("end of another group", start);
      return p > end ? truncated(at) : p;
    }
    p = skip(u, p, end, d - 1);
  }
  return truncated(at);
}

/** Enters a group: stores its end tag and the depth at which it must occur. Returns the state for `leaveGroup`. */
export function enterGroup(startTag: number, d: number): number {
  const outer = groupTag * 0x100000 + groupDepth;
  groupTag = startTag + 1;
  groupDepth = d;
  return outer;
}

/** Checks that the group has ended, and restores the outer one. p is a position inside the group, for the error. */
export function leaveGroup(outer: number, p: number): void {
  if (groupTag !== 0) truncated(p);
  groupDepth = outer % 0x100000;
  groupTag = (outer - groupDepth) / 0x100000;
}

/** Handles an end-group tag in a message decoder: p is after the tag, d the message's depth. Returns -1. */
export function endGroup(t: number, p: number, d: number): number {
  if (t !== groupTag || d !== groupDepth) malformed("end of a group that was not begun", p - 1);
  groupTag = 0;
  next = p;
  return -1;
}

import {
  bytes,
  COMMA,
  EIGHT_DIGITS,
  listText,
  MINUS,
  putComma,
  putEight,
  putInteger,
  putLong,
  putText,
} from "./digits.js";
import { putFloat } from "./float.js";
import { writeInt64, writeUint64 } from "./int64.js";
import { isBeyond, writeDouble, writeFloat, writeInt32, writeUint32 } from "./number.js";
import { putReal } from "./real.js";

const QUOTE = 34;

/** The JSON text of a list of int32, sint32 or sfixed32. */
export function writeInt32s(list: readonly number[]): string {
  return listText(list, putInt32s);
}

/** The JSON text of a list of uint32 or fixed32. */
export function writeUint32s(list: readonly number[]): string {
  return listText(list, putUint32s);
}

/** The JSON text of a list of int64, sint64 or sfixed64. */
export function writeInt64s(list: readonly (bigint | string | number)[]): string {
  return listText(list, putInt64s);
}

/** The JSON text of a list of uint64 or fixed64. */
export function writeUint64s(list: readonly (bigint | string | number)[]): string {
  return listText(list, putUint64s);
}

/** The JSON text of a list of floats. */
export function writeFloats(list: readonly number[]): string {
  return listText(list, putFloats);
}

/** The JSON text of a list of doubles. */
export function writeDoubles(list: readonly number[]): string {
  return listText(list, putDoubles);
}

function putInt32s(list: readonly number[], start: number, end: number): number {
  let p = 0;
  for (let i = start; i < end; i++) {
    const v = list[i]!;
    if (typeof v !== "number" || (v | 0) !== v) writeInt32(v); // fails
    p = putComma(v < 0, p);
    p = putInteger(v < 0 ? -v : v | 0, p);
  }
  return p;
}

function putUint32s(list: readonly number[], start: number, end: number): number {
  let p = 0;
  for (let i = start; i < end; i++) {
    const v = list[i]!;
    if (typeof v !== "number" || v >>> 0 !== v) writeUint32(v); // fails
    p = putLong(v, putComma(false, p));
  }
  return p;
}

function putInt64s(list: readonly (bigint | string | number)[], start: number, end: number): number {
  let p = 0;
  for (let i = start; i < end; i++) {
    const v = list[i]!;
    if (typeof v === "bigint" && BigInt.asIntN(64, v) === v) {
      long[0] = v;
      const low = words[0]!;
      const high = words[1]!;
      const sign = high >> 31; // branchless: -1 inverts all bits, then adds 1
      p = putQuoted((high ^ sign) + (+(low === 0) & sign & 1), (low ^ sign) - sign, sign < 0, p);
    } else {
      p = putText(writeInt64(v), putComma(false, p));
    }
  }
  return p;
}

function putUint64s(list: readonly (bigint | string | number)[], start: number, end: number): number {
  let p = 0;
  for (let i = start; i < end; i++) {
    const v = list[i]!;
    if (typeof v === "bigint" && BigInt.asUintN(64, v) === v) {
      long[0] = v;
      p = putQuoted(words[1]!, words[0]!, false, p);
    } else {
      p = putText(writeUint64(v), putComma(false, p));
    }
  }
  return p;
}

/** The two words of a bigint. Making their digits from doubles takes a fraction of the time of its toString. */
const words: Int32Array = /* @__PURE__ */ new Int32Array(2); // the low one first, as in wire/writer.ts
const long: BigInt64Array = /* @__PURE__ */ new BigInt64Array(words.buffer);
const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/** Writes high · 2^32 + low, both taken as unsigned, in quotes. */
function putQuoted(high: number, low: number, isNegative: boolean, p: number): number {
  bytes[p] = COMMA;
  bytes[p + 1] = QUOTE;
  bytes[p + 2] = MINUS;
  p += 2 + +isNegative;
  const n = (high >>> 0) * TWO_32 + (low >>> 0);
  p = n < TWO_53 ? putLong(n, p) : putLongest(high >>> 0, low >>> 0, p);
  bytes[p] = QUOTE;
  return p + 1;
}

/** Writes high · 2^32 + low, by long division in digits of 16 bits: no step exceeds 2^53. */
function putLongest(high: number, low: number, p: number): number {
  const first = Math.floor(high / EIGHT_DIGITS);
  const middle = (high - first * EIGHT_DIGITS) * TWO_16 + (low >>> 16);
  const second = Math.floor(middle / EIGHT_DIGITS);
  const last = (middle - second * EIGHT_DIGITS) * TWO_16 + (low & 0xffff);
  const third = Math.floor(last / EIGHT_DIGITS);
  p = putLong(first * TWO_32 + second * TWO_16 + third, p);
  return putEight((last - third * EIGHT_DIGITS) | 0, p);
}

function putDoubles(list: readonly number[], start: number, end: number): number {
  let p = 0;
  for (let i = start; i < end; i++) {
    const v = list[i]!;
    if (typeof v !== "number") writeDouble(v); // fails
    p = isInt32(v) ? putInteger(Math.abs(v), putComma(v < 0, p)) : putReal(list, i, p);
  }
  return p;
}

function putFloats(list: readonly number[], start: number, end: number): number {
  let p = 0;
  for (let i = start; i < end; i++) {
    const v = list[i]!;
    if (typeof v !== "number") writeFloat(v); // fails
    const f = Math.fround(v);
    if (isBeyond(f, v)) writeFloat(v); // fails
    if (isInt32(f)) p = putInteger(Math.abs(f), putComma(f < 0, p));
    else p = f - f === 0 ? putFloat(f, p) : putText(writeFloat(f), putComma(false, p));
  }
  return p;
}

/** Whether it is an int32 other than -0, whose sign JSON keeps. */
function isInt32(v: number): boolean {
  return (v | 0) === v && (v !== 0 || 1 / v > 0);
}

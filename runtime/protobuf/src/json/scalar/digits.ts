// Writes numbers as bytes into a reused buffer. The text of a list is taken from it as a whole, because concatenation
// takes several times as long (bench: int32, sint64, double, float).
import { latin1Slice } from "../../wire/platform.js";

/** Elements written before their text is taken. */
const CHUNK = 1024;
/** The longest is a double such as -1.7976931348623157e+308, with a comma. */
const MAX_ELEMENT = 25;
/** Digits are written four at a time, which may be three too many. */
const MARGIN = 8;

export const COMMA = 44;
export const MINUS = 45;
export const POINT = 46;
export const ZERO = 48;

/** From here on, the text of a number has no exponent and the powers of ten involved are exact. */
export const PLAIN_START = 1e-5;
/** Below it, the whole part of a number is an int32, and has at most nine digits. */
export const PLAIN_END = 1e9;

export const bytes: Uint8Array = /* @__PURE__ */ new Uint8Array(CHUNK * MAX_ELEMENT + MARGIN);
const view: DataView = /* @__PURE__ */ new DataView(bytes.buffer);

const FOUR_DIGITS = 10_000;
export const EIGHT_DIGITS = 100_000_000;
/** The four zero-padded digits of each number below 10,000; filled when the first list is written. */
const fours: Uint32Array = /* @__PURE__ */ new Uint32Array(FOUR_DIGITS);

/** Writes the elements from `start` to `end`, each preceded by a comma, from the first byte on; returns the end. */
type PutElements<T> = (list: readonly T[], start: number, end: number) => number;

/** The JSON text of a list, an array. */
export function listText<T>(list: readonly T[], put: PutElements<T>): string {
  if (fours[0] === 0) fillFours();
  let text = "[";
  for (let start = 0; start < list.length; start += CHUNK) {
    const end = put(list, start, Math.min(start + CHUNK, list.length));
    text += latin1Slice.call(bytes, start === 0 ? 1 : 0, end);
  }
  return `${text}]`;
}

function fillFours(): void {
  for (let i = 0; i < FOUR_DIGITS; i++) {
    for (let rest = i, place = 24; place >= 0; place -= 8) {
      fours[i]! |= (ZERO + (rest % 10)) << place;
      rest = (rest / 10) | 0;
    }
  }
}

/** Writes a comma and, for a negative number, a minus. */
export function putComma(isNegative: boolean, p: number): number {
  bytes[p] = COMMA;
  bytes[p + 1] = MINUS;
  return p + 1 + +isNegative;
}

/** Writes text of ASCII. */
export function putText(text: string, p: number): number {
  for (let i = 0; i < text.length; i++) bytes[p + i] = text.charCodeAt(i);
  return p + text.length;
}

/** The end of a fraction without the zeros at its end. */
export function stripZeros(p: number): number {
  while (bytes[p - 1] === ZERO) p--;
  return p;
}

/** Writes an integer from 0 to 2^31. */
export function putInteger(n: number, p: number): number {
  if (n >= FOUR_DIGITS) {
    const rest = (n / FOUR_DIGITS) | 0;
    p = putInteger(rest, p);
    view.setUint32(p, fours[n - rest * FOUR_DIGITS]!, true);
    return p + 4;
  }
  const zeros = +(n < 1000) + +(n < 100) + +(n < 10); // branchless, because a branch would often be mispredicted
  view.setUint32(p, fours[n]! >>> (zeros << 3), true);
  return p + 4 - zeros;
}

/** Writes an integer from 0 to 2^53. */
export function putLong(n: number, p: number): number {
  if (n < EIGHT_DIGITS) return putInteger(n | 0, p);
  const rest = Math.floor(n / EIGHT_DIGITS);
  return putEight((n - rest * EIGHT_DIGITS) | 0, putInteger(rest | 0, p));
}

/** Writes a number zero-padded to eight digits. */
export function putEight(n: number, p: number): number {
  const high = (n / FOUR_DIGITS) | 0;
  view.setUint32(p, fours[high]!, true);
  view.setUint32(p + 4, fours[n - high * FOUR_DIGITS]!, true);
  return p + 8;
}

/** The digits of the whole part, from 1 to 10^9. */
export function countDigits(v: number): number {
  if (v < 1e4) return 1 + +(v >= 10) + +(v >= 100) + +(v >= 1e3);
  return 5 + +(v >= 1e5) + +(v >= 1e6) + +(v >= 1e7) + +(v >= 1e8);
}

/** The zeros after the point of a number from 1e-5 to 1. */
export function countZeros(v: number): number {
  return +(v < 0.1) + +(v < 0.01) + +(v < 1e-3) + +(v < 1e-4);
}

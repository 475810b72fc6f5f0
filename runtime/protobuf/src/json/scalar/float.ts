import {
  bytes,
  countDigits,
  countZeros,
  EIGHT_DIGITS,
  PLAIN_END,
  PLAIN_START,
  POINT,
  putComma,
  putEight,
  putInteger,
  putText,
  stripZeros,
} from "./digits.js";
import { powersOfTen } from "./powers-of-ten.js";

/** No two decimals of so many digits are the same normal float. */
const DISTINCT_DIGITS = 6;
const SMALLEST_NORMAL = 2 ** -126;

/** The result of `shorten`: digits · 10^-scale. */
let digits = 0;
let scale = 0;

/**
 * A decimal in as few digits as tell the float from other floats (ECMA-262, Number::toString, with float32 for Number).
 * An int32 keeps all of its digits: with zeros in their place it is no shorter.
 */
export function shortestFloat(v: number): number {
  if (String(v).length <= DISTINCT_DIGITS + 1 || (v | 0) === v || v - v !== 0) return v;
  if (shorten(Math.abs(v))) return (v < 0 ? -digits : digits) / powersOfTen[scale]!;
  const isNormal = Math.abs(v) >= SMALLEST_NORMAL;
  for (let precision = isNormal ? DISTINCT_DIGITS : 1; ; precision++) {
    const short = Number(v.toPrecision(precision));
    if (Math.fround(short) === v) return short;
  }
}

/** Writes a comma and a finite float that is no int32, as shortestFloat has it. */
export function putFloat(v: number, p: number): number {
  if (v === 0) return putText("-0", putComma(false, p));
  if (!shorten(Math.abs(v))) return putText(String(shortestFloat(v)), putComma(false, p));
  const power = powersOfTen[scale]!;
  const whole = Math.floor(digits / power);
  const rest = digits - whole * power;
  p = putInteger(whole, putComma(v < 0, p));
  if (rest === 0) return p;
  bytes[p++] = POINT;
  return putFraction(rest, p);
}

/** Writes digits after the point, zero-padded to `scale`. */
function putFraction(rest: number, p: number): number {
  let count = scale;
  for (; count > 9; count--) p = putInteger(0, p);
  if (count === 9) {
    const first = Math.floor(rest / EIGHT_DIGITS);
    p = putInteger(first, p);
    rest -= first * EIGHT_DIGITS;
    count = 8;
  } else {
    rest *= powersOfTen[8 - count]!;
  }
  putEight(rest, p);
  return stripZeros(p + count);
}

/**
 * Finds the digits of a positive float: it is scaled to nine digits before the point, of which the nearest to it always
 * tells it from its neighbours. All decimals that are nearer than half the distance to these, less than 60 here, stand for
 * it: of multiples of 10, 100 and 1,000 the nearest one is tried. False outside of the range, and for a power of two, which
 * has a nearer neighbour below than above. Integers and few branches, because dividing doubles and a branch for each multiple
 * take twice as long (bench: float).
 */
function shorten(v: number): boolean {
  if (!(v >= PLAIN_START && v < PLAIN_END)) return false;
  // 2^e for v from 2^e to 2^(e+1), as in real.ts
  const q = v * (2 ** 52 + 1);
  const unit = q - q * (1 - 2 ** -53);
  if (unit === v) return false;
  scale = 9 - (v < 1 ? -countZeros(v) : countDigits(v));
  const power = powersOfTen[scale]!;
  const scaled = v * power;
  const half = unit * HALF_ULP * power - ROUNDING;
  const whole = scaled | 0;
  const rest = scaled - whole;
  const one = whole % 10;
  const ten = +(one + rest >= 5) * 10;
  const isTen = +(Math.abs(one + rest - ten) < half);
  digits = whole + isTen * (ten - one) + (1 - isTen) * +(rest >= 0.5);
  const hundred = nearestMultiple(100, whole, rest, half);
  if (hundred > 0) digits = nearestMultiple(1000, whole, rest, half) || hundred;
  return true;
}

/** Half the distance of neighbours from 1 to 2. */
const HALF_ULP = 2 ** -24;

/** More than is lost in scaling. */
const ROUNDING = 1e-5;

/** The multiple nearest to whole + rest if it is within `half`; otherwise 0. */
function nearestMultiple(of: number, whole: number, rest: number, half: number): number {
  const over = whole % of;
  const up = +(over + rest >= of / 2) * of;
  return Math.abs(over + rest - up) < half ? whole - over + up : 0;
}

import { fail } from "./fail.js";

const INT_MIN = -(1n << 63n);
const INT_MAX = (1n << 63n) - 1n;
const UINT_MAX = (1n << 64n) - 1n;

/** The value as CEL's int. Fails if it has more than 64 bits. */
export function int(value: bigint): bigint {
  return value < INT_MIN || value > INT_MAX ? fail("return error for overflow") : value;
}

/** The value as CEL's uint. Fails if it is negative or has more than 64 bits. */
export function uint(value: bigint): bigint {
  return value < 0n || value > UINT_MAX ? fail("return error for overflow") : value;
}

/** A quotient, truncated. */
export function divide(a: bigint, b: bigint): bigint {
  return b === 0n ? fail("divide by zero") : a / b;
}

/** A remainder, with the sign of the dividend. */
export function modulo(a: bigint, b: bigint): bigint {
  return b === 0n ? fail("modulus by zero") : a % b;
}

/** `int(double)`: truncated. Fails outside the open range of 64 bits. */
export function intOfDouble(value: number): bigint {
  return value > -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : fail("integer overflow");
}

/** `uint(double)`: truncated. */
export function uintOfDouble(value: number): bigint {
  return value >= 0 && value < 2 ** 64 ? BigInt(Math.trunc(value)) : fail("unsigned integer overflow");
}

/** `int(string)`. */
export function intOfText(text: string): bigint {
  return int(/^[-+]?[0-9]+$/.test(text) ? BigInt(text.replace("+", "")) : fail(`cannot convert "${text}" to int`));
}

/** `uint(string)`. */
export function uintOfText(text: string): bigint {
  return uint(/^[0-9]+$/.test(text) ? BigInt(text) : fail(`cannot convert "${text}" to uint`));
}

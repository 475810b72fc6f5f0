import { fail } from "../error.js";
import { malformed } from "../wire/reader.js";

/**
 * Converts a 64-bit value to a number (option int64=number, jstype=JS_NUMBER), and rejects values that a number cannot
 * hold exactly. `at` is its position in binary input.
 */
export function longToNumber(v: bigint, at?: number): number {
  const n = Number(v);
  if (Number.isSafeInteger(n)) return n;
  const reason = `64-bit value ${v} is not a safe integer, use int64=bigint or int64=string`;
  return at === undefined ? fail(reason) : malformed(reason, at);
}

/**
 * Converts a 64-bit value represented as a string or number, or a map key, to the bigint that protobuf-es functions
 * use.
 */
export function toBigint(v: string | number | bigint): bigint {
  if (typeof v === "bigint") return v;
  if (typeof v === "string" ? !/^-?\d+$/.test(v) : !Number.isSafeInteger(v)) fail("expected a 64-bit integer");
  return BigInt(v);
}

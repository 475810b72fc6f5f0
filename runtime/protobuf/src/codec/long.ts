import { fail } from "../error.js";
import { malformed } from "../wire/reader.js";

/**
 * A 64-bit value as a number (option int64=number, jstype=JS_NUMBER): refuses what a number cannot hold exactly.
 * `at` is its position where it comes from binary input.
 */
export function longToNumber(v: bigint, at?: number): number {
  const n = Number(v);
  if (Number.isSafeInteger(n)) return n;
  const reason = `64-bit value ${v} is not a safe integer, use int64=bigint or int64=string`;
  return at === undefined ? fail(reason) : malformed(reason, at);
}

/** A 64-bit value in the shape of a string or a number, or the key of a map, as bigint: what functions of protobuf-es put there. */
export function toBigint(v: string | number | bigint): bigint {
  if (typeof v === "bigint") return v;
  if (typeof v === "string" ? !/^-?\d+$/.test(v) : !Number.isSafeInteger(v)) fail("expected a 64-bit integer");
  return BigInt(v);
}

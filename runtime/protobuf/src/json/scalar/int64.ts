import { fail } from "../../error.js";
import { describeJson, type JsonValue } from "../value.js";

const INT64_MIN = -0x8000000000000000n;
const INT64_MAX = 0x7fffffffffffffffn;
const UINT64_MAX = 0xffffffffffffffffn;

/** A number of up to 18 digits is in the range of int64 and of uint64. */
const MAX_SAFE_DIGITS = 18;

/** The quoted JSON text of an int64, sint64 or sfixed64; fails for any other value. */
export function writeInt64(v: bigint | string | number): string {
  if (typeof v === "bigint" ? v >= INT64_MIN && v <= INT64_MAX : isShortDecimal(v, true)) return `"${v}"`;
  return `"${int64(v)}"`;
}

/** The quoted JSON text of a uint64 or fixed64; fails for any other value. */
export function writeUint64(v: bigint | string | number): string {
  if (typeof v === "bigint" ? v >= 0n && v <= UINT64_MAX : isShortDecimal(v, false)) return `"${v}"`;
  return `"${uint64(v)}"`;
}

/** Reads an int64 from a string or a number without a fraction. */
export function readInt64(v: JsonValue | bigint): bigint {
  return int64(v);
}

/** Reads a uint64 from a string or a number without a fraction. */
export function readUint64(v: JsonValue | bigint): bigint {
  return uint64(v);
}

/** A map key of type int64, sint64 or sfixed64 in canonical form: "7" for "007". */
export function readInt64Key(key: string): string {
  return isShortDecimal(key, true) ? key : int64(key).toString();
}

/** A map key of type uint64 or fixed64 in canonical form. */
export function readUint64Key(key: string): string {
  return isShortDecimal(key, false) ? key : uint64(key).toString();
}

function int64(v: unknown): bigint {
  const n = integer(v);
  return n !== undefined && n >= INT64_MIN && n <= INT64_MAX ? n : fail(`expected int64, got ${describeJson(v)}`);
}

function uint64(v: unknown): bigint {
  const n = integer(v);
  return n !== undefined && n >= 0n && n <= UINT64_MAX ? n : fail(`expected uint64, got ${describeJson(v)}`);
}

function integer(v: unknown): bigint | undefined {
  switch (typeof v) {
    case "string":
      return parseInteger(v) ?? parseDecimal(v);
    case "number":
      return Number.isInteger(v) ? BigInt(v) : undefined;
    default:
      return typeof v === "bigint" ? v : undefined;
  }
}

/**
 * Decimal digits with a sign, and nothing else that BigInt() accepts. Long text is rejected, because parsing it is not
 * linear.
 */
function parseInteger(text: string): bigint | undefined {
  return text.length <= MAX_LENGTH && /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
}

const MAX_LENGTH = 100;

/**
 * The integer that text with a fraction or exponent represents, such as "1.5e3"; undefined if it is not an integer.
 * Nothing is rounded.
 */
export function parseDecimal(text: string): bigint | undefined {
  const match = text.length <= MAX_LENGTH ? decimal.exec(text) : null;
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/0+$/, "");
  const zeros = Number(exponent) - fraction.length + (whole.length + fraction.length - digits.length);
  if (digits === "") return whole + fraction === "" ? undefined : 0n;
  if (zeros < 0 || zeros > MAX_LENGTH) return undefined;
  return BigInt((sign === "-" ? "-" : "") + digits + "0".repeat(zeros));
}

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** Whether v is the canonical decimal text of an integer, or an integer, that is small enough to be in range. */
function isShortDecimal(v: string | number, signed: boolean): boolean {
  if (typeof v === "number") return Number.isSafeInteger(v) && (signed || v >= 0);
  if (typeof v !== "string") return false;
  const n = v.length;
  const start = signed && v.charCodeAt(0) === 45 ? 1 : 0;
  if (n === start || n - start > MAX_SAFE_DIGITS) return false;
  for (let i = start; i < n; i++) {
    const c = v.charCodeAt(i);
    if (c < 48 || c > 57) return false;
  }
  return v.charCodeAt(start) !== 48 || n === 1;
}

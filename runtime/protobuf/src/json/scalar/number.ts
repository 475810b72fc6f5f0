import { fail } from "../../error.js";
import { describeJson, type JsonValue } from "../value.js";
import { shortestFloat } from "./float.js";

/** The JSON text of an int32, sint32 or sfixed32; fails for any other value. */
export function writeInt32(v: number): string {
  if (typeof v !== "number" || (v | 0) !== v) wrong("int32", v);
  return String(v);
}

/** The JSON text of a uint32 or fixed32; fails for any other value. */
export function writeUint32(v: number): string {
  if (typeof v !== "number" || v >>> 0 !== v) wrong("uint32", v);
  return String(v);
}

/**
 * The JSON text of a float: the shortest that reads back as the same float. Fails for a finite number outside the range
 * of float32.
 */
export function writeFloat(v: number): string {
  if (typeof v !== "number") wrong("float", v);
  const float = Math.fround(v);
  return isBeyond(float, v) ? wrong("float", v) : writeDouble(shortestFloat(float));
}

/** The JSON text of a double. NaN and infinities, which JSON lacks, are written as strings. */
export function writeDouble(v: number): string {
  if (typeof v !== "number") wrong("double", v);
  if (v === 0) return 1 / v < 0 ? "-0" : "0";
  return v - v === 0 ? String(v) : `"${v}"`;
}

/** An int32 from a number or from a string with a number, such as 5, "5", "1e5" and "1.0". */
export function readInt32(v: JsonValue): number {
  if (typeof v === "number" && (v | 0) === v) return v | 0;
  const n = readNumberText(v);
  return (n | 0) === n ? n | 0 : wrong("int32", v);
}

/** A uint32 from a number or from a string with a number. */
export function readUint32(v: JsonValue): number {
  if (typeof v === "number" && v >>> 0 === v) return v >>> 0;
  const n = readNumberText(v);
  return n >>> 0 === n ? n >>> 0 : wrong("uint32", v);
}

/**
 * Reads a float: anything readDouble accepts, within the range of float32, rounded to float32. The text has the fewest
 * digits that identify the float, so only the rounded value equals the one that was written.
 */
export function readFloat(v: JsonValue): number {
  const n = readReal(v) ?? wrong("float", v);
  const float = Math.fround(n);
  return isBeyond(float, n) ? wrong("float", v) : float;
}

/** A double from a number, from a string with a number, or from "NaN", "Infinity" and "-Infinity". */
export function readDouble(v: JsonValue): number {
  return readReal(v) ?? wrong("double", v);
}

/** A map key of type int32, sint32 or sfixed32. */
export function readInt32Key(key: string): number {
  return readInt32(key);
}

/** A map key of type uint32 or fixed32. */
export function readUint32Key(key: string): number {
  return readUint32(key);
}

function readReal(v: JsonValue | bigint): number | undefined {
  if (typeof v === "number") return v - v === 0 ? v : undefined;
  if (typeof v === "bigint") return readReal(Number(v)); // an integer of many digits: parseJson
  switch (v) {
    case "NaN":
      return Number.NaN;
    case "Infinity":
      return Number.POSITIVE_INFINITY;
    case "-Infinity":
      return Number.NEGATIVE_INFINITY;
  }
  const n = readNumberText(v);
  return n - n === 0 ? n : undefined;
}

/** The decimal number in a string; NaN if it is not one. Number() would accept space, hexadecimal and more. */
function readNumberText(v: JsonValue): number {
  return typeof v === "string" && isDecimal.test(v) ? Number(v) : Number.NaN;
}

const isDecimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whether the number that was rounded to this float is finite and outside the range of float32. */
export function isBeyond(float: number, v: number): boolean {
  return (float === Number.POSITIVE_INFINITY || float === Number.NEGATIVE_INFINITY) && float !== v;
}

function wrong(type: string, v: unknown): never {
  return fail(`expected ${type}, got ${describeJson(v)}`);
}

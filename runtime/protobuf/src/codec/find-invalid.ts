import { isWellFormed } from "../wire/platform.js";
import { describe } from "./decode.js";
import { type FieldInfo, localName, type MessageInfo, parseFields } from "./message-info.js";

/**
 * Finds the first value in a message that its field does not allow, and returns what is wrong with it; the path of
 * proto names goes to `path`. Runs only when an encode has failed.
 */
export function findInvalid(message: unknown, info: MessageInfo, path: string[]): string | undefined {
  if (typeof message !== "object" || message === null) return `expected a message, got ${describe(message)}`;
  for (const field of parseFields(info)) {
    path.push(field.name);
    const reason = invalidField(field, message as Record<string, unknown>, path);
    if (reason !== undefined) return reason;
    path.pop();
  }
  return undefined;
}

function invalidField(field: FieldInfo, message: Record<string, unknown>, path: string[]): string | undefined {
  if (field.oneof !== undefined) {
    const oneof = message[localName(field.oneof)];
    if (typeof oneof !== "object" || oneof === null) return `expected { case, value }, got ${describe(oneof)}`;
    const { case: set, value } = oneof as { case?: unknown; value?: unknown };
    return set === localName(field.name) ? invalidValue(field, value, path) : undefined;
  }
  const value = message[localName(field.name)];
  if (field.repeated)
    return Array.isArray(value) ? invalidItem(field, value, path) : `expected an array, got ${describe(value)}`;
  if (field.mapKey !== undefined) return invalidMap(field, value, path);
  return value === undefined ? undefined : invalidValue(field, value, path);
}

function invalidItem(field: FieldInfo, items: readonly unknown[], path: string[]): string | undefined {
  for (let i = 0; i < items.length; i++) {
    path[path.length - 1] = `${field.name}[${i}]`;
    const reason = invalidValue(field, items[i], path);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function invalidMap(field: FieldInfo, value: unknown, path: string[]): string | undefined {
  if (typeof value !== "object" || value === null) return `expected an object, got ${describe(value)}`;
  for (const [key, entry] of Object.entries(value)) {
    path[path.length - 1] = `${field.name}[${JSON.stringify(key)}]`;
    const reason = invalidKey(field.mapKey!, key) ?? invalidValue(field, entry, path);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function invalidKey(type: string, key: string): string | undefined {
  if (type === "I") return invalidScalar(type, key);
  if (type === "H") return key === "true" || key === "false" ? undefined : `expected a key "true" or "false"`;
  return /^-?\d+$/.test(key)
    ? invalidScalar(type, ranges[type]?.[0] === "bigint" ? BigInt(key) : Number(key))
    : "expected an integer key";
}

function invalidValue(field: FieldInfo, value: unknown, path: string[]): string | undefined {
  if (field.message !== undefined) return findInvalid(value, field.message, path);
  return invalidScalar(field.type, value);
}

type Range = readonly [type: "number" | "bigint", name: string, min: number | bigint, max: number | bigint];
const int32: Range = ["number", "int32", -0x80000000, 0x7fffffff];
const uint32: Range = ["number", "uint32", 0, 0xffffffff];
const int64: Range = ["bigint", "int64 as bigint", -(1n << 63n), (1n << 63n) - 1n];
const uint64: Range = ["bigint", "uint64 as bigint", 0n, (1n << 64n) - 1n];
const ranges: Record<string, Range | undefined> = {
  C: int64,
  D: uint64,
  E: int32,
  F: uint64,
  G: uint32,
  M: uint32,
  N: int32,
  O: int32,
  P: int64,
  Q: int32,
  R: int64,
};

function invalidScalar(type: string, value: unknown): string | undefined {
  const range = ranges[type];
  if (range !== undefined) return invalidInteger(range, value);
  switch (type) {
    case "A":
    case "B":
      return typeof value === "number" ? undefined : `expected a number, got ${describe(value)}`;
    case "H":
      return typeof value === "boolean" ? undefined : `expected a boolean, got ${describe(value)}`;
    case "I":
      if (typeof value !== "string") return `expected a string, got ${describe(value)}`;
      return isWellFormed(value) ? undefined : "expected well-formed text, got a lone surrogate";
    case "L":
      return ArrayBuffer.isView(value) && (value as Uint8Array).BYTES_PER_ELEMENT === 1
        ? undefined
        : `expected a Uint8Array, got ${describe(value)}`;
    case "s":
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? undefined
        : `expected a JSON object, got ${describe(value)}`;
    default:
      return invalidLong(type, value);
  }
}

function invalidInteger([type, name, min, max]: Range, value: unknown): string | undefined {
  if (typeof value !== type || (type === "number" && !Number.isInteger(value)))
    return `expected ${name}, got ${describe(value)}`;
  return (value as bigint) < min || (value as bigint) > max
    ? `expected ${name}, got ${value}: out of range`
    : undefined;
}

/** 64-bit types in the shape of a string or a number. */
function invalidLong(type: string, value: unknown): string | undefined {
  const isLong = typeof value === "string" ? /^-?\d+$/.test(value) : Number.isSafeInteger(value);
  if (!isLong) {
    return `expected a 64-bit integer, got ${describe(value)}`;
  }
  return invalidInteger(ranges[type.toUpperCase()] ?? int64, BigInt(value as string));
}

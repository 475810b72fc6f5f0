import { isWellFormed } from "../wire/platform.js";
import { describe } from "./decode.js";
import { type FieldInfo, type FieldNames, parseFields } from "./message-info.js";

/**
 * Finds the first value that its field does not allow, and returns what is wrong with it. The path in proto names goes
 * to `path`. Runs only when an encode has failed.
 */
export function findInvalid(message: unknown, info: FieldNames, path: string[], type?: object): string | undefined {
  if (!isMessage(message)) return unlike("a message", message);
  const empty = emptyOf(type ?? message.constructor);
  for (const field of parseFields(info)) {
    path.push(field.name);
    const reason = invalidField(field, message, path, empty);
    if (reason !== undefined) return reason;
    path.pop();
  }
  return undefined;
}

/** Objects of other classes, such as Date and Map, are none; plain ones may stand for messages. */
function isMessage(value: unknown): value is Record<string, unknown> {
  return isObject(value) && ("$typeName" in value || Object.prototype.toString.call(value) === "[object Object]");
}

/** A message of the class in which nothing is set: it tells which fields are never undefined. */
function emptyOf(type: unknown): Record<string, unknown> | undefined {
  const isClass = typeof type === "function" && "$info" in type;
  return isClass ? new (type as unknown as new () => Record<string, unknown>)() : undefined;
}

function unlike(expected: string, value: unknown): string {
  return `expected ${expected}, got ${describe(value)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function invalidField(
  field: FieldInfo,
  message: Record<string, unknown>,
  path: string[],
  empty: Record<string, unknown> | undefined,
): string | undefined {
  const { name, key, oneof, repeated, mapKey } = field;
  const value = message[oneof ?? key];
  if (oneof !== undefined) {
    if (!isObject(value)) return unlike("{ case, value }", value);
    return value.case === key ? invalidValue(field, value.value, path) : undefined;
  }
  if (repeated ? !Array.isArray(value) : mapKey !== undefined && !isObject(value))
    return unlike(repeated ? "an array" : "an object", value);
  if (!repeated && mapKey === undefined) {
    const isUnset = value === undefined && empty?.[key] === undefined;
    return isUnset ? undefined : invalidValue(field, value, path);
  }
  const keys = repeated ? (value as unknown[]).keys() : Object.keys(value as object);
  for (const at of keys) {
    path[path.length - 1] = `${name}[${JSON.stringify(at)}]`;
    const reason =
      (repeated ? undefined : invalidKey(mapKey!, at as string)) ??
      invalidValue(field, (value as Record<string, unknown>)[at], path);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function invalidKey(type: string, key: string): string | undefined {
  if (type === "I") return invalidScalar(type, key);
  if (type === "H") return key === "true" || key === "false" ? undefined : `expected a key "true" or "false"`;
  if (!isInteger.test(key)) return "expected an integer key";
  return invalidScalar(type, typeof ranges[type]?.[1] === "bigint" ? BigInt(key) : Number(key));
}

const isInteger = /^-?\d+$/;

function invalidValue(field: FieldInfo, value: unknown, path: string[]): string | undefined {
  return field.message === undefined
    ? invalidScalar(field.type, value)
    : findInvalid(value, field.message, path, field.messageType);
}

type Range = readonly [name: string, min: number | bigint, max: number | bigint];
const int32: Range = ["int32", -0x80000000, 0x7fffffff];
const uint32: Range = ["uint32", 0, 0xffffffff];
const int64: Range = ["int64 as bigint", -(1n << 63n), (1n << 63n) - 1n];
const uint64: Range = ["uint64 as bigint", 0n, (1n << 64n) - 1n];
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

const isNumber: Kind = ["a number", (v) => typeof v === "number"];

type Kind = readonly [name: string, has: (value: unknown) => boolean];
const kinds: Record<string, Kind | undefined> = {
  A: isNumber,
  B: isNumber,
  H: ["a boolean", (v) => typeof v === "boolean"],
  I: ["a string", (v) => typeof v === "string"],
  L: ["a Uint8Array", (v) => ArrayBuffer.isView(v) && (v as Uint8Array).BYTES_PER_ELEMENT === 1],
  s: ["a JSON object", (v) => isObject(v) && !Array.isArray(v)],
};

function invalidScalar(type: string, value: unknown): string | undefined {
  const range = ranges[type];
  if (range !== undefined) return invalidInteger(range, value);
  const kind = kinds[type];
  if (kind === undefined) return invalidLong(type, value);
  if (!kind[1](value)) return unlike(kind[0], value);
  return type === "I" && !isWellFormed(value as string) ? "expected well-formed text, got a lone surrogate" : undefined;
}

function invalidInteger([name, min, max]: Range, value: unknown): string | undefined {
  if (typeof value !== typeof min || (typeof value === "number" && !Number.isInteger(value)))
    return unlike(name, value);
  return (value as bigint) < min || (value as bigint) > max
    ? `expected ${name}, got ${value}: out of range`
    : undefined;
}

/** 64-bit types represented as a string or a number. */
function invalidLong(type: string, value: unknown): string | undefined {
  const isLong = typeof value === "string" ? isInteger.test(value) : Number.isSafeInteger(value);
  if (!isLong) return unlike("a 64-bit integer", value);
  return invalidInteger(ranges[type.toUpperCase()] ?? int64, BigInt(value as string));
}

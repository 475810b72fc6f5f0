import { isWellFormed } from "../wire/platform.js";
import { describe } from "./decode.js";
import { type FieldInfo, type FieldNames, type NamedType, parseFields } from "./message-info.js";
import { isFields, ownValue } from "./object.js";

/** A search for the first value that its field does not allow. Runs only when something has failed. */
export interface Search {
  /** An init may lack fields; its scalars are not checked. */
  readonly isInit: boolean;
  /** Where the value is, in proto names. */
  readonly path: string[];
  /** The messages around it. */
  readonly around: unknown[];
}

/** Finds the first value that its field does not allow, and returns what is wrong with it. */
export function findInvalid(
  message: unknown,
  info: FieldNames,
  search: Search,
  type?: Partial<NamedType>,
): string | undefined {
  const { path, around } = search;
  if (!isFields(message)) return unlike("a message", message);
  if (message.$typeName !== undefined && type?.typeName !== undefined && message.$typeName !== type.typeName)
    return unlike(type.typeName, message);
  if (around.includes(message)) return "it contains itself";
  around.push(message);
  const empty = search.isInit ? undefined : emptyOf(type ?? message.constructor);
  const fields = parseFields(info);
  for (const field of fields) {
    path.push(field.name);
    const reason = invalidField(field, fields, message, search, empty);
    if (reason !== undefined) return reason;
    path.pop();
  }
  around.pop();
  return undefined;
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
  fields: readonly FieldInfo[],
  message: Record<string, unknown>,
  search: Search,
  empty: Record<string, unknown> | undefined,
): string | undefined {
  const { name, key, oneof, repeated, mapKey } = field;
  const { path, isInit } = search;
  const at = path.length - 1;
  const value = ownValue(message, oneof ?? key) as unknown;
  if (isInit && (value === undefined || value === null)) return undefined;
  if (oneof !== undefined) {
    if (isObject(value) && value.case === key) return invalidValue(field, value.value, search);
    const cases = fields.filter((other) => other.oneof === oneof).map((other) => other.key);
    path[at] = field.group!;
    if (!isObject(value) || !("case" in value)) return unlike("{ case, value }", value);
    const isKnown = value.case === undefined || cases.includes(value.case as string);
    return isKnown ? undefined : unlike(`case ${cases.join(" or ")}`, value.case);
  }
  if (!repeated && mapKey === undefined) {
    const isUnset = value === undefined && empty?.[key] === undefined;
    return isUnset ? undefined : invalidValue(field, value, search);
  }
  if (!(repeated ? Array.isArray(value) : isFields(value))) return unlike(repeated ? "an array" : "an object", value);
  const keys = repeated ? (value as unknown[]).keys() : Object.keys(value as object);
  for (const i of keys) {
    path[at] = `${name}[${JSON.stringify(i)}]`;
    const reason =
      (repeated || isInit ? undefined : invalidKey(mapKey!, i as string)) ??
      invalidValue(field, (value as Record<string, unknown>)[i], search);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The mistake in the key of a map, whose type has this letter. */
export function invalidKey(type: string, key: string): string | undefined {
  if (type === "I") return invalidScalar(type, key);
  if (type === "H") return key === "true" || key === "false" ? undefined : `expected a key "true" or "false"`;
  if (!isInteger.test(key)) return "expected an integer key";
  return invalidScalar(type, typeof ranges[type]?.[1] === "bigint" ? BigInt(key) : Number(key));
}

const isInteger = /^-?\d+$/;

function invalidValue(field: FieldInfo, value: unknown, search: Search): string | undefined {
  const invalid = field.messageType?.invalid;
  if (invalid) return invalid(value);
  if (field.message !== undefined) return findInvalid(value, field.message, search, field.messageType);
  return search.isInit ? undefined : invalidScalar(field.type, value);
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
  s: ["a JSON object", isFields],
};

/** The mistake in the value of a field, whose type has this letter. */
export function invalidScalar(type: string, value: unknown): string | undefined {
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

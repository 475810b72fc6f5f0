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
  type: Partial<NamedType>,
): string | undefined {
  const { path, around } = search;
  if (!isFields(message)) return unlike("a message", message);
  const typeName = message.$typeName ?? type.typeName;
  if (typeName !== (type.typeName ?? typeName)) return unlike(type.typeName!, message);
  if (around.includes(message)) return "it contains itself";
  around.push(message);
  const empty = search.isInit ? undefined : emptyOf(type);
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
function emptyOf(type: object): Record<string, unknown> | undefined {
  return "$info" in type ? new (type as unknown as new () => Record<string, unknown>)() : undefined;
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
  return isInteger.test(key) ? invalidInteger(type, key, true) : "expected an integer key";
}

const isInteger = /^-?\d+$/;

function invalidValue(field: FieldInfo, value: unknown, search: Search): string | undefined {
  const invalid = field.messageType?.invalid;
  if (invalid) return invalid(value);
  if (field.message !== undefined) return findInvalid(value, field.message, search, field.messageType!);
  return search.isInit ? undefined : invalidScalar(field.type, value);
}

const primitives: Record<string, string | undefined> = { A: "number", B: "number", H: "boolean", I: "string" };

/** The mistake in the value of a field, whose type has this letter. */
export function invalidScalar(type: string, value: unknown): string | undefined {
  const primitive = primitives[type];
  if (type === "L") return isBytes(value) ? undefined : unlike("a Uint8Array", value);
  if (type === "s") return isFields(value) ? undefined : unlike("a JSON object", value);
  if (primitive !== undefined && typeof value !== primitive) return unlike(`a ${primitive}`, value);
  if (type === "I")
    return isWellFormed(value as string) ? undefined : "expected well-formed text, got a lone surrogate";
  return primitive === undefined ? invalidInteger(type, value) : undefined;
}

function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) && (value as Uint8Array).BYTES_PER_ELEMENT === 1;
}

/** Small letters are the 64-bit types that are represented as a string or a number, like a key of a map. */
function invalidInteger(type: string, value: unknown, isText = type > "Z"): string | undefined {
  const is32 = "EGMNOQ".includes(type);
  const isUnsigned = "DFGMdf".includes(type);
  const isLike = isText
    ? Number.isSafeInteger(value) || (typeof value === "string" && isInteger.test(value))
    : is32
      ? Number.isInteger(value)
      : typeof value === "bigint";
  const name = `${isUnsigned ? "u" : ""}int${is32 ? "32" : "64 as bigint"}`;
  if (!isLike) return unlike(isText ? "a 64-bit integer" : name, value);
  const integer = BigInt(value as string);
  const kept = (isUnsigned ? BigInt.asUintN : BigInt.asIntN)(is32 ? 32 : 64, integer);
  return kept === integer ? undefined : `expected ${name}, got ${value}: out of range`;
}

import { isFields } from "../codec/object.js";
import { fail } from "../error.js";

/** Any JSON value, as JSON.parse returns it. */
export type JsonValue = number | string | boolean | null | JsonObject | JsonValue[];

/** A JSON object: own enumerable properties, "__proto__" included. */
export type JsonObject = { [k: string]: JsonValue };

/** Returns the value if it is an object and not an array; fails otherwise. */
export function readObject(v: JsonValue): JsonObject {
  return isFields(v) ? (v as JsonObject) : fail(`expected object, got ${describeJson(v)}`);
}

/** Returns the value if it is an array; fails otherwise. */
export function readArray(v: JsonValue): JsonValue[] {
  if (!Array.isArray(v)) return fail(`expected array, got ${describeJson(v)}`);
  return v;
}

const MAX_QUOTED_LENGTH = 40;

/** Describes the value found, for an error: short whatever its size, and never recursive. */
export function describeJson(v: unknown): string {
  switch (typeof v) {
    case "string":
      return v.length > MAX_QUOTED_LENGTH ? `string of ${v.length} characters` : JSON.stringify(v);
    case "number":
      return Object.is(v, -0) ? "-0" : String(v);
    case "bigint":
    case "boolean":
      return String(v);
    case "object":
      if (v === null) return "null";
      if (Array.isArray(v)) return "array";
      return isFields(v) ? "object" : v.constructor.name;
    default:
      return typeof v;
  }
}

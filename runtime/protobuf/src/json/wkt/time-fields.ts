import { cloneEntries, cloneValue } from "../../codec/clone.js";
import { equalObjects, equalValues } from "../../codec/equals.js";
import { isPlain } from "../../codec/object.js";

// The values of fields in classes that have Timestamps or Durations in other forms than that of the message. Such a class passes
// these functions to `clone` and `equals`, so that others do without.

/** The copy of the value of a field: a time, a list, map or oneof of times, or anything else. */
export function cloneTimes<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => cloneTimes(item)) as T;
  if (isTime(value)) return (value.getTime === undefined ? value : new Date(value.getTime())) as T;
  return isPlain(value) ? cloneEntries({} as T, value, cloneTimes) : cloneValue(value);
}

/** Whether two such values are equal. */
export function equalTimes(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return equalValues(a, b);
  if (isTime(a)) return isTime(b) && a.toJSON() === b.toJSON();
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equalTimes(item, b[i]));
  return isPlain(a) ? equalObjects(a, b, equalTimes) : equalValues(a, b);
}

/** Whether it is a Date or of a class of Temporal: an object with a text in JSON, unlike messages and what is in them. */
function isTime(value: object): value is { toJSON(): unknown; getTime?(): number } {
  return typeof (value as { toJSON?: unknown }).toJSON === "function" && !("$typeName" in value);
}

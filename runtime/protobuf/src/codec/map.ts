import { fail } from "../error.js";
import { invalid } from "../wire/writer.js";
import { toBigint } from "./long.js";
import { isFields, isPlain } from "./object.js";

/** Sets an entry as an own property, whatever its key. */
export function setEntry<V>(map: { [key: string]: V }, key: string | number, value: V): void {
  if (key === "__proto__") {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    map[key] = value;
  }
}

/** Returns the map of a field for a loop over its keys; fails for a Map, an array or null, which would do nothing. */
export function asMap<M extends object>(map: M): M {
  if (!isPlain(map) && !isFields(map)) invalid();
  return map;
}

/** The entries of a map field in deterministic order: numbers by value, strings by code unit. */
export function sortedEntries<V>(map: { [key: string]: V }, integers = false): [string, V][] {
  return Object.entries(map).sort(integers ? byInteger : byUnit);
}

function byUnit([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** 64-bit keys are not exact as numbers. */
function byInteger([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return toBigint(a) < toBigint(b) ? -1 : 1;
}

/** The key of a map with bool keys. */
export function toBool(key: string): boolean {
  return key === "true" || (key !== "false" && fail(`expected a key "true" or "false"`));
}

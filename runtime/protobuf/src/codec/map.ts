import { fail } from "../error.js";
import { deterministic } from "../wire/writer.js";
import { toBigint } from "./long.js";

/** Sets an entry as an own property, whatever its key is. */
export function setEntry<V>(map: { [key: string]: V }, key: string | number, value: V): void {
  if (key === "__proto__") {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    map[key] = value;
  }
}

/**
 * The entries of a map field, sorted by key where the caller of the encode asked for it: numbers by value, strings by
 * unit. Object.entries is a tenth of the cost of a lookup for each key (bench: maps).
 */
export function mapEntries<V>(map: { [key: string]: V }, integers = false): [string, V][] {
  const entries = Object.entries(map);
  if (deterministic) entries.sort(integers ? byInteger : byUnit);
  return entries;
}

function byUnit([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Keys of 64 bits are not exact as numbers. */
function byInteger([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return toBigint(a) < toBigint(b) ? -1 : 1;
}

/** The key of a map with bool keys. */
export function toBool(key: string): boolean {
  return key === "true" || (key !== "false" && fail(`expected a key "true" or "false"`));
}

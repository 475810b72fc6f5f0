import { fail } from "../error.js";
import { deterministic } from "../wire/writer.js";

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
export function mapEntries<V>(map: { [key: string]: V }): [string, V][] {
  const entries = Object.entries(map);
  return deterministic ? entries.sort(byKey) : entries;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  const x = Number(a);
  const y = Number(b);
  if (x !== y && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The key of a map with bool keys. */
export function toBool(key: string): boolean {
  return key === "true" || (key !== "false" && fail(`expected a key "true" or "false"`));
}

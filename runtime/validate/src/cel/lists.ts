import { fail } from "./fail.js";

/** `list[i]`. Fails where there is no such item. */
export function item<T>(list: readonly T[], index: number | bigint): T {
  const at = Number(index);
  return at >= 0 && at < list.length ? list[at]! : fail(`index out of bounds: ${index}`);
}

/** `map[key]`. Fails where there is no such entry. */
export function entry<T>(map: Readonly<Record<string, T>>, key: string | number | bigint | boolean): T {
  return hasKey(map, key) ? map[String(key)]! : fail(`no such key: ${key}`);
}

/** `key in map`. */
export function hasKey(map: object, key: string | number | bigint | boolean): boolean {
  return Object.hasOwn(map, String(key));
}

/** Whether the map has no entries. */
export function isEmpty(map: object): boolean {
  for (const _ in map) return false;
  return true;
}

/**
 * `list.unique()`: no two items are equal. NaN equals nothing, and 0 equals -0. Takes linear time: a list may come from a peer.
 */
export function unique(list: readonly (string | number | bigint | boolean)[]): boolean {
  const seen = new Set<unknown>();
  for (const item of list) {
    if (Number.isNaN(item)) continue;
    if (seen.has(item)) return false; // a Set takes -0 for 0
    seen.add(item);
  }
  return true;
}

/** The same for byte strings. */
export function uniqueBytes(list: readonly Uint8Array[]): boolean {
  const seen = new Set<string>();
  for (const bytes of list) {
    const text = latin1(bytes);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

/** A text with a character for each byte. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Whether two lists have equal items in the same order. */
export function listsEqual<T extends string | number | bigint | boolean>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

import { fail } from "../../error.js";
import type { JsonReadContext } from "../context.js";
import { describeJson, type JsonObject } from "../value.js";

/** For a key that is not a field: fails unless unknown fields are ignored. */
export function unknownKey(key: string, o: JsonReadContext): void {
  if (!o.ignoreUnknownFields) fail(`key ${describeJson(key)} is unknown`);
}

/** Fails if two keys of a map with integer keys are the same number, such as "1" and "01". */
export function checkUniqueKeys(map: JsonObject, readKey: (key: string) => string | number): void {
  let seen: Set<string> | undefined;
  for (const text in map) {
    const key = String(readKey(text));
    if (key === text) continue;
    if (Object.hasOwn(map, key) || seen?.has(key)) fail(`map key ${describeJson(text)} is set multiple times`);
    seen ??= new Set();
    seen.add(key);
  }
}

import type { JsonValue } from "@protoloom/protobuf";

/** JSON with the keys of each object in order, so that equal values have equal text, whatever file they were read from. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_, each: JsonValue) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

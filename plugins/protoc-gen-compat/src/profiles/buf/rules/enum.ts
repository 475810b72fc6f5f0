import { type BufRule, quote } from "../annotation.js";
import { checkRanges } from "../ranges.js";
import { located, part, type SourceEnum, type SourceValue } from "../source.js";

const ENUM_OPTIONS = 3;
const ENUM_FEATURES = 7;
const VALUE_NUMBER = 2;

export const enumRules: readonly BufRule[] = [
  {
    id: "ENUM_SAME_TYPE",
    on: "enum",
    check(report, next, previous) {
      const [before, after] = [previous, next].map(({ features }) => features.enumType.toLowerCase());
      if (before === after) return;
      const text = `Enum ${quote(next.proto.name)} changed from ${before} to ${after}.`;
      report(text, located(part(next, ENUM_OPTIONS, ENUM_FEATURES, 2), next) ?? next.file, previous);
    },
  },
  {
    id: "ENUM_SAME_JSON_FORMAT",
    on: "enum",
    check(report, next, previous) {
      const [before, after] = [previous.features.jsonFormat, next.features.jsonFormat];
      if (before !== "ALLOW" || after === "ALLOW") return;
      const text = `Enum ${quote(next.proto.name)} JSON format support changed from ${before} to ${after}.`;
      report(text, located(part(next, ENUM_OPTIONS, ENUM_FEATURES, 6), next) ?? next.file, previous);
    },
  },
  valueNoDelete("ENUM_VALUE_NO_DELETE", () => ""),
  valueNoDelete("ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", ({ proto }, _, names) => {
    if (names.every((name) => proto.reservedName.includes(name))) return undefined;
    return ` without reserving the name${names.length > 1 ? "s" : ""} ${names.map(quote).join(", ")}`;
  }),
  valueNoDelete("ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", ({ proto }, number) =>
    proto.reservedRange.some(({ start, end }) => number >= start && number <= end)
      ? undefined
      : ` without reserving the number "${number}"`,
  ),
  {
    id: "ENUM_VALUE_SAME_NAME",
    on: "enum",
    check(report, next, previous) {
      for (const [number, before] of previous.values) {
        const after = next.values.get(number);
        if (after === undefined || [...before.keys()].every((name) => after.has(name))) continue;
        const [old, now] = [sorted(before), sorted(after)];
        const plural = old.length > 1 && now.length > 1 ? "s" : "";
        const text =
          `Enum value "${number}" on enum ${quote(next.proto.name)} changed name${plural} ` +
          `from ${old.map(quote).join(", ")} to ${now.map(quote).join(", ")}.`;
        for (const value of after.values()) report(text, located(part(value, VALUE_NUMBER)) ?? next.file, previous);
      }
    },
  },
  {
    id: "RESERVED_ENUM_NO_DELETE",
    on: "enum",
    check(report, next, previous) {
      const place = located(next) ?? next.file;
      checkRanges(
        "reserved",
        "enum",
        2147483647,
        previous.proto.reservedRange,
        next.proto.reservedRange,
        next,
        (text) => report(text, place, previous),
      );
      const names = new Set(next.proto.reservedName);
      for (const name of previous.proto.reservedName.filter((each) => !names.has(each))) {
        report(
          `Previously present reserved name ${quote(name)} on enum ${quote(next.proto.name)} was deleted.`,
          place,
          previous,
        );
      }
    },
  },
];

/** `suffixOf` is undefined where the deletion is allowed. */
function valueNoDelete(
  id: string,
  suffixOf: (next: SourceEnum, number: number, names: readonly string[]) => string | undefined,
): BufRule {
  return {
    id,
    on: "enum",
    check(report, next, previous) {
      for (const [number, names] of previous.values) {
        if (next.values.has(number)) continue;
        const suffix = suffixOf(next, number, sorted(names));
        if (suffix === undefined) continue;
        const text = `Previously present enum value "${number}" on enum ${quote(next.proto.name)} was deleted${suffix}.`;
        report(text, located(next) ?? next.file, previous);
      }
    },
  };
}

function sorted(values: ReadonlyMap<string, SourceValue>): string[] {
  return [...values.keys()].sort();
}

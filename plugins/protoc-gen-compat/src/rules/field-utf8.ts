import type { FieldLayout } from "../layout.js";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldUtf8: Rule = rule({
  id: "field-utf8",
  on: "field",
  surfaces: ["binary"],
  purpose: "UTF-8 validation of a string field was turned on or off.",
  why: "The side that validates rejects text that the other side accepts.",
  fix: "Keep features.utf8_validation as it was.",
  check({ previous, next }) {
    const [a, b] = [previous?.layout, next?.layout];
    if (a === undefined || b === undefined || !hasString(a) || !hasString(b) || a.utf8 === b.utf8) return undefined;
    return {
      text: `field ${fullName(next!.desc)} is ${b.utf8 ? "now" : "no longer"} checked for valid UTF-8`,
      expects: "conditional",
      focus: [a, b],
    };
  },
});

function hasString(field: FieldLayout): boolean {
  return [field, field.key, field.value].some((part) => part?.kind === "string");
}

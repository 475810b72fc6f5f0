import { fullName, type Rule, rule } from "../rule.js";

export const fieldCardinality: Rule = rule({
  id: "field-cardinality",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "A field changed between singular, repeated and map.",
  why: "A singular field keeps the last of several values, and does not read packed lists.",
  fix: "Add a field.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [before, after] = [previous.layout.cardinality, next.layout.cardinality];
    if (before === after) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed from ${before} to ${after}`,
      expects: "conditional",
      focus: [previous.layout, next.layout],
    };
  },
});

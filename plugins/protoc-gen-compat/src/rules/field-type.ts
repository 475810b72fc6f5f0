import { fullName, type Rule, rule, typeName } from "../rule.js";

export const fieldType: Rule = rule({
  id: "field-type",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "The type of a field changed.",
  why: "Types differ in their encoding, or in the values that fit.",
  fix: "Add a field of the new type, write both, and remove the old one later.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [a, b] = [previous.layout, next.layout];
    if (a.kind === b.kind || a.cardinality === "map" || b.cardinality === "map") return undefined;
    return {
      text: `field ${fullName(next.desc)} changed type from ${typeName(previous.desc)} to ${typeName(next.desc)}`,
      expects: "breaking",
      focus: [a, b],
    };
  },
});

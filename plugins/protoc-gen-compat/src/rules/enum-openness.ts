import { type Rule, rule } from "../rule.js";

export const enumOpenness: Rule = rule({
  id: "enum-openness",
  on: "enum",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "An enum became open or closed.",
  why: "A closed enum does not accept unknown numbers, and its default is its first value.",
  fix: "Keep features.enum_type as it was.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.open === next.open) return undefined;
    const known = BigInt(next.values[0]?.number ?? 0);
    return {
      text: `enum ${next.typeName} became ${next.open ? "open" : "closed"}`,
      expects: "conditional",
      numbers: [known, 12345n],
    };
  },
});

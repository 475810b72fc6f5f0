import { type Rule, rule } from "../rule.js";

export const enumValueNumber: Rule = rule({
  id: "enum-value-number",
  on: "enum-value",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "The number of an enum value changed.",
  why: "Binary data contains the number, which now means another value or none.",
  fix: "Keep the number.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.number === next.number) return undefined;
    return {
      text: `enum value ${next.parent.typeName}.${next.name} moved from number ${previous.number} to ${next.number}`,
      expects: "conditional",
      numbers: [BigInt(previous.number), BigInt(next.number)],
    };
  },
});

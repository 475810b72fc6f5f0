import { type Rule, rule } from "../rule.js";

export const enumValueName: Rule = rule({
  id: "enum-value-name",
  on: "enum-value",
  surfaces: ["json", "json-strict", "text", "typescript"],
  purpose: "An enum value was renamed.",
  why: "JSON and the text format contain the name.",
  fix: "Add the new name as an alias after the old one.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.name === next.name) return undefined;
    return {
      text: `enum value ${previous.parent.typeName}.${previous.name} was renamed to ${next.name}`,
      expects: "conditional",
      numbers: [BigInt(next.number)],
    };
  },
});

import { type Rule, rule } from "../rule.js";

export const enumValueName: Rule = rule({
  id: "enum-value-name",
  on: "enum-value",
  surfaces: ["json", "json-strict", "text", "typescript"],
  purpose: "An enum value got another name.",
  why: "JSON and the text format write the name.",
  fix: "Add the new name as an alias behind the old one.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.name === next.name) return undefined;
    return {
      text: `enum value ${previous.parent.typeName}.${previous.name} was renamed to ${next.name}`,
      expects: "conditional",
      numbers: [BigInt(next.number)],
    };
  },
});

import { type Rule, rule } from "../rule.js";

export const enumValueAdded: Rule = rule({
  id: "enum-value-added",
  on: "enum-value",
  surfaces: ["json", "json-strict", "text"],
  purpose: "An enum value was added.",
  why: "An old reader keeps an unknown number if the enum is open, treats it as an unknown field if the enum is closed, and does not know the name in JSON.",
  fix: "Roll out readers first.",
  severity: "warning",
  check({ previous, next, enum: { previous: before, next: after } }) {
    if (previous !== undefined || next === undefined || before === undefined || after === undefined) return undefined;
    if (before.values.some(({ number }) => number === next.number)) return undefined; // an alias
    return {
      text: `enum value ${after.typeName}.${next.name} = ${next.number} was added`,
      expects: "conditional",
      numbers: [BigInt(next.number)],
      ifUnused: "info",
    };
  },
});

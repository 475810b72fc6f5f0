import { type Rule, rule } from "../rule.js";

export const enumFirstValue: Rule = rule({
  id: "enum-first-value",
  on: "enum",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "The first value of an enum, which is its default, changed.",
  why: "An absent field reads as the first value: the two versions read different values.",
  fix: "Add values after the first one.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [before, after] = [previous.values[0], next.values[0]];
    if (before === undefined || after === undefined || before.number === after.number) return undefined;
    return {
      text: `enum ${next.typeName} has the default ${after.name} = ${after.number}, was ${before.name} = ${before.number}`,
      expects: "conditional",
      numbers: [BigInt(before.number), BigInt(after.number)],
    };
  },
});

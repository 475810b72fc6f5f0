import { type Rule, rule } from "../rule.js";

export const enumValueAlias: Rule = rule({
  id: "enum-value-alias",
  on: "enum-value",
  surfaces: ["json", "json-strict", "text"],
  purpose: "An enum value got a second name, or lost it.",
  why: "The first name of a number is written to JSON; a reader that does not have the name rejects or ignores it.",
  fix: "Add aliases behind the first name; remove them when nobody writes them.",
  check({ previous, next, enum: { previous: before, next: after } }) {
    if (before === undefined || after === undefined || (previous === undefined) === (next === undefined))
      return undefined;
    const value = (previous ?? next)!;
    const others = (previous === undefined ? before : after).values;
    if (!others.some(({ number }) => number === value.number)) return undefined;
    return {
      text: `enum value ${value.parent.typeName}.${value.name} = ${value.number} was ${next ? "added as" : "removed, and was"} an alias`,
      expects: "safe",
      numbers: [BigInt(value.number)],
    };
  },
});

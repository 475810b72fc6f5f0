import { type Rule, rule } from "../rule.js";

export const enumValueAlias: Rule = rule({
  id: "enum-value-alias",
  on: "enum-value",
  surfaces: ["json", "json-strict", "text"],
  purpose: "An alias of an enum value was added or removed.",
  why: "The first name of a number is written to JSON; a reader that does not have the name rejects or ignores it.",
  fix: "Add aliases after the first name; remove them once nobody writes them.",
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

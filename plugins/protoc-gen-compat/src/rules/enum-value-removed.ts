import { valueReservations } from "../reserved.js";
import { type Rule, rule } from "../rule.js";

export const enumValueRemoved: Rule = rule({
  id: "enum-value-removed",
  on: "enum-value",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "An enum value was removed.",
  why: "An open enum keeps the number without a name; a closed one treats it as an unknown field. JSON with its name is rejected or ignored.",
  fix: "Keep it, deprecated. If it must go, reserve its number and its name.",
  check({ previous, next, enum: { next: after } }) {
    if (previous === undefined || next !== undefined || after === undefined) return undefined;
    if (after.values.some(({ number }) => number === previous.number)) return undefined; // an alias
    const { number, name } = previous;
    const { missing } = valueReservations(previous, after);
    return {
      text: `enum value ${previous.parent.typeName}.${name} = ${number} was removed`,
      expects: missing.length === 0 ? "extends" : "hazard",
      numbers: [BigInt(number)],
      ...(missing.length === 0 ? {} : { suggestion: missing.join(" ") }),
    };
  },
});

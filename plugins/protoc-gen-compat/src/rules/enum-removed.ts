import { type Rule, rule } from "../rule.js";

export const enumRemoved: Rule = rule({
  id: "enum-removed",
  on: "enum",
  surfaces: ["typescript"],
  purpose: "An enum was removed.",
  why: "Source code that uses it no longer compiles.",
  fix: "Keep it, deprecated, as long as it is used.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    return { text: `enum ${previous.typeName} was removed`, expects: "hazard" };
  },
});

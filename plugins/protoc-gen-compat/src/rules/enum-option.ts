import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const enumOption: Rule = rule({
  id: "enum-option",
  on: "enum",
  surfaces: ["typescript"],
  purpose: "A custom option of an enum changed.",
  why: "Only the owners of the option know what it means.",
  fix: "Check the readers of the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    return optionClaim(`enum ${next.typeName}`, previous.proto.options, next.proto.options);
  },
});

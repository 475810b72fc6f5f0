import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const enumValueOption: Rule = rule({
  id: "enum-value-option",
  on: "enum-value",
  surfaces: ["typescript"],
  purpose: "A custom option of an enum value changed.",
  why: "Only the owners of the option know what it means.",
  fix: "Check the readers of the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    return optionClaim(`enum value ${next.parent.typeName}.${next.name}`, previous.proto.options, next.proto.options);
  },
});

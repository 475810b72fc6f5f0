import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const enumValueOption: Rule = rule({
  id: "enum-value-option",
  on: "enum-value",
  surfaces: ["typescript"],
  purpose: "A custom option of an enum value changed.",
  why: "Only those who wrote the option know what it means.",
  fix: "Look at what reads the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    return optionClaim(`enum value ${next.parent.typeName}.${next.name}`, previous.proto.options, next.proto.options);
  },
});

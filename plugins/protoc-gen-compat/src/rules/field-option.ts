import { optionClaim } from "../option.js";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldOption: Rule = rule({
  id: "field-option",
  on: "field",
  surfaces: ["typescript"],
  purpose: "A custom option of a field changed.",
  why: "Only those who wrote the option know what it means.",
  fix: "Look at what reads the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const told = [1159, 1052]; // buf.validate.field, google.api.field_behavior
    return optionClaim(`field ${fullName(next.desc)}`, previous.desc.proto.options, next.desc.proto.options, told);
  },
});

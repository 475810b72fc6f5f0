import { optionClaim } from "../option.js";
import { fullName, type Rule, rule } from "../rule.js";
import { validationOptions } from "../validation/rules-of.js";

export const fieldOption: Rule = rule({
  id: "field-option",
  on: "field",
  surfaces: ["typescript"],
  purpose: "A custom option of a field changed.",
  why: "Only the owners of the option know what it means.",
  fix: "Check the readers of the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const told = [...validationOptions, 1052]; // google.api.field_behavior
    return optionClaim(`field ${fullName(next.desc)}`, previous.desc.proto.options, next.desc.proto.options, told);
  },
});

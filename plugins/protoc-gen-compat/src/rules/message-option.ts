import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";
import { validationOptions } from "../validation/rules-of.js";

export const messageOption: Rule = rule({
  id: "message-option",
  on: "message",
  surfaces: ["typescript"],
  purpose: "A custom option of a message changed.",
  why: "Only the owners of the option know what it means.",
  fix: "Check the readers of the option.",
  severity: "info",
  check({ previous, next, through }) {
    if (previous === undefined || next === undefined || through !== undefined) return undefined;
    return optionClaim(`message ${next.typeName}`, previous.proto.options, next.proto.options, validationOptions);
  },
});

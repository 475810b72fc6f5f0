import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const serviceOption: Rule = rule({
  id: "service-option",
  on: "service",
  surfaces: ["typescript"],
  purpose: "A custom option of a service changed.",
  why: "Only the owners of the option know what it means.",
  fix: "Check the readers of the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    return optionClaim(`service ${next.typeName}`, previous.proto.options, next.proto.options);
  },
});

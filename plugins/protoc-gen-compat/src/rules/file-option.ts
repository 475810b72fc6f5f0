import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const fileOption: Rule = rule({
  id: "file-option",
  on: "file",
  surfaces: ["typescript"],
  purpose: "A custom option of a file changed.",
  why: "Only the owners of the option know what it means.",
  fix: "Check the readers of the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    return optionClaim(`file ${next.proto.name}`, previous.proto.options, next.proto.options);
  },
});

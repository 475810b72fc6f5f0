import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const fileOption: Rule = rule({
  id: "file-option",
  on: "file",
  surfaces: ["typescript"],
  purpose: "A custom option of a file changed.",
  why: "Only those who wrote the option know what it means.",
  fix: "Look at what reads the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    return optionClaim(`file ${next.proto.name}`, previous.proto.options, next.proto.options);
  },
});

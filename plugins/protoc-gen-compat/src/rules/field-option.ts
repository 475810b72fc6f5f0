import { changedOptions } from "../option.js";
import { fullName, type Rule, rule } from "../rule.js";

/** A custom option of a field changed. */
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
    const changed = changedOptions(previous.desc.proto.options, next.desc.proto.options).filter(
      (no) => no !== 1159 && no !== 1052,
    );
    if (changed.length === 0) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed custom option ${changed.join(", ")}`,
      expects: "safe",
    };
  },
});

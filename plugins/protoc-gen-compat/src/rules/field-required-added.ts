import { fullName, type Rule, rule } from "../rule.js";

export const fieldRequiredAdded: Rule = rule({
  id: "field-required-added",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "A required field was added.",
  why: "Old data does not have the field: every reader of the new version rejects it.",
  fix: "Make it optional, and check for it in the application.",
  check({ previous, next }) {
    if (previous !== undefined || next?.layout.presence !== "required") return undefined;
    return {
      text: `required field ${fullName(next.desc)} = ${next.layout.number} was added`,
      expects: "breaking",
      focus: [next.layout],
    };
  },
});

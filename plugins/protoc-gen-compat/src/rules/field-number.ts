import { fullName, type Rule, rule } from "../rule.js";

export const fieldNumber: Rule = rule({
  id: "field-number",
  on: "field",
  surfaces: ["binary"],
  purpose: "The number of a field changed.",
  why: "Binary data identifies fields by number: data under the old number is no longer read.",
  fix: "Keep the number. For another meaning, add a field.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.layout.number === next.layout.number) return undefined;
    return {
      text: `field ${fullName(next.desc)} moved from number ${previous.layout.number} to ${next.layout.number}`,
      expects: "breaking",
      focus: [previous.layout, next.layout],
    };
  },
});

import { fullName, type Rule, rule } from "../rule.js";

export const fieldNumber: Rule = rule({
  id: "field-number",
  on: "field",
  surfaces: ["binary"],
  purpose: "The number of a field changed.",
  why: "Binary data identifies fields by number: data under the old number is no longer read.",
  fix: "Keep the number. For another meaning, add a field.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.shape.number === next.shape.number) return undefined;
    return {
      text: `field ${fullName(next.desc)} moved from number ${previous.shape.number} to ${next.shape.number}`,
      expects: "breaking",
      focus: [previous.shape, next.shape],
    };
  },
});

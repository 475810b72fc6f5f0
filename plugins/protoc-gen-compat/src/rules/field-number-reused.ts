import { fullName, type Rule, rule } from "../rule.js";

export const fieldNumberReused: Rule = rule({
  id: "field-number-reused",
  on: "field",
  surfaces: ["binary"],
  purpose: "A field got the number of another field that still exists.",
  why: "Data of one is read as the other.",
  fix: "Use a number that no field has had.",
  check({ previous, next, message }) {
    if (next === undefined || previous?.layout.number === next.layout.number) return undefined;
    const before = message.layouts?.previous.byNumber.get(next.layout.number);
    if (before === undefined) return undefined;
    return {
      text: `field ${fullName(next.desc)} has number ${next.layout.number}, which ${before.name} had`,
      expects: "breaking",
      focus: [next.layout, before],
    };
  },
});

import { fullName, type Rule, rule } from "../rule.js";

export const fieldRequired: Rule = rule({
  id: "field-required",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "A field became required, or is no longer required.",
  why: "The side that requires the field rejects what the other side writes without it.",
  fix: "Keep the field as it is: required is forever.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [before, after] = [previous.layout.presence === "required", next.layout.presence === "required"];
    if (before === after) return undefined;
    return {
      text: `field ${fullName(next.desc)} ${after ? "became" : "is no longer"} required`,
      expects: "breaking",
      focus: [previous.layout, next.layout],
    };
  },
});

import { fullName, type Rule, rule } from "../rule.js";

export const fieldName: Rule = rule({
  id: "field-name",
  on: "field",
  surfaces: ["json", "json-strict", "text", "typescript"],
  purpose: "A field was renamed.",
  why: "JSON, the text format and source code identify fields by name.",
  fix: "Keep the name; for JSON alone, keep the old one with json_name.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.layout.name === next.layout.name) return undefined;
    return {
      text: `field ${fullName(previous.desc)} was renamed to ${next.desc.name}`,
      expects: "breaking",
      focus: [previous.layout, next.layout],
    };
  },
});

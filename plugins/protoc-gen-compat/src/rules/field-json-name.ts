import { fullName, type Rule, rule } from "../rule.js";

export const fieldJsonName: Rule = rule({
  id: "field-json-name",
  on: "field",
  surfaces: ["json", "json-strict"],
  purpose: "The JSON name of a field changed.",
  why: "JSON identifies fields by their JSON name.",
  fix: "Set json_name to the old one.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.layout.name !== next.layout.name) return undefined;
    if (previous.layout.jsonName === next.layout.jsonName) return undefined;
    return {
      text: `field ${fullName(next.desc)} is named "${next.layout.jsonName}" in JSON, was "${previous.layout.jsonName}"`,
      expects: "breaking",
      focus: [previous.layout, next.layout],
    };
  },
});

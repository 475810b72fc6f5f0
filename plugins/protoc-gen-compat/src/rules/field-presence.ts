import { fullName, type Rule, rule } from "../rule.js";

export const fieldPresence: Rule = rule({
  id: "field-presence",
  on: "field",
  surfaces: ["binary", "typescript"],
  purpose: "A field gained or lost presence.",
  why: "Without presence, a field explicitly set to zero is read back as unset.",
  fix: "Keep the presence of the field.",
  severity: "warning",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || next.layout.kind === "message") return undefined;
    const [a, b] = [previous.layout, next.layout];
    if (a.cardinality !== "singular" || b.cardinality !== "singular" || a.presence === b.presence) return undefined;
    if (a.presence === "required" || b.presence === "required") return undefined;
    return {
      text: `field ${fullName(next.desc)} changed from ${a.presence} to ${b.presence} presence`,
      expects: "conditional",
      focus: [a, b],
    };
  },
});

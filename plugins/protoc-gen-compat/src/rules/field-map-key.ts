import { fullName, type Rule, rule } from "../rule.js";

export const fieldMapKey: Rule = rule({
  id: "field-map-key",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "The key type of a map changed.",
  why: "Entries whose key does not fit are lost or rejected.",
  fix: "Add a field.",
  check({ previous, next }) {
    const [a, b] = [previous?.layout, next?.layout];
    if (a?.key === undefined || b?.key === undefined || a.key.kind === b.key.kind) return undefined;
    return {
      text: `field ${fullName(next!.desc)} changed its key from ${a.key.kind} to ${b.key.kind}`,
      expects: "breaking",
      focus: [a, b],
    };
  },
});

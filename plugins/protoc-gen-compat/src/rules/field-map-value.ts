import { fullName, type Rule, rule, typeName } from "../rule.js";

export const fieldMapValue: Rule = rule({
  id: "field-map-value",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "The value type of a map changed.",
  why: "Values that do not fit are lost or rejected.",
  fix: "Add a field.",
  check({ previous, next }) {
    if (previous?.layout.value === undefined || next?.layout.value === undefined) return undefined;
    const [before, after] = [typeName(previous.desc), typeName(next.desc)];
    if (
      before === after ||
      (previous.layout.value.kind === next.layout.value.kind && previous.layout.key?.kind !== next.layout.key?.kind)
    ) {
      return undefined;
    }
    return {
      text: `field ${fullName(next.desc)} changed type from ${before} to ${after}`,
      expects: previous.layout.value.kind === next.layout.value.kind ? "safe" : "breaking",
      focus: [previous.layout, next.layout],
    };
  },
});

import { fullName, type Rule, rule, typeName } from "../rule.js";

export const fieldMapValue: Rule = rule({
  id: "field-map-value",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "The value type of a map changed.",
  why: "Values that do not fit are lost or rejected.",
  fix: "Add a field.",
  check({ previous, next }) {
    if (previous?.shape.value === undefined || next?.shape.value === undefined) return undefined;
    const [before, after] = [typeName(previous.desc), typeName(next.desc)];
    if (
      before === after ||
      (previous.shape.value.kind === next.shape.value.kind && previous.shape.key?.kind !== next.shape.key?.kind)
    ) {
      return undefined;
    }
    return {
      text: `field ${fullName(next.desc)} changed type from ${before} to ${after}`,
      expects: previous.shape.value.kind === next.shape.value.kind ? "safe" : "breaking",
      focus: [previous.shape, next.shape],
    };
  },
});

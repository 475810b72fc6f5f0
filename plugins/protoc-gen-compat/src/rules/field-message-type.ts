import { fullName, type Rule, rule, typeName } from "../rule.js";

export const fieldMessageType: Rule = rule({
  id: "field-message-type",
  on: "field",
  surfaces: ["json", "json-strict", "typescript"],
  purpose: "The message type of a field changed.",
  why: "The types may differ. They are compared separately, field by field.",
  fix: "Keep the type, or make the new one equal in structure.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [a, b] = [previous.layout, next.layout];
    if (a.kind !== "message" || b.kind !== "message" || a.cardinality === "map" || b.cardinality === "map")
      return undefined;
    if (a.message!.typeName === b.message!.typeName) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed type from ${typeName(previous.desc)} to ${typeName(next.desc)}`,
      expects: "safe",
      focus: [a, b],
    };
  },
});

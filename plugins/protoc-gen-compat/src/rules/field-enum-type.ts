import { fullName, type Rule, rule, typeName } from "../rule.js";

export const fieldEnumType: Rule = rule({
  id: "field-enum-type",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "The enum type of a field changed.",
  why: "Numbers and names that only one side has are lost or mean something else.",
  fix: "Keep the enum, or give the new one the same values.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [a, b] = [previous.layout, next.layout];
    if (a.kind !== "enum" || b.kind !== "enum" || a.enum!.typeName === b.enum!.typeName) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed type from ${typeName(previous.desc)} to ${typeName(next.desc)}`,
      expects: "safe",
      focus: [a, b],
    };
  },
});

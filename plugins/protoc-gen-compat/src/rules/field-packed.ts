import { fullName, type Rule, rule } from "../rule.js";

export const fieldPacked: Rule = rule({
  id: "field-packed",
  on: "field",
  surfaces: ["binary"],
  purpose: "A repeated field became packed, or is no longer packed.",
  why: "Readers read both forms.",
  fix: "Nothing.",
  check({ previous, next }) {
    const [a, b] = [previous?.layout, next?.layout];
    if (a?.cardinality !== "repeated" || b?.cardinality !== "repeated" || a.packed === b.packed) return undefined;
    return {
      text: `field ${fullName(next!.desc)} is ${b.packed ? "now packed" : "no longer packed"}`,
      expects: "safe",
      focus: [a, b],
    };
  },
});

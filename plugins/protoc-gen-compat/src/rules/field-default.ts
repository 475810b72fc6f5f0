import { fullName, type Rule, rule } from "../rule.js";
import { showValue } from "../witness/show.js";
import { isZero, sameValue } from "../witness/state.js";

export const fieldDefault: Rule = rule({
  id: "field-default",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "The default of a field changed.",
  why: "An absent field reads as the default: the two versions read different values.",
  fix: "Keep the default; set values in the application.",
  check({ previous, next }) {
    const [a, b] = [previous?.layout, next?.layout];
    if (a?.default === undefined || b?.default === undefined || sameValue(a.default, b.default)) return undefined;
    const [before, after] = [showValue(a, a.default), showValue(b, b.default)];
    if (a.kind !== b.kind && isZero(a.default) && isZero(b.default)) return undefined;
    return {
      text: `field ${fullName(next!.desc)} changed its default from ${before} to ${after}`,
      expects: "conditional",
      focus: [a, b],
    };
  },
});

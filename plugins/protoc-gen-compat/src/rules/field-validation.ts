import type { FieldPair } from "../pairs.js";
import { type Claim, fullName, type Rule, rule } from "../rule.js";
import { type Comparison, compareRules } from "../validation/compare.js";
import { refused } from "../validation/effect.js";

export const fieldValidation: Rule = rule({
  id: "field-validation",
  on: "field",
  surfaces: ["rpc"],
  purpose: "A validation rule of a field (buf.validate or protoc-gen-validate) changed.",
  why: "A stricter rule refuses values that were valid; a looser one lets new values reach readers that still refuse them.",
  fix: "Tighten rules in a new field only. Loosen them in readers first.",
  check(pair) {
    const previous = pair.previous?.desc;
    const next = pair.next?.desc;
    const found = compareRules(previous, next);
    return found === undefined ? undefined : claimOf(pair, found);
  },
});

function claimOf({ previous, next }: FieldPair, { tightened, loosened, incomparable }: Comparison): Claim {
  const field = (next ?? previous)!.desc;
  const name = `field ${fullName(field)}`;
  const effects = [
    ...(tightened === undefined ? [] : [refused(field, tightened, "backward")]),
    ...(loosened === undefined ? [] : [refused(field, loosened, "forward")]),
  ];
  const rest = incomparable.length === 0 ? "" : `; ${incomparable.join(", ")} cannot be compared`;
  if (tightened !== undefined) {
    const also = loosened === undefined ? "" : `, and accepts what ${loosened.rule} refused`;
    return {
      text: `${name} is validated more strictly, by ${tightened.rule}${also}${rest}`,
      expects: "conditional",
      effects,
    };
  }
  if (loosened !== undefined) {
    const text = `${name} is validated less strictly: ${loosened.rule} no longer refuses as much${rest}`;
    return { text, expects: "conditional", effects, severity: "warning" };
  }
  if (incomparable.length > 0)
    return {
      text: `${name} changed validation rules that cannot be compared: ${incomparable.join(", ")}`,
      expects: "hazard",
    };
  return {
    text: `${name} changed its validation rules, and no value that was tried is judged differently`,
    expects: "safe",
  };
}

import type { Pair } from "../pairs.js";
import type { Claim, Rule } from "../rule.js";
import { rules } from "../rules/index.js";

/** A rule and its claim about a pair. */
export interface RuleClaim {
  readonly rule: Rule;
  readonly claim: Claim;
}

/** Rules by the kind of pair that they check, ordered by id. */
const rulesOn = new Map<Pair["kind"], Rule[]>();
for (const rule of rules) rulesOn.set(rule.on, [...(rulesOn.get(rule.on) ?? []), rule]);

export function claimsOf(pair: Pair): RuleClaim[] {
  return (rulesOn.get(pair.kind) ?? []).flatMap((rule) => {
    const claim = rule.check(pair);
    return claim === undefined ? [] : [{ rule, claim }];
  });
}

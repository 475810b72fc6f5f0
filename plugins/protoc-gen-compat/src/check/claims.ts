import { isLanguage, type LanguageSurface } from "../finding.js";
import type { Pair } from "../pairs.js";
import type { Rule, RuleClaim } from "../rule.js";
import { rules } from "../rules/index.js";
import { guarded } from "./guard.js";

/** The claims of all rules for the kind of a pair, ordered by id; those of the user's own rules come last. */
export type ClaimsOf = (pair: Pair) => RuleClaim[];

interface Needed {
  readonly rules?: readonly Rule[];
  readonly languages?: readonly LanguageSurface[];
}

/** The function for the rules of the table and the user's own. */
export function claimsWith({ rules: own = [], languages = [] }: Needed): ClaimsOf {
  const rulesOn = new Map<Pair["kind"], Rule[]>();
  const used = languages.length > 0 ? rules : rules.filter(({ surfaces }) => !surfaces.every(isLanguage));
  for (const rule of [...used, ...own.map(guarded)]) rulesOn.set(rule.on, [...(rulesOn.get(rule.on) ?? []), rule]);
  return (pair) =>
    (rulesOn.get(pair.kind) ?? []).flatMap((rule) => {
      const claim = rule.check(pair);
      return claim === undefined ? [] : [{ rule, claim }];
    });
}

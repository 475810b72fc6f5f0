import type { Effect } from "../finding.js";
import type { Claim } from "../rule.js";
import { type Focus, measure } from "../witness/measure.js";
import type { Layouts } from "../witness/trial.js";

/** The fields whose values a claim needs to be tried. */
export function focusOf(claim: Claim): Focus {
  return new Set((claim.focus ?? []).filter((field) => field !== undefined));
}

/** The effects of a claim on data, capped at the claim's limit. */
export function measured(claim: Claim, layouts: Layouts | undefined): Effect[] {
  if (claim.focus === undefined || layouts === undefined) return [];
  return capped(measure(layouts, focusOf(claim)), claim);
}

function capped(effects: readonly Effect[], claim: Claim): Effect[] {
  const { atMost } = claim;
  return atMost === undefined ? [...effects] : effects.map((effect) => ({ ...effect, verdict: atMost }));
}

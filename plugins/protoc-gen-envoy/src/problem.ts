import type { Place } from "@protoloom/envoy";

/** One thing that is wrong. All of a run are collected, and nothing is written. */
export interface Problem {
  readonly place: Place;
  /** The name of the check, which README.md explains. */
  readonly check: string;
  /** What was found: begins with the element, by its name. */
  readonly text: string;
  /** What would happen. */
  readonly why: string;
  readonly fix: string;
}

/** As the user reads it: three lines. */
export function showProblem({ place, check, text, why, fix }: Problem): string {
  return `${place}: ${text} (${check})\n    ${why}\n    ${fix}`;
}

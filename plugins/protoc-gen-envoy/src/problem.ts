import type { Place } from "@protoloom/envoy";

/** One thing that is wrong. All of a run are collected, and nothing is written if one of them is no note. */
export interface Problem {
  readonly place: Place;
  /** The name of the check, which README.md explains. */
  readonly check: string;
  /** What was found: begins with the element, by its name. */
  readonly text: string;
  /** What would happen. */
  readonly why: string;
  readonly fix: string;
  /** It is told, and the rest is written: the file is one of the clients, who can do what Envoy cannot. */
  readonly isNote?: boolean;
}

/** As the user reads it: three lines. */
export function showProblem({ place, check, text, why, fix }: Problem): string {
  return `${place}: ${text} (${check})\n    ${why}\n    ${fix}`;
}

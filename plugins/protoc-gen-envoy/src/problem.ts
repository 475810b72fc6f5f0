import type { Place } from "@protoloom/envoy";

/** A problem. A run collects all of them, and writes nothing unless all are notes. */
export interface Problem {
  readonly place: Place;
  /** The name of the check. README.md explains it. */
  readonly check: string;
  /** The finding. It begins with the element's name. */
  readonly text: string;
  /** The consequence if it were ignored. */
  readonly why: string;
  readonly fix: string;
  /** Whether it is only reported and the output still written: it breaks nothing, or is for clients, which support more. */
  readonly isNote?: boolean;
}

/** The problem as text, in three lines. */
export function showProblem({ place, check, text, why, fix }: Problem): string {
  return `${place}: ${text} (${check})\n    ${why}\n    ${fix}`;
}

import type { Place } from "@protoloom/envoy";
import type { Built } from "./plan/build.js";

/** A check of the model: a row of README.md's table, and a folder of fixtures. */
export interface Check {
  /** The name of its file. */
  readonly id: string;
  /** The consequence if it were ignored. */
  readonly why: string;
  readonly fix: string;
  find(built: Built): Iterable<Finding>;
}

export interface Finding {
  readonly place: Place;
  /** The finding. It begins with the element's name. */
  readonly text: string;
  /** Whether it is only reported, without failing the run. */
  readonly isNote?: boolean;
}

/** Keeps one finding per place: one setting for many methods is one mistake. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ place }) => {
    const isNew = !seen.has(place);
    seen.add(place);
    return isNew;
  });
}

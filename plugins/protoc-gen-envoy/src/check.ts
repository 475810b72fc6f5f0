import type { Place } from "@protoloom/envoy";
import type { Built } from "./plan/build.js";

/** One thing that a model must not be: a row of README.md's table, and a folder of fixtures that shows it. */
export interface Check {
  /** The name of its file. */
  readonly id: string;
  /** What would happen. */
  readonly why: string;
  readonly fix: string;
  find(built: Built): Iterable<Finding>;
}

export interface Finding {
  readonly place: Place;
  /** What was found: begins with the element, by its name. */
  readonly text: string;
  /** It is told, and not refused. */
  readonly isNote?: boolean;
}

/** One finding for each place: what is said once of many methods is wrong once. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ place }) => {
    const isNew = !seen.has(place);
    seen.add(place);
    return isNew;
  });
}

/** Differences that are the judges' own limits. */
import { readFileSync } from "node:fs";
import { lostWithNaN } from "./es.mjs";
import { replay } from "./judge.mjs";

/**
 * For each difference the reason for which it says nothing about our rules; undefined where there is none. The judges try
 * values of their own, and ours may be the one that shows a break. And upb copies the bits of a NaN, while JavaScript may
 * set its quiet bit: what was another type's bits does not come back.
 */
export function limitsOf(differences, images) {
  const claims = differences.filter(
    ({ surface, is, says }) => surface === "binary" && !is && says.witness !== undefined,
  );
  const witnesses = claims.map(({ says: { witness, types } }) => ({ ...witness, types }));
  const confirmed = replay(witnesses, images);
  const lost = lostWithNaN(readFileSync(images.before), readFileSync(images.after), witnesses);
  return differences.map((difference) => {
    const at = claims.indexOf(difference);
    if (at < 0) return undefined;
    if (confirmed[at] !== null) return "upb confirms our witness, a value that it did not try itself";
    return difference.direction === "proxy" && lost[at] !== undefined
      ? "protobuf-es confirms our witness: JavaScript changes bits of a NaN that upb keeps"
      : undefined;
  });
}

/** Differences that are the judges' own limits. */
import { replay } from "./judge.mjs";

/**
 * For each difference the reason for which it says nothing about our rules; undefined where there is none. The one reason
 * that there is: the judges try values of their own, and ours may be the one that shows a break.
 */
export function limitsOf(differences, images) {
  const claims = differences.filter(
    ({ surface, is, says }) => surface === "binary" && !is && says.witness !== undefined,
  );
  const confirmed = replay(
    claims.map(({ says: { witness, types } }) => ({ ...witness, types })),
    images,
  );
  return differences.map((difference) => {
    const at = claims.indexOf(difference);
    return at >= 0 && confirmed[at] !== null
      ? "upb confirms our witness, a value that it did not try itself"
      : undefined;
  });
}

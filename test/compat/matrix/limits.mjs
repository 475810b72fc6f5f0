/** Differences that are the judges' own limits, each with its reason. */
import { replay } from "./judge.mjs";

const limits = [];

/** For each difference the reason for which it says nothing about our rules; undefined where there is none. */
export function limitsOf(differences, images) {
  const claims = differences.filter(({ surface, is, says }) => surface === "binary" && !is && says.witness !== undefined);
  const confirmed = replay(claims.map(({ says }) => says.witness), images);
  return differences.map((difference) => {
    const at = claims.indexOf(difference);
    if (at >= 0 && confirmed[at] !== null) return "upb confirms our witness, a value that it did not try itself";
    return limits.find(({ applies }) => applies(difference))?.reason;
  });
}

/** Findings beside the truth: { id, truth, ours, buf } by surface and direction. */

export const surfaces = ["binary", "json", "json-strict", "rpc"];
const directions = ["backward", "forward", "proxy"];

export function score(rows, surface, whose) {
  const real = rows.filter(({ truth }) => truth[surface] !== undefined);
  const found = rows.filter((row) => row[whose]?.[surface] !== undefined);
  return {
    real: real.length,
    missed: real.filter((row) => row[whose]?.[surface] === undefined).map(({ id }) => id),
    found: found.length,
    wrong: found.filter(({ truth }) => truth[surface] === undefined).map(({ id }) => id),
  };
}

export function show({ real, missed, found, wrong }) {
  const rate = (part, whole) => (whole === 0 ? "–" : (part / whole).toFixed(2));
  return `recall ${rate(real - missed.length, real)} precision ${rate(found - wrong.length, found)}`;
}

/** How many judgements there are: for each row, surface and direction. */
export function count(rows) {
  return rows.length * surfaces.length * directions.length;
}

/** Where we and the judges say otherwise. */
export function differences(rows) {
  return rows.flatMap((row) =>
    surfaces.flatMap((surface) =>
      directions.flatMap((direction) => {
        const [is, says] = [row.truth[surface]?.[direction], row.ours[surface]?.[direction]];
        return (is === undefined) === (says === undefined) ? [] : [{ ...row, surface, direction, is, says }];
      }),
    ),
  );
}

/** Findings by case, surface and direction: the first counts. */
export function note(found, id, surface, direction, rule) {
  found[id] ??= {};
  found[id][surface] ??= {};
  found[id][surface][direction] ??= rule;
}

/** The case that a file belongs to: group/name.proto, or group/name/file.proto. */
export function caseOf(file) {
  return file
    .split("/")
    .slice(0, 2)
    .join("/")
    .replace(/\.proto$/, "");
}

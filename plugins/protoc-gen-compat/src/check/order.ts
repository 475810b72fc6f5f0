import type { Finding, Location } from "../finding.js";

/** Orders findings by file and place, then by rule and text. */
export function byPlace(a: Finding, b: Finding): number {
  return (
    compareLocations(a.next ?? a.previous, b.next ?? b.previous) ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.text < b.text ? -1 : 1)
  );
}

function compareLocations(a: Location | undefined, b: Location | undefined): number {
  const [x, y] = [a?.file ?? "", b?.file ?? ""];
  if (x !== y) return x < y ? -1 : 1;
  const [p, q] = [a?.path ?? [], b?.path ?? []];
  for (let i = 0; i < Math.min(p.length, q.length); i++) if (p[i] !== q[i]) return p[i]! - q[i]!;
  return p.length - q.length;
}

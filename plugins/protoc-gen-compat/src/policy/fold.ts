import type { Effect, Finding } from "../finding.js";
import { mergeEffects } from "../witness/measure.js";
import type { Judged } from "./policy.js";

const order = ["off", "info", "warning", "error"] as const;

/**
 * Keeps one finding per place: the worst one, which lists the others found there or within the same removed file. A waiver
 * bound to that finding covers all of them. Otherwise waived findings are reported separately.
 */
export function foldPlaces(findings: readonly Judged[]): Judged[] {
  const removedFiles = new Set(findings.filter(({ rule }) => rule === "file-removed").map(({ element }) => element));
  const groups = new Map<string, Judged[]>();
  for (const finding of findings) {
    const key = placeOf(finding, removedFiles);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap(foldGroup);
}

/** The place of a finding. An element of a removed file that was not moved belongs to the file. */
function placeOf(finding: Finding, removedFiles: ReadonlySet<string>): string {
  const { element, previous, next, through } = finding;
  if (next === undefined && previous !== undefined && removedFiles.has(previous.file)) return `file ${previous.file}`;
  return `${element} ${through?.element ?? ""}`;
}

function foldGroup(group: readonly Judged[]): Judged[] {
  const all = worstFirst(group);
  const head = all[0]!;
  if (head.waiver?.change !== undefined) return [joined(head, all.slice(1))];
  const open = all.filter(({ waiver }) => waiver === undefined);
  const waived = all.filter(({ waiver }) => waiver !== undefined);
  return [...(open.length === 0 ? [] : [joined(open[0]!, open.slice(1))]), ...waived];
}

/** A removed file comes before its contents, whatever their severity. The rest is ordered by severity, then as found. */
function worstFirst(group: readonly Judged[]): Judged[] {
  const rank = ({ rule, severity }: Judged): number => (rule === "file-removed" ? 9 : order.indexOf(severity));
  return [...group].sort((a, b) => rank(b) - rank(a));
}

function joined(head: Judged, others: readonly Judged[]): Judged {
  if (others.length === 0) return head;
  const severity = [head, ...others]
    .map((each) => each.severity)
    .sort((a, b) => order.indexOf(b) - order.indexOf(a))[0]!;
  const effects: readonly Effect[] = mergeEffects([head, ...others].flatMap((each) => each.effects));
  const suggestion = [head, ...others].find((each) => each.suggestion !== undefined)?.suggestion;
  return {
    ...head,
    severity,
    effects,
    also: others.map(({ rule, text, fingerprint }) => ({ rule, text, fingerprint })),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

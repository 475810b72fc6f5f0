import { type Image, shownPath } from "./baseline/image.js";
import { unexplainedRule } from "./check/combination.js";
import { type Effect, isSource, type Location } from "./finding.js";
import type { Judged, Judgement } from "./policy/policy.js";
import type { Versions } from "./policy/version.js";
import { nameOfWaiver } from "./policy/waiver.js";
import type { Rule } from "./rule.js";
import { rules } from "./rules/index.js";

/** Findings for display, with lines, columns and the texts of their rules. */
export interface Report {
  /** The name of the baseline. */
  readonly against: string;
  /** Set if the version of the baseline is known. */
  readonly version?: Versions;
  /** The findings as the policy judges them, and whether the check fails. */
  readonly judgement: Judgement;
  /** The findings in the order of display. */
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly finding: Judged;
  readonly previous: Place | undefined;
  readonly next: Place | undefined;
  readonly purpose: string;
  readonly why: string;
  readonly fix: string;
  /** The order in which to update programs so that the change is harmless. Undefined if no order helps. */
  readonly rollout: string | undefined;
}

/** Lines and columns count from 1. Without source info both are 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const known = new Map([...rules, unexplainedRule].map((rule) => [rule.id, rule]));

export function createReport(
  against: string,
  judgement: Judgement,
  previous: Image,
  next: Image,
  own: readonly Rule[] = [],
): Report {
  const texts = new Map([...known, ...own.map((rule) => [rule.id, rule] as const)]);
  const entries = judgement.findings.map((finding): Entry => {
    const { purpose, why, fix } = texts.get(finding.rule)!;
    return {
      finding,
      previous: placeOf(finding.previous, previous),
      next: placeOf(finding.next, next),
      purpose,
      why,
      fix,
      rollout: rolloutOf(finding.effects),
    };
  });
  return { against, judgement, entries };
}

/** A change that fails in one direction only is harmless once no data flows in that direction. */
function rolloutOf(effects: readonly Effect[]): string | undefined {
  const isBad = ({ surface, verdict }: Effect): boolean =>
    !isSource(surface) && surface !== "rpc" && (verdict === "breaking" || verdict === "conditional");
  const directions = new Set(effects.filter(isBad).map(({ direction }) => direction));
  if (directions.size !== 1) return undefined;
  if (directions.has("forward")) return "update all readers before the first writer";
  if (directions.has("backward")) return "update all writers before the first reader, and rewrite what is stored";
  return undefined;
}

function placeOf(location: Location | undefined, image: Image): Place | undefined {
  if (location === undefined) return undefined;
  const span = location.path.length === 0 ? undefined : image.locations(location.file).get(location.path.join())?.span;
  return { file: shownPath(image, location.file), line: (span?.[0] ?? 0) + 1, column: (span?.[1] ?? 0) + 1 };
}

/** The place to show: in the new version, otherwise in the old one. */
export function mainPlace({ next, previous }: Entry): Place {
  return next ?? previous ?? { file: "", line: 1, column: 1 };
}

/** Both places of a finding as one text. */
export function showPlaces(entry: Entry): string {
  const { previous, next } = entry;
  if (previous === undefined) return `${showPlace(mainPlace(entry))} (new)`;
  if (next === undefined) return `${showPlace(previous)} (before)`;
  return `${showPlace(next)} (before: ${showPlace(previous)})`;
}

export function showPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** The entries that make the check fail, in order. */
export function failing(report: Report): readonly Entry[] {
  return report.entries.filter(({ finding }) => finding.severity === "error" && finding.waiver === undefined);
}

/** The report without the entries of compatible changes. Its summary still counts them. */
export function withoutCompatible(report: Report): Report {
  const isShown = ({ finding }: Entry): boolean => finding.severity !== "info" || finding.waiver !== undefined;
  return { ...report, entries: report.entries.filter(isShown) };
}

/** The waivers that can be removed, as one line. Undefined if there are none. */
export function spentWaivers({ judgement: { spent } }: Report): string | undefined {
  if (spent.length === 0) return undefined;
  const names = spent.slice(0, 3).map(nameOfWaiver).join(", ");
  const more = spent.length > 3 ? ` and ${spent.length - 3} more` : "";
  return `spent, nothing is left to waive: ${names}${more}; --prune removes ${spent.length === 1 ? "it" : "them"}`;
}

/** The result of the check in one line. */
export function summary({ judgement: { findings, problems, bump }, version: versions }: Report): string {
  const count = (severity: Judged["severity"]): number =>
    findings.filter((each) => each.severity === severity && each.waiver === undefined).length;
  const waived = findings.filter((each) => each.waiver !== undefined).length;
  const parts = [
    `${count("error")} breaking`,
    `${count("warning")} to review`,
    `${count("info")} compatible`,
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(problems.length > 0 ? [`${problems.length} waiver ${problems.length === 1 ? "problem" : "problems"}`] : []),
  ];
  const number = versions === undefined ? "" : `, ${versions.next} after ${versions.current}`;
  return `${parts.join(", ")}; ${bump === "none" ? "needs no new version" : `needs a ${bump} version${number}`}`;
}

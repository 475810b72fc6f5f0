import { type Direction, type Effect, isSource, type Witness } from "../finding.js";
import { type Entry, mainPlace, type Report, showPlace, spentWaivers, summary } from "../report.js";
import { grouped } from "./grouped.js";

/** Colours for a terminal. Plain text elsewhere. */
export interface Style {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const none = (text: string): string => text;
/** No colours, for files and pipes. */
export const plain: Style = { red: none, yellow: none, green: none, dim: none, bold: none };

const ansi =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`;
/** Terminal colours by ANSI escape sequences. */
export const colours: Style = {
  red: ansi(31, 39),
  yellow: ansi(33, 39),
  green: ansi(32, 39),
  dim: ansi(2, 22),
  bold: ansi(1, 22),
};

/** Text for a terminal. A compatible finding takes one line; all others are explained. */
export function formatText(report: Report, style: Style = plain): string {
  const blocks = report.entries.map((entry) => formatEntry(entry, style));
  const problems = report.judgement.problems.map((problem) => style.red(`✗ ${problem}`));
  const spent = spentWaivers(report);
  const notes = spent === undefined ? [] : [style.dim(spent)];
  return `${[...blocks, ...problems, ...notes, `${style.bold(summary(report))}  ${style.dim(`(against ${report.against})`)}`].join("\n\n")}\n`;
}

function formatEntry(entry: Entry, style: Style): string {
  const { finding } = entry;
  const marks = { error: style.red("✗"), warning: style.yellow("!"), info: style.green("✓"), off: "" };
  const mark = finding.waiver === undefined ? marks[finding.severity] : style.green("○");
  const head = `${mark} ${style.bold(showPlace(mainPlace(entry)))} ${finding.text}  ${style.dim(finding.rule)}`;
  const quiet = finding.severity === "info" || finding.waiver !== undefined;
  const lines = quiet
    ? quietLines(entry)
    : [...diffLines(entry, style), ...witnessLines(finding.effects), ...explain(entry)];
  for (const { text, rule } of (finding.also ?? []).slice(0, MOST_ALSO)) lines.push(`also      ${text}  ${rule}`);
  const unshown = (finding.also?.length ?? 0) - MOST_ALSO;
  if (unshown > 0) lines.push(`also      ${unshown} more`);
  if (finding.suggestion !== undefined) lines.push(`paste     ${finding.suggestion}`);
  if (finding.role !== undefined) lines.push(`role      ${finding.role}`);
  if (finding.demoted !== undefined) lines.push(`unproved  ${finding.demoted}`);
  return [head, ...lines.map((line) => `    ${line}`)].join("\n");
}

/** Limits the list: a removed file may have contained hundreds of messages. */
const MOST_ALSO = 8;

function quietLines({ finding: { waiver, proof, effects } }: Entry): string[] {
  if (waiver !== undefined) return [`waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`];
  const strict = effects.some(({ surface }) => surface === "json-strict")
    ? "; strict readers of JSON and text reject it until they know it"
    : "";
  return proof === undefined
    ? []
    : [`proof     ${proof.samples} messages went both ways unchanged (seed ${proof.seed})${strict}`];
}

/** Lines wider than this are shown below each other instead of side by side. */
const SIDE_WIDTH = 56;

/** The old and the new line side by side, with their places below. */
function diffLines({ finding: { before, after, through }, previous, next }: Entry, style: Style): string[] {
  const old = { text: `- ${before ?? "(not there)"}`, place: `  ${previous === undefined ? "" : showPlace(previous)}` };
  const now = { text: `+ ${after ?? "(not there)"}`, place: `  ${next === undefined ? "" : showPlace(next)}` };
  const where = through === undefined ? [] : [style.dim(`  in ${through.element}`)];
  if (before === undefined && after === undefined) return where;
  const width = Math.max(old.text.length, old.place.length) + 3;
  if (width > SIDE_WIDTH) {
    return [style.red(old.text), style.dim(old.place), style.green(now.text), style.dim(now.place), ...where].filter(
      (line) => line.trim() !== "",
    );
  }
  return [
    style.red(old.text.padEnd(width)) + style.green(now.text),
    style.dim((old.place.padEnd(width) + now.place).trimEnd()),
    ...where,
  ];
}

function explain({ why, fix, rollout }: Entry): string[] {
  return [`why       ${why}`, `fix       ${fix}`, ...(rollout === undefined ? [] : [`or        ${rollout}`])];
}

/** The directions in readable form. */
export const ways: Readonly<Record<Direction, string>> = {
  backward: "old → new",
  forward: "new → old",
  proxy: "through the other and back",
};

function witnessLines(effects: readonly Effect[]): string[] {
  const bad = effects.filter(({ verdict }) => verdict === "breaking" || verdict === "conditional");
  return grouped(bad).flatMap(({ surfaces, direction, verdict, witness }) => [
    `${surfaces.join(", ")}  ${ways[direction]}: ${verdict === "conditional" ? "some values" : "every value"}`,
    ...(witness === undefined ? [] : showWitness(witness).map((line) => `  ${line}`)),
  ]);
}

export function showWitness(witness: Witness): string[] {
  if (isSource(witness.surface)) return [...witness.data.split("\n"), `now: ${witness.read}`];
  const data = witness.data === "" ? "(empty)" : brief(witness.data.split("\n").join(" "));
  return [`${data}   ${brief(witness.written)}  ⇒  ${brief(witness.read)}`];
}

const MOST_OF_A_VALUE = 80;

/** A value that a person can take in. JSON has all of it. */
export function brief(value: string): string {
  if (value.length <= MOST_OF_A_VALUE) return value;
  return `${value.slice(0, 40)}…${value.slice(-16)} (${value.length} characters)`;
}

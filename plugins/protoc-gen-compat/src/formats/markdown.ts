import { type Entry, mainPlace, type Report, showPlaces, spentWaivers, summary } from "../report.js";
import { grouped } from "./grouped.js";
import { showWitness, ways } from "./text.js";

/** GitHub limits a comment to 65,536 characters; GitLab allows more. */
const MOST_CHARACTERS = 60_000;

/** A comment for a pull request: breaking findings first, folded by file, then the rest, up to the size limit. */
export function formatMarkdown(report: Report): string {
  const { entries, judgement } = report;
  const open = entries.filter(({ finding }) => finding.waiver === undefined && finding.severity === "error");
  const rest = entries.filter((entry) => !open.includes(entry));
  const verdict = judgement.failed ? "## ❌ This change breaks the protocol" : "## ✅ This change keeps the protocol";
  const spent = spentWaivers(report);
  const head = [
    `${verdict}\n\n${summary(report)}, compared with \`${report.against}\`.`,
    ...judgement.problems.map((problem) => `- ⚠️ ${escapeMarkdown(problem)}`),
    ...(spent === undefined ? [] : [escapeMarkdown(spent)]),
  ];
  const room = MOST_CHARACTERS - head.join("\n\n").length;
  const { parts, left } = fitting(open, room);
  const table = left.length === 0 && rest.length > 0 ? folded(rest) : "";
  const isTableIn = table !== "" && parts.join("\n\n").length + table.length < room;
  const unshown = left.length + (isTableIn ? 0 : rest.length);
  const note =
    unshown === 0 ? [] : [`${unshown} more findings do not fit into a comment: the whole report has them all.`];
  return `${[...head, ...parts, ...(isTableIn ? [table] : []), ...note].join("\n\n")}\n`;
}

/** Sections by file, folded if there are several files, until the room is used up; and the entries left out. */
function fitting(entries: readonly Entry[], room: number): { parts: string[]; left: Entry[] } {
  const files = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { file } = mainPlace(entry);
    files.set(file, [...(files.get(file) ?? []), entry]);
  }
  const parts: string[] = [];
  const left: Entry[] = [];
  let used = 0;
  for (const [file, own] of files) {
    const sections: string[] = [];
    for (const entry of own) {
      const text = section(entry);
      if (left.length > 0 || used + text.length + file.length + 100 > room) left.push(entry);
      else {
        sections.push(text);
        used += text.length + 2;
      }
    }
    if (sections.length === 0) continue;
    used += file.length + 100;
    const body = sections.join("\n\n");
    const title = `<code>${escapeHtml(file)}</code>: ${own.length} breaking`;
    parts.push(files.size === 1 ? body : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`);
  }
  return { parts, left };
}

function section(entry: Entry): string {
  const { finding, why, fix, rollout } = entry;
  const { before, after } = finding;
  const diff = [before && `- ${before}`, after && `+ ${after}`].filter(Boolean).join("\n");
  const witnesses = grouped(finding.effects).flatMap(({ surfaces, direction, witness }) =>
    witness === undefined ? [] : [`# ${surfaces.join(", ")}, ${ways[direction]}`, ...showWitness(witness)],
  );
  return [
    `### ${escapeMarkdown(finding.text)}`,
    `\`${finding.rule}\` at \`${showPlaces(entry)}\`, change \`${finding.fingerprint}\``,
    ...(finding.also ?? []).slice(0, 8).map(({ text, rule }) => `Also: ${escapeMarkdown(text)} (\`${rule}\`)`),
    ...(finding.role === undefined ? [] : [`Counted one way: ${escapeMarkdown(finding.role)}.`]),
    ...(diff === "" ? [] : [fence("diff", diff)]),
    `**Why:** ${escapeMarkdown(why)} **Instead:** ${escapeMarkdown(fix)}${rollout === undefined ? "" : ` **Or:** ${rollout}.`}${finding.suggestion === undefined ? "" : ` Paste \`${finding.suggestion}\`.`}`,
    ...(witnesses.length === 0
      ? []
      : [`<details><summary>Proof</summary>\n\n${fence("text", witnesses.join("\n"))}\n\n</details>`]),
  ].join("\n\n");
}

function folded(entries: readonly Entry[]): string {
  const rows = entries.map((entry) => {
    const { finding } = entry;
    const note = finding.waiver === undefined ? finding.verdict : `waived by ${finding.waiver.owner}`;
    return `| ${escapeMarkdown(finding.text)} | \`${finding.rule}\` | ${escapeMarkdown(note)} | \`${showPlaces(entry)}\` |`;
  });
  const table = ["| change | rule | verdict | place |", "|---|---|---|---|", ...rows].join("\n");
  return `<details><summary>${entries.length} more</summary>\n\n${table}\n\n</details>`;
}

/** A code block with a fence longer than any in the text. */
function fence(language: string, text: string): string {
  const ticks = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, "\\$&").replaceAll("\n", " ");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

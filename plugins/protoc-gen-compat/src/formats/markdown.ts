import { type Entry, type Report, showPlaces, spentWaivers, summary } from "../report.js";
import { grouped } from "./grouped.js";
import { showWitness, ways } from "./text.js";

/** A comment for a pull request: the breaks open, the rest folded. */
export function formatMarkdown(report: Report): string {
  const { entries, judgement } = report;
  const open = entries.filter(({ finding }) => finding.waiver === undefined && finding.severity === "error");
  const rest = entries.filter((entry) => !open.includes(entry));
  const head = judgement.failed ? "## ❌ This change breaks the protocol" : "## ✅ This change keeps the protocol";
  const parts = [
    `${head}\n\n${summary(report)}, compared with \`${report.against}\`.`,
    ...judgement.problems.map((problem) => `- ⚠️ ${escapeMarkdown(problem)}`),
    ...[spentWaivers(report)].flatMap((spent) => (spent === undefined ? [] : [escapeMarkdown(spent)])),
    ...open.map(section),
    ...(rest.length === 0 ? [] : [folded(rest)]),
  ];
  return `${parts.join("\n\n")}\n`;
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
    `\`${finding.rule}\` at \`${showPlaces(entry)}\``,
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

/** A fence longer than any in the text. */
function fence(language: string, text: string): string {
  const ticks = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, "\\$&").replaceAll("\n", " ");
}

import { isSource } from "../finding.js";
import { type Entry, mainPlace, type Report, showPlaces, spentWaivers, summary } from "../report.js";

/** Annotations for GitHub Actions, one workflow command per line. */
export function formatGithub(report: Report): string {
  const shown = report.entries.filter(({ finding }) => finding.severity !== "info" && finding.waiver === undefined);
  const problems = report.judgement.problems.map((problem) => `::error title=waiver::${escapeData(problem)}`);
  const spent = spentWaivers(report);
  const notes = spent === undefined ? [] : [`::notice title=waiver::${escapeData(spent)}`];
  return `${[...shown.map(annotation), ...problems, ...notes, `::notice title=protoloom check::${escapeData(summary(report))}`].join("\n")}\n`;
}

function annotation(entry: Entry): string {
  const { finding, fix } = entry;
  const { file, line, column } = mainPlace(entry);
  const witness = finding.effects.find((effect) => effect.witness !== undefined)?.witness;
  const proof =
    witness === undefined || isSource(witness.surface)
      ? ""
      : `\n${witness.data}: ${witness.written} is read as ${witness.read}`;
  const properties = `file=${escapeProperty(file)},line=${line},col=${column},title=${escapeProperty(finding.rule)}`;
  return `::${finding.severity} ${properties}::${escapeData(`${finding.text}\n${showPlaces(entry)}${proof}\n${fix}`)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

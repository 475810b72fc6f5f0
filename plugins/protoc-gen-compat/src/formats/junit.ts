import { type Entry, mainPlace, type Report, showPlaces } from "../report.js";
import { escapeXml } from "./escape.js";
import { showWitness } from "./text.js";

/** JUnit XML: a suite for each file, a case for each finding. */
export function formatJunit(report: Report): string {
  const files = [...new Set(report.entries.map((entry) => mainPlace(entry).file))];
  const suites = files.map((file) => {
    const entries = report.entries.filter((entry) => mainPlace(entry).file === file);
    const failures = entries.filter(fails).length;
    const head = `  <testsuite name="${escapeXml(file)}" tests="${entries.length}" failures="${failures}" errors="0">`;
    return [head, ...entries.map(testCase), "  </testsuite>"].join("\n");
  });
  const problems = report.judgement.problems.map(
    (problem) => `    <testcase name="waiver"><failure message="${escapeXml(problem)}"></failure></testcase>`,
  );
  const waivers =
    problems.length === 0
      ? []
      : [
          `  <testsuite name="waivers" tests="${problems.length}" failures="${problems.length}" errors="0">`,
          ...problems,
          "  </testsuite>",
        ];
  return `${['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, ...waivers, "</testsuites>"].join("\n")}\n`;
}

/** The witnesses, and the suggested fix. */
function details({ finding, fix }: Entry): string {
  const witnesses = finding.effects.flatMap(({ surface, direction, witness }) =>
    witness === undefined ? [] : [`${surface} ${direction}`, ...showWitness(witness)],
  );
  return [...witnesses, fix].join("\n");
}

function fails({ finding }: Entry): boolean {
  return finding.severity === "error" && finding.waiver === undefined;
}

function testCase(entry: Entry): string {
  const { finding } = entry;
  const name = `name="${escapeXml(`${finding.rule} ${finding.element}`)}"`;
  if (!fails(entry)) return `    <testcase ${name}/>`;
  const message = escapeXml(`${showPlaces(entry)}: ${finding.text}`);
  return `    <testcase ${name}>\n      <failure message="${message}" type="${finding.rule}">${escapeXml(details(entry))}</failure>\n    </testcase>`;
}

import { isSource } from "../finding.js";
import { type Entry, mainPlace, type Place, type Report } from "../report.js";

/** SARIF 2.1.0, for code scanning. */
export function formatSarif(report: Report): string {
  const used = new Map(report.entries.map((entry) => [entry.finding.rule, entry]));
  const rules = [...used.keys()].sort();
  const sarif = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "protoloom check", rules: rules.map((id) => ruleJson(id, used.get(id)!)) } },
        results: report.entries.map((entry) => resultJson(entry, rules)),
      },
    ],
  };
  return `${JSON.stringify(sarif, undefined, 2)}\n`;
}

function ruleJson(id: string, { purpose, why, fix }: Entry): unknown {
  return { id, shortDescription: { text: purpose }, fullDescription: { text: why }, help: { text: fix } };
}

function resultJson(entry: Entry, rules: readonly string[]): unknown {
  const { finding, previous } = entry;
  const levels = { error: "error", warning: "warning", info: "note", off: "none" };
  return {
    ruleId: finding.rule,
    ruleIndex: rules.indexOf(finding.rule),
    level: levels[finding.severity],
    message: { text: [finding.text, ...witnessTexts(entry)].join("\n") },
    locations: [locationJson(mainPlace(entry))],
    ...(previous === undefined
      ? {}
      : { relatedLocations: [{ id: 0, message: { text: "before" }, ...locationJson(previous) }] }),
    partialFingerprints: { "compat/v1": finding.fingerprint },
    ...(finding.waiver === undefined
      ? {}
      : { suppressions: [{ kind: "external", justification: `${finding.waiver.owner}: ${finding.waiver.reason}` }] }),
  };
}

function witnessTexts({ finding }: Entry): string[] {
  return finding.effects.flatMap(({ surface, direction, witness }) =>
    witness === undefined || isSource(surface)
      ? []
      : [`${surface} ${direction}: ${witness.data}: ${witness.written} is read as ${witness.read}`],
  );
}

function locationJson({ file, line, column }: Place): { physicalLocation: unknown } {
  return { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line, startColumn: column } } };
}

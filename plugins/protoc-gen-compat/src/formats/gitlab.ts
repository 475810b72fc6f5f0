import { mainPlace, type Report } from "../report.js";

/** GitLab's code quality report. */
export function formatGitlab(report: Report): string {
  const severities = { error: "critical", warning: "minor", info: "info", off: "info" };
  const issues = report.entries
    .filter(({ finding }) => finding.waiver === undefined)
    .map((entry) => {
      const { file, line } = mainPlace(entry);
      return {
        description: entry.finding.text,
        check_name: entry.finding.rule,
        fingerprint: entry.finding.fingerprint,
        severity: severities[entry.finding.severity],
        location: { path: file, lines: { begin: line } },
        ...(entry.previous === undefined || entry.next === undefined
          ? {}
          : { other_locations: [{ path: entry.previous.file, lines: { begin: entry.previous.line } }] }),
      };
    });
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}

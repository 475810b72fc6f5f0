import { nameOfWaiver } from "../policy/waiver.js";
import { type Entry, type Report, summary } from "../report.js";

/** JSON for programs, described by compat-report.schema.json. */
export function formatJson(report: Report): string {
  const { judgement, against } = report;
  const json = {
    version: 1,
    against,
    failed: judgement.failed,
    bump: judgement.bump,
    versions: report.version,
    summary: summary(report),
    problems: judgement.problems,
    spent: judgement.spent.map(nameOfWaiver),
    findings: report.entries.map(entryJson),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function entryJson({ finding, previous, next, why, fix, rollout }: Entry): unknown {
  const { rule, verdict, severity, element, text, fingerprint, roles, effects, before, after } = finding;
  return {
    rule,
    verdict,
    severity,
    element,
    text,
    fingerprint,
    previous: previous && { ...previous, declaration: before },
    next: next && { ...next, declaration: after },
    roles,
    effects,
    through: finding.through?.element,
    also: finding.also,
    proof: finding.proof,
    role: finding.role,
    demoted: finding.demoted,
    suggestion: finding.suggestion,
    waiver: finding.waiver && { ...finding.waiver, origin: undefined },
    why,
    fix,
    rollout,
  };
}

import { type Direction, type Effect, type Finding, type Surface, surfaces, worst } from "../finding.js";
import type { Severity } from "../rule.js";
import { courseOf, isOnData, noRoles, type Roles } from "./roles.js";
import { covers, fingerprint, nameOfWaiver, type Waiver } from "./waiver.js";

/** How a team judges findings. */
export interface Policy {
  /** Severities by rule id, instead of those that the verdicts imply. */
  readonly severity: ReadonlyMap<string, Severity>;
  /** Severities for parts of the schema. The first match wins; without a match, `severity` applies. */
  readonly scopes: readonly Scope[];
  /** The surfaces that count. Effects on others are dropped. */
  readonly surfaces: ReadonlySet<Surface>;
  /** The directions that count. Effects in others are dropped. */
  readonly directions: ReadonlySet<Direction>;
  /** Which side of each RPC the policy speaks for. */
  readonly roles: Roles;
  /** Whether breaks in packages such as x.v1alpha are allowed. */
  readonly ignoreUnstable: boolean;
  /** Whether deprecated elements may be removed if their numbers and names are reserved. */
  readonly deprecateThenDelete: boolean;
  /** Changes that are accepted although they break. */
  readonly waivers: readonly Waiver[];
  /** Changes that a reviewer approved, by fingerprint. Each is waived for this comparison only. */
  readonly approvals: ReadonlyMap<string, Approval>;
  /** Fingerprints of known findings. */
  readonly known: ReadonlySet<string>;
  /** YYYY-MM-DD. */
  readonly today: string;
}

/** A part of a schema, by files (paths, or folders with a trailing slash) or packages (including subpackages). */
export interface Scope {
  readonly paths: readonly string[];
  readonly packages: readonly string[];
  readonly severity: ReadonlyMap<string, Severity> | Severity;
}

/** The approval of a change: by whom and why. */
export interface Approval {
  /** Who approved it: a name, or the link to a review. */
  readonly by: string;
  /** Why the change is acceptable. */
  readonly reason: string;
  /** Where it was given. */
  readonly source: string;
}

/** All surfaces and directions count, breaks are errors, and nothing is waived. */
export const defaultPolicy: Policy = {
  severity: new Map(),
  scopes: [],
  surfaces: new Set(surfaces),
  directions: new Set(["backward", "forward", "proxy"]),
  roles: noRoles,
  ignoreUnstable: false,
  deprecateThenDelete: false,
  waivers: [],
  approvals: new Map(),
  known: new Set(),
  today: "1970-01-01",
};

/** A finding with the policy's judgement. */
export interface Judged extends Finding {
  readonly severity: Severity;
  readonly fingerprint: string;
  readonly waiver?: Waiver;
  /** The only direction that counts for its message, and why, if another one has effects. */
  readonly role?: string;
  /** Other findings at the same place, or in the same removed file. */
  readonly also?: readonly { readonly rule: string; readonly text: string; readonly fingerprint: string }[];
}

export interface Judgement {
  readonly findings: readonly Judged[];
  /** Problems of the waivers themselves: expired or malformed. One line each; each fails the check. */
  readonly problems: readonly string[];
  /** Waivers that match no finding, because the change is in the baseline or never happened. They can be removed. */
  readonly spent: readonly Waiver[];
  /** The step of the version number that the change needs. */
  readonly bump: "major" | "minor" | "patch" | "none";
  readonly failed: boolean;
}

/** The paths of a finding's file: its name in the schema, and where the user finds it. */
export type PathsOf = (finding: Finding) => readonly string[];

const nameInSchema: PathsOf = ({ next, previous }) => [(next ?? previous)!.file];

/** Applies a policy. Pure: the day is part of the policy. */
export function judge(findings: readonly Finding[], policy: Policy, pathsOf: PathsOf = nameInSchema): Judgement {
  const kept = findings.flatMap((finding) => restricted(finding, policy) ?? []);
  const judged = kept.map((finding) => judgeOne(finding, policy, pathsOf)).filter(({ severity }) => severity !== "off");
  const problems = policy.waivers.flatMap((waiver) => problemOf(waiver, kept, policy));
  const open = judged.filter(({ waiver }) => waiver === undefined);
  return {
    findings: judged,
    problems,
    spent: policy.waivers.filter((waiver) => !kept.some((finding) => covers(waiver, finding))),
    bump: bumpOf(judged),
    failed: problems.length > 0 || open.some(({ severity }) => severity === "error"),
  };
}

/** The finding with only the relevant effects. Undefined if none is left, except because of a role, which is reported. */
function restricted(finding: Finding, policy: Policy): (Finding & Pick<Judged, "role">) | undefined {
  const counts = ({ surface, direction }: Effect): boolean =>
    policy.surfaces.has(surface) && policy.directions.has(direction);
  const course = courseOf(finding, policy.roles);
  const travels = (effect: Effect): boolean =>
    course === undefined || !isOnData(effect) || effect.direction === course.direction;
  const counted = finding.effects.filter(counts);
  const effects = counted.filter(travels);
  if (effects.length === finding.effects.length) return finding;
  if (counted.length === 0 && finding.floor === "safe") return undefined;
  const verdict = worst([finding.floor, ...effects.map((each) => each.verdict)]);
  const role = effects.length < counted.length ? course?.why : undefined;
  return { ...finding, effects, verdict, ...(role === undefined ? {} : { role }) };
}

function judgeOne(finding: Finding, policy: Policy, pathsOf: PathsOf): Judged {
  const id = fingerprint(finding);
  const waiver =
    policy.waivers.find((each) => covers(each, finding) && each.expires >= policy.today) ??
    waiverOf(finding, id, policy);
  return {
    ...finding,
    severity: policy.known.has(id) ? "info" : severityOf(finding, policy, pathsOf),
    fingerprint: id,
    ...(waiver === undefined ? {} : { waiver }),
  };
}

/** An approval as a waiver of a single change. */
function waiverOf({ element, rule }: Finding, id: string, policy: Policy): Waiver | undefined {
  const approval = policy.approvals.get(id);
  if (approval === undefined) return undefined;
  const { by: owner, reason, source } = approval;
  return { element, rule, reason, owner, expires: policy.today, change: id, source, origin: { index: -1 } };
}

const byVerdict: Record<Finding["verdict"], Severity> = {
  safe: "info",
  extends: "info",
  hazard: "warning",
  conditional: "error",
  breaking: "error",
};
const order: readonly Severity[] = ["off", "info", "warning", "error"];

function severityOf(finding: Finding, policy: Policy, pathsOf: PathsOf): Severity {
  const configured = scopedSeverity(finding, policy, pathsOf) ?? policy.severity.get(finding.rule);
  if (configured !== undefined) return configured;
  if (policy.ignoreUnstable && isUnstable(finding.package)) return "info";
  if (policy.deprecateThenDelete && isOrderlyRemoval(finding)) return "info";
  const natural = byVerdict[finding.verdict];
  const most = finding.severity;
  if (most === undefined || rejectsBinary(finding) || breaksOther(finding)) return natural;
  return order.indexOf(most) < order.indexOf(natural) ? most : natural;
}

function scopedSeverity(finding: Finding, { scopes }: Policy, pathsOf: PathsOf): Severity | undefined {
  const files = scopes.length === 0 ? [] : pathsOf(finding);
  for (const { paths, packages, severity } of scopes) {
    const isIn =
      paths.some((path) => files.some((file) => file === path || (path.endsWith("/") && file.startsWith(path)))) ||
      packages.some((name) => finding.package === name || finding.package.startsWith(`${name}.`));
    const found = typeof severity === "string" ? severity : severity.get(finding.rule);
    if (isIn && found !== undefined) return found;
  }
  return undefined;
}

/** Whether a reader rejects the whole message. Then a rule's lower severity does not apply. */
function rejectsBinary(finding: Finding): boolean {
  return finding.effects.some(({ surface, witness }) => surface === "binary" && witness?.read.startsWith("rejected"));
}

/** Whether a surface outside `lightOn` breaks. Then a rule's lower severity does not apply. */
function breaksOther({ effects, lightOn }: Finding): boolean {
  return effects.some(
    ({ surface, verdict }) =>
      lightOn?.includes(surface) === false && (verdict === "breaking" || verdict === "conditional"),
  );
}

function isOrderlyRemoval(finding: Finding): boolean {
  return finding.rule.endsWith("-removed") && finding.wasDeprecated && finding.suggestion === undefined;
}

/** A package whose version is below a stable one: v1alpha1, v1beta, v1p1beta1, v1test. */
export function isUnstable(name: string): boolean {
  return /(^|\.)v[1-9]\d*((p[1-9]\d*)?(alpha|beta)([1-9]\d*)?|test\w*)$/.test(name);
}

function problemOf(waiver: Waiver, findings: readonly Finding[], policy: Policy): string[] {
  if (waiver.expires >= policy.today || !findings.some((finding) => covers(waiver, finding))) return [];
  return [`${nameOfWaiver(waiver)} expired on ${waiver.expires}: ask ${waiver.owner}`];
}

/** An error is a break even if it is waived. A finding to review, or an extension, counts as a new feature. */
function bumpOf(findings: readonly Judged[]): Judgement["bump"] {
  if (findings.some(({ severity }) => severity === "error")) return "major";
  if (findings.some(({ verdict }) => verdict !== "safe")) return "minor";
  return findings.length > 0 ? "patch" : "none";
}

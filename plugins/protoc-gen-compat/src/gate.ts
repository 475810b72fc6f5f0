import { changedSchemas } from "./baseline/changed.js";
import { type Image, shownPath } from "./baseline/image.js";
import { check } from "./check/check.js";
import { type Finding, languageSurfaces } from "./finding.js";
import { foldPlaces } from "./policy/fold.js";
import { type Judged, judge, type Policy } from "./policy/policy.js";
import { versionOfBaseline, versionsAfter } from "./policy/version.js";
import { fingerprint, type Waiver, waiversInComment } from "./policy/waiver.js";
import { createReport, type Report } from "./report.js";
import type { Rule } from "./rule.js";

/** Options of `gate`. */
export interface GateOptions {
  /** Which findings fail. `defaultPolicy` fails what breaks. */
  readonly policy: Policy;
  /** The seed of the random samples. Equal seeds give equal reports. */
  readonly seed: number;
  /** Rules of your own. */
  readonly rules?: readonly Rule[];
  /** Checks only elements declared in these files, in either version. All files if undefined. */
  readonly files?: ReadonlySet<string>;
  /** The version of the latest baseline, such as 1.4.2, if its tag does not contain it. */
  readonly version?: string;
  /** Called after each pair of messages. `all` counts the pairs against one baseline. */
  readonly onProgress?: (baseline: string, done: number, all: number) => void;
}

/**
 * Compares with each baseline, latest first, and judges all findings together. Pure.
 *
 * @example
 * const baselines = loadBaselines("git:main", { folder: "proto", cwd: process.cwd() });
 * const report = gate(baselines, loadInput("proto", { cwd: process.cwd() }), { policy: defaultPolicy, seed: 1 });
 * process.exitCode = report.judgement.failed ? 1 : 0;
 */
export function gate(
  baselines: readonly { readonly name: string; readonly image: Image }[],
  next: Image,
  options: GateOptions,
): Report {
  const comments = waiversOf(next, options.files);
  const policy = { ...options.policy, waivers: [...options.policy.waivers, ...comments.waivers] };
  const seen = new Set<string>();
  const found = baselines.map(({ name, image }) => {
    const schemas = changedSchemas(image, next);
    const findings = check(schemas.previous, schemas.next, {
      seed: options.seed,
      rules: options.rules ?? [],
      languages: languageSurfaces.filter((each) => policy.surfaces.has(each)),
      onProgress: (done, all) => options.onProgress?.(name, done, all),
    }).filter((each) => isOwn(each, image, next, options.files));
    return findings.filter((finding) => {
      const id = fingerprint(finding);
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
  });
  const judgement = judge(found.flat(), policy, ({ next: now, previous }) => {
    if (now !== undefined) return [now.file, next.inFolder(now.file)];
    const { file } = previous!;
    return [file, ...baselines.map(({ image }) => image.inFolder(file))];
  });
  const entries = baselines.flatMap(({ name, image }, i) => {
    const own = new Set(found[i]!.map(fingerprint));
    const findings = foldPlaces(judgement.findings.filter((each) => own.has(each.fingerprint)));
    return createReport(name, { ...judgement, findings }, image, next, options.rules).entries;
  });
  const findings = entries.map(({ finding }) => finding);
  const problems = [...judgement.problems, ...comments.problems];
  const version = options.version ?? versionOfBaseline(baselines[0]?.name ?? "");
  return {
    ...(version === undefined ? {} : { version: versionsAfter(version, judgement.bump) }),
    against: baselines.map(({ name }) => name).join(", "),
    judgement: { ...judgement, findings, problems, failed: problems.length > 0 || findings.some(isFailure) },
    entries: [...entries].sort((a, b) => rank(a.finding) - rank(b.finding)),
  };
}

function isFailure({ severity, waiver }: Judged): boolean {
  return severity === "error" && waiver === undefined;
}

/** Ranks breaking findings first, then those to review, then the rest, each in the order of files and lines. */
function rank(finding: Judged): number {
  if (isFailure(finding)) return 0;
  return finding.severity === "warning" && finding.waiver === undefined ? 1 : 2;
}

/** Elements of other files are not ours to check, unless one of our fields changed from one of their types to another. */
function isOwn(finding: Finding, previous: Image, next: Image, files: ReadonlySet<string> | undefined): boolean {
  const places = [finding.through?.location, finding.next, finding.previous].filter((place) => place !== undefined);
  const names = finding.through === undefined ? places.map(({ file }) => file) : [finding.through.location.file];
  if (files !== undefined && !names.some((file) => files.has(file))) return false;
  return names.some((file) => !isForeign(file, previous) && !isForeign(file, next));
}

function isForeign(file: string, image: Image): boolean {
  return file.startsWith("google/protobuf/") || (image.byName.get(file)?.isImport ?? false);
}

function waiversOf(image: Image, files: ReadonlySet<string> | undefined): { waivers: Waiver[]; problems: string[] } {
  const waivers: Waiver[] = [];
  const problems: string[] = [];
  for (const { name: file, isImport } of image.files) {
    if (isImport || (files !== undefined && !files.has(file)) || !image.mentions(file, "compat-allow:")) continue;
    for (const { comments, span } of image.locations(file).values()) {
      for (const each of waiversInComment(comments, `${shownPath(image, file)}:${(span[0] ?? 0) + 1}`, file)) {
        if ("problem" in each) problems.push(each.problem);
        else waivers.push(each);
      }
    }
  }
  return { waivers, problems };
}

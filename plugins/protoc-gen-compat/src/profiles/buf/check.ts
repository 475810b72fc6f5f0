import { type Image, shownPath } from "../../baseline/image.js";
import type { Annotation, BufRule, Report } from "./annotation.js";
import { type BufConfig, type BufConfigs, isWithin } from "./config.js";
import { bufRules } from "./rules/index.js";
import { createSource, type Place, type Source, type SourceField, type SourceFile } from "./source.js";

/** A finding as buf prints it. Lines and columns count from 1. */
export interface BufFinding {
  /** Undefined if the file or package was removed. */
  readonly path: string | undefined;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly type: string;
  readonly message: string;
}

/**
 * Finds exactly what `buf breaking` finds: the same rules, places and messages in the same order. With `files`, only what
 * concerns these.
 */
export function checkLikeBuf(
  previous: Image,
  next: Image,
  configs: BufConfigs,
  files?: ReadonlySet<string>,
): BufFinding[] {
  const parts = partsOf([previous, next], configs);
  const wanted = new Set(parts.flatMap(({ config }) => [...config.rules]));
  const isReported = (each: Annotation): boolean =>
    parts.some(({ config, has }) => config.rules.has(each.rule) && has(each) && !isIgnored(each, config));
  const annotations = collect(createSource(previous), createSource(next), wanted).filter(
    (each) => isReported(each) && isOfFiles(each, files),
  );
  const findings = annotations.map(findingOf);
  const seen = new Set<string>();
  return findings.sort(inOrder).filter((finding) => {
    const key = JSON.stringify(finding);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isOfFiles({ file, against }: Annotation, files: ReadonlySet<string> | undefined): boolean {
  return files === undefined || [file, against].some((each) => each !== undefined && files.has(each.path));
}

/** A part of the files with its configuration. */
interface Part {
  readonly config: BufConfig;
  has(annotation: Annotation): boolean;
}

/** The modules. buf checks each by its own configuration, together with its imports, which may be files of another module. */
function partsOf(images: readonly Image[], configs: BufConfigs): Part[] {
  if (configs.modules.length === 0) return [{ config: configs, has: () => true }];
  return configs.modules.map(({ path, config }) => {
    const files = new Set(images.flatMap((image) => [...withImports(image, path)]));
    return { config, has: ({ file, against }) => files.has((file ?? against)?.path ?? "") };
  });
}

/** The files of a folder and all that they import. In an image, files come behind their imports. */
function withImports(image: Image, folder: string): Set<string> {
  const files = new Set<string>();
  for (const { name, dependencies } of [...image.files].reverse()) {
    if (!files.has(name) && !isWithin(image.inFolder(name), folder)) continue;
    files.add(name);
    for (const each of dependencies) files.add(each);
  }
  return files;
}

function collect(previous: Source, next: Source, wanted: ReadonlySet<string>): Annotation[] {
  const annotations: Annotation[] = [];
  const active = bufRules.filter(({ id }) => wanted.has(id));
  const run = <K extends BufRule["on"]>(
    on: K,
    call: (rule: Extract<BufRule, { on: K }>, report: Report) => void,
  ): void => {
    for (const rule of active) {
      if (rule.on !== on) continue;
      call(rule as Extract<BufRule, { on: K }>, (message, place, against) =>
        annotations.push({
          rule: rule.id,
          message,
          file: place === undefined ? undefined : fileIn(place),
          place: place === undefined || !("file" in place) ? undefined : place,
          against: against === undefined ? undefined : fileIn(against),
        }),
      );
    }
  };
  run("source", (rule, report) => rule.check(report, next, previous));
  pairs(previous.files, next.files, (a, b) => run("file", (rule, report) => rule.check(report, b, a)));
  pairs(previous.messages, next.messages, (a, b) => run("message", (rule, report) => rule.check(report, b, a)));
  pairs(previous.enums, next.enums, (a, b) => run("enum", (rule, report) => rule.check(report, b, a)));
  pairs(previous.services, next.services, (a, b) => {
    run("service", (rule, report) => rule.check(report, b, a));
    pairs(a.methods, b.methods, (x, y) => run("method", (rule, report) => rule.check(report, y, x)));
  });
  const sources = { previous, next };
  const fields = (a: SourceField, b: SourceField): void =>
    run("field", (rule, report) => rule.check(report, b, a, sources));
  pairs(previous.messages, next.messages, (a, b) => pairs(a.fields, b.fields, fields));
  pairs(previous.extensions, next.extensions, fields);
  return annotations;
}

function pairs<K, V>(previous: ReadonlyMap<K, V>, next: ReadonlyMap<K, V>, visit: (a: V, b: V) => void): void {
  for (const [key, a] of previous) {
    const b = next.get(key);
    if (b !== undefined) visit(a, b);
  }
}

function fileIn(place: Place | SourceFile): SourceFile {
  return "file" in place ? place.file : place;
}

function isIgnored({ rule, file, against }: Annotation, config: BufConfig): boolean {
  const paths = [...config.ignore, ...(config.ignoreOnly.get(rule) ?? [])];
  return [file, against].some(
    (each) =>
      each !== undefined &&
      (paths.some((path) => [each.path, each.image.inFolder(each.path)].some((own) => isWithin(own, path))) ||
        (config.ignoreUnstablePackages && isUnstable(each.proto.package))),
  );
}

/** A package whose last part is a version below a stable one: v1alpha1, v1beta, v2test, v1p1beta1. */
export function isUnstable(name: string): boolean {
  return /\.v[1-9]\d*(p[1-9]\d*)?(alpha|beta)([1-9]\d*)?$|\.v[1-9]\d*test\w*$/.test(name);
}

function findingOf({ rule, message, file, place }: Annotation): BufFinding {
  const span = place && file?.image.locations(file.path).get(place.path.join())?.span;
  const [startLine = 0, startColumn = 0, third, fourth] = span ?? [];
  const [endLine, endColumn] = fourth === undefined ? [startLine, third ?? 0] : [third!, fourth];
  return {
    path: file && shownPath(file.image, file.path),
    startLine: startLine + 1,
    startColumn: startColumn + 1,
    endLine: endLine + 1,
    endColumn: endColumn + 1,
    type: rule,
    message,
  };
}

function inOrder(a: BufFinding, b: BufFinding): number {
  return (
    compare(a.path ?? "", b.path ?? "") ||
    a.startLine - b.startLine ||
    a.startColumn - b.startColumn ||
    compare(a.type, b.type) ||
    compare(a.message, b.message) ||
    a.endLine - b.endLine ||
    a.endColumn - b.endColumn
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A line of `--error-format json`, with the keys in buf's order. */
export function bufJson(finding: BufFinding): string {
  const { path, startLine, startColumn, endLine, endColumn, type, message } = finding;
  const json = JSON.stringify({
    ...(path === undefined ? {} : { path }),
    start_line: startLine,
    start_column: startColumn,
    end_line: endLine,
    end_column: endColumn,
    type,
    message,
  });
  // Go's encoding/json escapes these for HTML.
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A line of `--error-format text`. */
export function bufText({ path, startLine, startColumn, message }: BufFinding): string {
  return `${path ?? "<input>"}:${startLine}:${startColumn}:${message}`;
}

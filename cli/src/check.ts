import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import {
  type Approval,
  type Baseline,
  BufConfigError,
  type BufConfigs,
  baselineForms,
  bufJson,
  bufText,
  type Config,
  ConfigError,
  checkLikeBuf,
  colours,
  confluentPolicy,
  type From,
  formats,
  formatText,
  gate,
  type Image,
  InputError,
  isDay,
  isTransitive,
  loadBoth,
  loadInput,
  loadRules,
  lockImage,
  ofModule,
  type ProtoPath,
  parseBufConfig,
  parseConfig,
  pruneWaivers,
  type Report,
  readYaml,
  reservationsOf,
  type Setup,
  shownPath,
  withoutCompatible,
  workspaceOf,
  writeFixes,
} from "@protoloom/protoc-gen-compat";
import { type CheckValues, checkHelp, checkOptions } from "./check-options.js";
import { hasColour } from "./colour.js";
import { parseOptions, UsageError } from "./options.js";
import { createProgress, type Progress } from "./progress.js";

const CLEAN = 0;
const COULD_NOT_RUN = 1;
const FINDINGS = 100; // as buf

/** Runs `protoloom check` and returns its exit code. */
export function checkCommand(args: string[], approvals: ReadonlyMap<string, Approval> = new Map()): number {
  try {
    const { values, positionals } = parseOptions<CheckValues>(args, checkOptions);
    if (values.help) return print(checkHelp, CLEAN);
    if (positionals.length > 1) throw new InputError(`expected one folder or image, got ${positionals.join(" and ")}`);
    const input = positionals[0] ?? ".";
    return values.update ? update(input, values) : run(input, values, approvals);
  } catch (e) {
    if (![InputError, ConfigError, BufConfigError, UsageError].some((mistake) => e instanceof mistake)) throw e;
    process.stderr.write(`protoloom check: ${(e as Error).message.split("\n")[0]}\n`);
    return COULD_NOT_RUN;
  }
}

function run(input: string, values: CheckValues, approvals: ReadonlyMap<string, Approval>): number {
  const configured = configOf(input, values);
  const config = { ...configured, policy: { ...configured.policy, approvals } };
  const isLikeBuf = config.profile === "buf";
  requireProfile(config.profile, values);
  const outputs = (values.format ?? ["text"]).map((each) => outputOf(each, isLikeBuf ? ["text", "json"] : formatNames));
  const against = values.against ?? config.against;
  if (against.length === 0) throw new InputError(`expected --against BASELINE: ${baselineForms}`);
  if (values.fix) requireFixable(input);
  const isColoured = hasColour(values.color, process.stdout, process.env);
  const progress = createProgress(process.stderr);
  try {
    const from: From = {
      ...setupOf(input, config, values),
      folder: input,
      onCompile: (name) => progress.start(`compiling ${name}`),
    };
    const { next, baselines } = loadBoth(against, from);
    if (isLikeBuf && config.rules.length > 0)
      throw new InputError("rules of your own have no meaning for the profile buf: expected proved or confluent");
    const files = filesOf(values.path, [next, ...baselines.map(({ image }) => image)]);
    if (isLikeBuf) return runLikeBuf(input, baselines, next, outputs, values, files);
    const report = runFixed(next, from, values, (image) => reportOn(baselines, image, config, values, progress, files));
    progress.end();
    if (values.prune) prune(report, next, input, values);
    for (const output of filesFirst(outputs)) write(output, report, { isColoured, all: values.all === true });
    return report.judgement.failed ? FINDINGS : CLEAN;
  } finally {
    progress.end();
  }
}

/** How to compile: the command line comes before the configuration, whose folders are beside it. */
function setupOf(input: string, config: Config, values: CheckValues): Setup {
  const beside = dirname(configFileOf(input, values) ?? ".");
  const folders = values.proto_path ?? config.protoPaths.map((path) => join(beside, path));
  const protoPaths = folders.map((shown): ProtoPath => {
    if (!statSync(shown, { throwIfNoEntry: false })?.isDirectory()) throw new InputError(`there is no folder ${shown}`);
    return { path: resolve(shown), shown };
  });
  return { cwd: process.cwd(), compiler: config.compiler, protoPaths };
}

/** The files at or below the paths of --path, in any version. All if undefined. */
function filesOf(paths: readonly string[] | undefined, images: readonly Image[]): ReadonlySet<string> | undefined {
  if (paths === undefined) return undefined;
  const found = paths.map((path) => {
    const folder = posix.normalize(path.replaceAll("\\", "/")).replace(/\/$/, "");
    const isIn = (shown: string): boolean => folder === "." || shown === folder || shown.startsWith(`${folder}/`);
    const names = images.flatMap((image) =>
      image.files.map(({ name }) => name).filter((name) => isIn(shownPath(image, name))),
    );
    if (names.length === 0) throw new InputError(`--path ${path}: neither version has a proto there`);
    return names;
  });
  return new Set(found.flat());
}

interface Output {
  readonly format: string;
  /** Standard output if undefined. */
  readonly file: string | undefined;
}

const formatNames = Object.keys(formats);

function outputOf(wanted: string, names: readonly string[]): Output {
  const [, format = "", file] = /^([^=]*)(?:=(.*))?$/.exec(wanted) ?? [];
  if (!names.includes(format))
    throw new InputError(`unknown format ${JSON.stringify(format)}: expected ${names.join(", ")}`);
  if (file === "") throw new InputError(`expected a file behind ${JSON.stringify(wanted)}`);
  return { format, file };
}

function reportOn(
  baselines: readonly Baseline[],
  next: Image,
  config: Config,
  values: CheckValues,
  progress: Progress,
  files: ReadonlySet<string> | undefined,
): Report {
  const isConfluent = config.profile === "confluent";
  const used = isConfluent && !isTransitive(config.mode) ? baselines.slice(0, 1) : baselines;
  const known = values.known === undefined ? new Set<string>() : fingerprintsIn(values.known);
  const base = { ...config.policy, known };
  return gate(used, next, {
    policy: isConfluent ? confluentPolicy(config.mode, base) : base,
    rules: config.rules,
    seed: numberOf(values.seed ?? "1", "--seed"),
    onProgress: (name, done, all) => progress.update(`comparing with ${name}, message ${done + 1} of ${all}`),
    ...(files === undefined ? {} : { files }),
    ...(values.semver === undefined ? {} : { version: values.semver }),
  });
}

/** Options that only some profiles support. */
const profilesOf: Partial<Record<keyof CheckValues, readonly string[]>> = {
  mode: ["confluent"],
  "buf-config": ["buf"],
  known: ["proved", "confluent"],
  semver: ["proved", "confluent"],
  seed: ["proved", "confluent"],
  all: ["proved", "confluent"],
  color: ["proved", "confluent"],
  fix: ["proved", "confluent"],
  prune: ["proved", "confluent"],
};

function requireProfile(profile: string, values: CheckValues): void {
  for (const [option, profiles] of Object.entries(profilesOf)) {
    if (values[option as keyof CheckValues] !== undefined && !profiles.includes(profile))
      throw new InputError(`--${option} has no meaning for the profile ${profile}: expected ${profiles.join(" or ")}`);
  }
}

/** Reports unwritable files before anything is printed. */
function filesFirst(outputs: readonly Output[]): Output[] {
  return [...outputs.filter(({ file }) => file !== undefined), ...outputs.filter(({ file }) => file === undefined)];
}

function prune({ judgement: { spent } }: Report, next: Image, input: string, values: CheckValues): void {
  if (spent.length === 0) return;
  const files = pruneWaivers(spent, configFileOf(input, values), input, next);
  process.stderr.write(`protoloom check: removed ${spent.length} spent waivers from ${files.join(", ")}\n`);
}

function requireFixable(input: string): void {
  if (!statSync(input, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(`--fix needs a folder of protos, and ${input} is none`);
}

/** The report; with --fix, the report after the suggestions of the first one were written to the protos. */
function runFixed(next: Image, from: From, values: CheckValues, report: (next: Image) => Report): Report {
  const first = report(next);
  const reservations = values.fix ? reservationsOf(first, next) : new Map();
  if (reservations.size === 0) return first;
  const fixed = writeFixes(from.folder, reservations, next);
  try {
    const again = report(loadInput(from.folder, from));
    process.stderr.write(`protoloom check: fixed ${fixed.files.join(", ")}\n`);
    return again;
  } catch (e) {
    fixed.undo(); // never leave protos that do not compile
    throw e;
  }
}

function write(
  { format, file }: Output,
  report: Report,
  { isColoured, all }: { readonly isColoured: boolean; readonly all: boolean },
): void {
  const isForPeople = file === undefined && format === "text" && isColoured;
  const coloured = (): string => formatText(all ? report : withoutCompatible(report), colours);
  writeOut(file, isForPeople ? coloured() : formats[format]!.format(report, all));
}

function writeOut(file: string | undefined, content: string | Uint8Array): void {
  if (file === undefined) return void process.stdout.write(content);
  try {
    writeFileSync(file, content);
  } catch (e) {
    throw new InputError(`cannot write ${file}: ${(e as NodeJS.ErrnoException).code}`);
  }
}

function runLikeBuf(
  input: string,
  baselines: readonly Baseline[],
  next: Image,
  outputs: readonly Output[],
  values: CheckValues,
  files: ReadonlySet<string> | undefined,
): number {
  const config = bufConfigOf(input, values);
  if (config.unchecked.length > 0)
    process.stderr.write(
      `protoloom check: not checked, because only buf runs them: ${config.unchecked.join(", ")} of buf.yaml\n`,
    );
  const findings = baselines.flatMap(({ image }) => checkLikeBuf(image, next, config, files));
  for (const { format, file } of filesFirst(outputs)) {
    const lines = findings.map(format === "json" ? bufJson : bufText);
    writeOut(file, lines.map((line) => `${line}\n`).join(""));
  }
  return findings.length > 0 ? FINDINGS : CLEAN;
}

/** The buf.yaml of the folder, or of the workspace that has the folder as a module. */
function bufConfigOf(input: string, values: CheckValues): BufConfigs {
  const inFolder = join(input, "buf.yaml");
  if (values["buf-config"] !== undefined) return parseBufConfig(readYaml(values["buf-config"]));
  if (existsSync(inFolder)) return parseBufConfig(readYaml(inFolder));
  const workspace = workspaceOf(input);
  if (workspace?.file !== "buf.yaml") return parseBufConfig({});
  const path = relative(workspace.root, resolve(input)).replaceAll("\\", "/");
  return ofModule(parseBufConfig(readYaml(join(workspace.root, workspace.file))), path);
}

function configFileOf(input: string, values: CheckValues): string | undefined {
  const inFolder = join(input, "compat.yaml");
  return values.config ?? (existsSync(inFolder) ? inFolder : undefined);
}

function configOf(input: string, values: CheckValues): Config {
  const file = configFileOf(input, values);
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  if (!isDay(today)) throw new InputError(`--today is ${JSON.stringify(today)}: expected a day like 2026-12-31`);
  const { profile, mode, compiler } = values;
  const overrides = {
    ...(profile === undefined ? {} : { profile }),
    ...(mode === undefined ? {} : { mode }),
    ...(compiler === undefined ? {} : { compiler }),
  };
  return parseConfig(file === undefined ? {} : readYaml(file), file ?? "options", today, overrides, (paths) =>
    loadRules(paths, dirname(file!)),
  );
}

function fingerprintsIn(file: string): Set<string> {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as {
      version?: number;
      findings: { fingerprint: string; also?: { fingerprint: string }[] }[];
    };
    if (report.version !== 1) throw new Error("expected what --format json writes");
    return new Set(
      report.findings.flatMap((each) => [each, ...(each.also ?? [])]).map(({ fingerprint }) => fingerprint),
    );
  } catch (e) {
    throw new InputError(`cannot read report ${file}: ${(e as Error).message.split("\n")[0]}`);
  }
}

function numberOf(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InputError(`${option} is ${JSON.stringify(text)}: expected a number`);
  return Number(text);
}

function update(input: string, values: CheckValues): number {
  const lock = values.lock ?? "compat.lock";
  const image = loadInput(input, setupOf(input, configOf(input, values), values));
  writeOut(lock, lockImage(image));
  const count = image.files.length;
  return print(`wrote ${lock}: ${count} ${count === 1 ? "file" : "files"}\n`, CLEAN);
}

function print(text: string, exit: number): number {
  process.stdout.write(text);
  return exit;
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type Baseline,
  BufConfigError,
  baselineForms,
  bufJson,
  bufText,
  type Config,
  ConfigError,
  checkLikeBuf,
  colours,
  confluentPolicy,
  formats,
  formatText,
  gate,
  type Image,
  InputError,
  isTransitive,
  loadBaselines,
  loadInput,
  lockImage,
  parseBufConfig,
  parseConfig,
  type Report,
} from "@protoloom/protoc-gen-compat";
import { parse } from "yaml";

const CLEAN = 0;
const COULD_NOT_RUN = 1;
const FINDINGS = 100; // as buf

const options = {
  against: { type: "string", multiple: true, short: "a" },
  profile: { type: "string" },
  mode: { type: "string" },
  config: { type: "string" },
  "buf-config": { type: "string" },
  format: { type: "string", multiple: true, short: "f" },
  known: { type: "string" },
  update: { type: "boolean" },
  lock: { type: "string" },
  seed: { type: "string" },
  today: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const help = `protoloom check [FOLDER or IMAGE] --against BASELINE ...

  -a, --against BASELINE  ${baselineForms}; may be given several times, the latest first
  --profile proved        our rules, each finding proved by a value (the default)
  --profile buf           the findings of buf breaking, line for line; --buf-config FILE instead of buf.yaml
  --profile confluent     as a schema registry: --mode BACKWARD, FORWARD, FULL, or one of them with _TRANSITIVE
  --config FILE           severities, waivers and more; compat.yaml in the folder is read without it
  -f, --format FORMAT     ${Object.keys(formats).join(", ")}; FORMAT=FILE writes a file
  --known FILE            a JSON report: what it has is not new, and does not fail
  --update                write the lock file (--lock FILE, compat.lock) for later --against compat.lock
  --seed NUMBER           of the random messages
  --today YYYY-MM-DD      the day by which waivers expire

Exit code: 0 nothing breaks, 100 something does, 1 the check could not run.
`;

type Values = ReturnType<typeof parseOptions>["values"];

function parseOptions(args: string[]) {
  return parseArgs({ args, options, allowPositionals: true });
}

/** Runs `protoloom check` and returns its exit code. */
export function checkCommand(args: string[]): number {
  try {
    const { values, positionals } = parseOptions(args);
    if (values.help) return print(help, CLEAN);
    if (positionals.length > 1) throw new InputError(`expected one folder or image, got ${positionals.length}`);
    return run(positionals[0] ?? ".", values);
  } catch (e) {
    const expected =
      e instanceof InputError || e instanceof ConfigError || e instanceof BufConfigError || isArgumentError(e);
    if (!expected) throw e;
    process.stderr.write(`protoloom check: ${(e as Error).message.split("\n")[0]}\n`);
    return COULD_NOT_RUN;
  }
}

function isArgumentError(e: unknown): boolean {
  return String((e as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}

function run(input: string, values: Values): number {
  const cwd = process.cwd();
  if (values.update) return update(input, values.lock ?? "compat.lock", cwd);
  const config = configOf(input, values);
  const against = values.against ?? config.against;
  if (against.length === 0) throw new InputError(`expected --against BASELINE: ${baselineForms}`);
  const done = progress();
  const next = loadInput(input, cwd);
  const baselines = against.flatMap((each) => loadBaselines(each, { folder: input, cwd }));
  const exit =
    (values.profile ?? config.profile) === "buf"
      ? runLikeBuf(input, baselines, next, values)
      : runProved(baselines, next, config, values);
  done();
  return exit;
}

/** A line on a terminal once it takes longer than a second; nothing where output goes to a file. */
function progress(): () => void {
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    if (process.stderr.isTTY && seconds > 1) process.stderr.write(`protoloom check: ${seconds.toFixed(1)} s\n`);
  };
}

function runProved(baselines: readonly Baseline[], next: Image, config: Config, values: Values): number {
  const isConfluent = (values.profile ?? config.profile) === "confluent";
  const used = isConfluent && !isTransitive(config.mode) ? baselines.slice(0, 1) : baselines;
  const known = values.known === undefined ? new Set<string>() : fingerprintsIn(values.known);
  const base = { ...config.policy, known };
  const policy = isConfluent ? confluentPolicy(config.mode, base) : base;
  const report = gate(used, next, { policy, seed: numberOf(values.seed ?? "1", "--seed") });
  for (const each of values.format ?? ["text"]) write(each, report);
  return report.judgement.failed ? FINDINGS : CLEAN;
}

function write(wanted: string, report: Report): void {
  const [name = "", ...rest] = wanted.split("=");
  const format = formats[name];
  if (format === undefined)
    throw new InputError(`unknown format ${JSON.stringify(name)}: expected ${Object.keys(formats).join(", ")}`);
  const file = rest.join("=");
  if (file !== "") writeOut(file, format.format(report));
  else if (name === "text" && process.stdout.isTTY && process.env.NO_COLOR === undefined)
    process.stdout.write(formatText(report, colours));
  else process.stdout.write(format.format(report));
}

function writeOut(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (e) {
    throw new InputError(`cannot write ${file}: ${(e as NodeJS.ErrnoException).code}`);
  }
}

function runLikeBuf(input: string, baselines: readonly Baseline[], next: Image, values: Values): number {
  const inFolder = join(input, "buf.yaml");
  const file = values["buf-config"] ?? (existsSync(inFolder) ? inFolder : undefined);
  const config = parseBufConfig(file === undefined ? {} : yamlOf(file));
  const format = values.format?.[0] ?? "text";
  if (format !== "text" && format !== "json")
    throw new InputError(`unknown format ${JSON.stringify(format)}: --profile buf has text and json`);
  const lines = baselines.flatMap(({ image }) =>
    checkLikeBuf(image, next, config).map(format === "json" ? bufJson : bufText),
  );
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
  return lines.length > 0 ? FINDINGS : CLEAN;
}

function configOf(input: string, values: Values): Config {
  const inFolder = join(input, "compat.yaml");
  const file = values.config ?? (existsSync(inFolder) ? inFolder : undefined);
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(today))
    throw new InputError(`--today is ${JSON.stringify(today)}: expected a day like 2026-12-31`);
  const yaml = file === undefined ? {} : yamlOf(file);
  const overridden = {
    ...(yaml as object | undefined),
    ...(values.profile === undefined ? {} : { profile: values.profile }),
    ...(values.mode === undefined ? {} : { mode: values.mode }),
  };
  return parseConfig(overridden, file ?? "options", today);
}

function yamlOf(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (e) {
    throw new InputError(`cannot read ${file}: ${(e as Error).message.split("\n")[0]}`);
  }
}

function fingerprintsIn(file: string): Set<string> {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as { findings: { fingerprint: string }[] };
    return new Set(report.findings.map(({ fingerprint }) => fingerprint));
  } catch (e) {
    throw new InputError(`cannot read report ${file}: ${(e as Error).message.split("\n")[0]}`);
  }
}

function numberOf(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InputError(`${option} is ${JSON.stringify(text)}: expected a number`);
  return Number(text);
}

function update(input: string, lock: string, cwd: string): number {
  const image = loadInput(input, cwd);
  writeOut(lock, lockImage(image));
  return print(`wrote ${lock}: ${image.files.length} files\n`, CLEAN);
}

function print(text: string, exit: number): number {
  process.stdout.write(text);
  return exit;
}

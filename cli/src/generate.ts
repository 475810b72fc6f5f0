import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Compiler, findCompiler, findUpwards, InputError, readYaml } from "@protoloom/protoc-gen-compat";
import { nearest } from "./nearest.js";
import { helpOption, type Option, optionsHelp, parseOptions, UsageError } from "./options.js";

/** The plugins that a user may have installed, by the name that stands in `--NAME_out`. */
const packages: Readonly<Record<string, string>> = {
  ts: "protoc-gen-ts",
  "ts-grpc": "protoc-gen-ts-grpc",
  "ts-validate": "protoc-gen-ts-validate",
  envoy: "protoc-gen-envoy",
  compat: "protoc-gen-compat",
};

interface GenerateValues {
  readonly template?: string;
  readonly out?: string;
  readonly plugin?: readonly string[];
  readonly opt?: readonly string[];
  readonly proto_path?: readonly string[];
  readonly help?: boolean;
}

export const generateOptions: Readonly<Record<keyof GenerateValues, Option>> = {
  template: { type: "string", value: "FILE", about: "the template of buf; default buf.gen.yaml, if it is there" },
  out: { type: "string", short: "o", value: "FOLDER", about: "without a template: the folder to write to" },
  plugin: {
    type: "string",
    multiple: true,
    value: "NAME",
    choices: Object.keys(packages),
    about: "without a template: a plugin to run; may be repeated; default ts, and ts-grpc if it is installed",
  },
  opt: {
    type: "string",
    multiple: true,
    value: "PLUGIN:NAME=VALUE",
    about: "without a template: an option of a plugin, such as ts:target=js; may be repeated",
  },
  proto_path: {
    type: "string",
    short: "I",
    multiple: true,
    value: "FOLDER",
    about: "without a template: a folder of imports; default: the current folder",
  },
  help: helpOption,
};

const usage = `protoloom generate [INPUT …]

Generates code with buf or protoc, whichever is installed, and with the plugins of this project, even if another package
has a command of the same name. With a buf.gen.yaml it runs buf generate, and INPUT is what buf takes. Without one,
INPUT is protos and folders of protos, and --out says where to write:

protoloom generate proto --out gen
protoloom generate proto --out gen --plugin ts --opt ts:target=js

${optionsHelp(generateOptions)}

Exit codes: 0 written; 1 nothing was written, and the output says why.
`;

/** `protoloom generate`. */
export function generateCommand(args: string[]): number {
  try {
    const { values, positionals } = parseOptions<GenerateValues>(args, generateOptions);
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    const template = values.template ?? (values.out === undefined && existsSync(TEMPLATE) ? TEMPLATE : undefined);
    return template === undefined ? withoutTemplate(values, positionals) : withTemplate(template, values, positionals);
  } catch (e) {
    if (!(e instanceof UsageError || e instanceof InputError)) throw e;
    process.stderr.write(`protoloom generate: ${e.message}\n`);
    return 1;
  }
}

const TEMPLATE = "buf.gen.yaml";

function withTemplate(template: string, values: GenerateValues, inputs: readonly string[]): number {
  const set = (["out", "plugin", "opt", "proto_path"] as const).find((name) => values[name] !== undefined);
  if (set !== undefined) throw new UsageError(`--${set} does not go with ${template}, which says it itself`);
  if (!existsSync(template)) throw new UsageError(`there is no file ${template}`);
  const buf = findCompiler(".", ["buf"]);
  if (buf === undefined) throw new UsageError(`${template} needs buf: npm install --save-dev @bufbuild/buf`);
  const commands = mkdtempSync(join(tmpdir(), "protoloom-"));
  try {
    for (const [name, file] of installed()) writeCommand(commands, `protoc-gen-${name}`, file);
    const PATH = [commands, process.env.PATH].join(delimiter);
    const isAll = inputs.length === 0 || inputs.join() === ".";
    const config = isAll && !hasInputs(template) ? withoutPackages() : [];
    return start(buf, ["generate", "--template", template, ...config, ...inputs], { ...process.env, PATH });
  } finally {
    rmSync(commands, { recursive: true, force: true });
  }
}

function hasInputs(template: string): boolean {
  const value = readYaml(template);
  return typeof value === "object" && value !== null && Object.hasOwn(value, "inputs");
}

/** Without a buf.yaml, buf would generate the protos of npm packages too. */
function withoutPackages(): string[] {
  if (["buf.yaml", "buf.work.yaml"].some((file) => existsSync(file)) || !existsSync("node_modules")) return [];
  return ["--config", JSON.stringify({ version: "v2", modules: [{ path: ".", excludes: ["node_modules"] }] })];
}

function withoutTemplate(
  { out, plugin, opt = [], proto_path: paths }: GenerateValues,
  inputs: readonly string[],
): number {
  if (out === undefined) {
    throw new UsageError("there is no buf.gen.yaml here: --out FOLDER says where to write, --help explains both ways");
  }
  if (inputs.length === 0) throw new UsageError("no protos are named: give files, or folders of protos");
  const plugins = installed();
  const wanted = plugin ?? ["ts", ...(plugins.has("ts-grpc") ? ["ts-grpc"] : [])];
  for (const name of wanted) requirePlugin(name, plugins);
  const options = optionsOf(opt, wanted);
  const protos = inputs.flatMap(protosOf);
  const compiler = findCompiler(".", ["protoc", "buf"]);
  if (compiler === undefined) {
    throw new UsageError("neither buf nor protoc is installed: npm install --save-dev @bufbuild/buf");
  }
  mkdirSync(out, { recursive: true });
  const run = {
    out,
    options,
    protos,
    paths: paths ?? ["."],
    plugins: wanted.map((name) => [name, plugins.get(name)!] as const),
  };
  return compiler.name === "protoc" ? byProtoc(compiler, run) : byBuf(compiler, run);
}

interface Run {
  readonly out: string;
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly protos: readonly string[];
  readonly paths: readonly string[];
  /** Names and files. */
  readonly plugins: readonly (readonly [name: string, file: string])[];
}

function byProtoc(protoc: Compiler, { out, options, protos, paths, plugins }: Run): number {
  const commands = mkdtempSync(join(tmpdir(), "protoloom-"));
  try {
    const flags = plugins.flatMap(([name, file]) => [
      `--plugin=protoc-gen-${name}=${writeCommand(commands, `protoc-gen-${name}`, file)}`,
      `--${name}_out=${out}`,
      ...(options.get(name) ?? []).map((option) => `--${name}_opt=${option}`),
    ]);
    return start(protoc, [...paths.map((path) => `--proto_path=${path}`), ...flags, ...protos]);
  } finally {
    rmSync(commands, { recursive: true, force: true });
  }
}

function byBuf(buf: Compiler, { out, options, protos, paths, plugins }: Run): number {
  if (paths.length > 1) throw new UsageError("buf takes one folder of imports: install protoc, or write a buf.yaml");
  const template = {
    version: "v2",
    plugins: plugins.map(([name, file]) => ({ local: [process.execPath, file], out, opt: options.get(name) ?? [] })),
  };
  const only = protos.flatMap((proto) => ["--path", proto]);
  return start(buf, ["generate", "--template", JSON.stringify(template), ...paths, ...only]);
}

/** The files of the plugins that are installed in this project, by name. */
function installed(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, command] of Object.entries(packages)) {
    const file = findUpwards(".", join("node_modules/@protoloom", command, "bin", command));
    if (file !== undefined) found.set(name, file);
  }
  return found;
}

function requirePlugin(name: string, plugins: ReadonlyMap<string, string>): void {
  if (plugins.has(name)) return;
  if (!Object.hasOwn(packages, name)) {
    const meant = nearest(name, Object.keys(packages));
    const hint = meant === undefined ? `expected ${Object.keys(packages).join(", ")}` : `did you mean ${meant}?`;
    throw new UsageError(`unknown plugin ${JSON.stringify(name)}: ${hint}`);
  }
  throw new UsageError(`${packages[name]} is not installed: npm install --save-dev @protoloom/${packages[name]}`);
}

function optionsOf(options: readonly string[], plugins: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const text of options) {
    const [, plugin, option] = /^([\w-]+):(.+)$/s.exec(text) ?? [];
    if (plugin === undefined || option === undefined) {
      throw new UsageError(`--opt ${text}: expected PLUGIN:NAME=VALUE, such as ts:target=js`);
    }
    if (!plugins.includes(plugin)) throw new UsageError(`--opt ${text}: the plugin ${plugin} does not run`);
    found.set(plugin, [...(found.get(plugin) ?? []), option]);
  }
  return found;
}

/** A proto, or the protos below a folder. */
function protosOf(input: string): string[] {
  if (!existsSync(input)) throw new UsageError(`there is no file or folder ${input}`);
  if (!statSync(input).isDirectory()) return [input];
  const names = readdirSync(input, { recursive: true, encoding: "utf8" });
  const protos = names.filter((name) => name.endsWith(".proto") && !name.split(/[\\/]/).includes("node_modules"));
  if (protos.length === 0) throw new UsageError(`there are no protos in ${input}`);
  return protos.sort().map((name) => join(input, name));
}

/**
 * Writes a command that runs a script, for programs that look for commands on the path, and returns its path. Windows runs
 * no script without an extension that it knows.
 */
export function writeCommand(
  folder: string,
  name: string,
  script: string,
  platform: string = process.platform,
): string {
  const file = join(folder, platform === "win32" ? `${name}.cmd` : name);
  if (platform === "win32") writeFileSync(file, `@"${process.execPath}" "${script}" %*\r\n`);
  else symlinkSync(script, file);
  return file;
}

function start({ name, command: [program, ...first] }: Compiler, args: readonly string[], env = process.env): number {
  const { status, error } = spawnSync(program, [...first, ...args], { stdio: "inherit", env });
  if (error !== undefined) throw new UsageError(`cannot start ${name}: ${error.message}`);
  return status === 0 ? 0 : 1;
}

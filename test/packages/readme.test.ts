/**
 * Each README and each page of docs for users is a program: its proto files are generated with its buf.gen.yaml and its commands, its TypeScript blocks
 * are one module, and `expression; // value` in them holds.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { OptionTable } from "@protoloom/plugin-kit";
import { options as envoyOptions } from "../../plugins/protoc-gen-envoy/src/options.js";
import { options as tsOptions } from "../../plugins/protoc-gen-ts/src/options.js";
import { options as validateOptions } from "../../plugins/protoc-gen-ts-validate/src/options.js";
import { expectPart } from "../golden.js";
import { writeDescriptors } from "../interop/protovalidate/descriptors.mjs";
import { installPacked } from "./install-packed.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** The projects of all READMEs are in it, and use what is installed here. */
const projects = join(root, ".cache/readme");
const bin = {
  protoc: "node_modules/protoc/protoc.cjs",
  buf: "node_modules/@bufbuild/buf/bin/buf",
  jest: "node_modules/jest/bin/jest.js",
  protoloom: ".cache/readme/node_modules/protoloom/bin/protoloom",
};

interface Block {
  readonly language: string;
  readonly text: string;
  /** The line of the README that the text begins in, from 1. */
  readonly line: number;
}

beforeAll(() => installPacked(projects));

const pages = ["start.md", "site/home.md", ...["guides", "from", "integrations"].flatMap(pagesOf)].map((page) => [
  `docs/${page}`,
  `docs-${page.replace(/\W/g, "-")}`,
]) as [string, string][];

describe.each([
  ["README.md", "readme"],
  ["runtime/protobuf/README.md", "runtime"],
  ["runtime/rpc/README.md", "rpc"],
  ["runtime/envoy/README.md", "envoy-api"],
  ["control-plane/README.md", "control-plane"],
  ["plugins/protoc-gen-ts/README.md", "plugin"],
  ["plugins/protoc-gen-ts-grpc/README.md", "plugin-grpc"],
  ["plugins/protoc-gen-ts-validate/README.md", "plugin-validate"],
  ["plugins/protoc-gen-envoy/README.md", "plugin-envoy"],
  ...pages,
])("%s", (readme, name) => {
  const folder = join(projects, name);
  const blocks = blocksOf(readFileSync(join(root, readme), "utf8"));

  test("says what is true", () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "gen"), { recursive: true });
    symlinkSync(join(projects, "node_modules"), join(folder, "node_modules"), "dir"); // as in a project of its own
    for (const block of blocks) writeNamedFile(folder, block);
    mkdirSync(join(folder, "cjs"));
    writeFileSync(join(folder, "cjs/package.json"), JSON.stringify({ type: "commonjs" })); // as in a package of its own
    generateChecks(folder, blocks);
    for (const block of blocks) runCommands(folder, block);
    for (const block of blocks) checkSession(join(root, readme), folder, block);
    writeFileSync(join(folder, "main.ts"), program(blocks));
    const tsconfig = join(folder, "tsconfig.json");
    if (!existsSync(tsconfig)) writeFileSync(tsconfig, JSON.stringify({ compilerOptions, include: ["main.ts"] }));
    run(folder, "node", join(root, "node_modules/typescript/bin/tsc"));
    expect(run(folder, "node", "dist/main.js")).toBe("");
    // buf takes all protos below the folder, those of packages too, unless its configuration says otherwise
    expect(listFiles(join(folder, "gen")).filter((path) => path.includes("node_modules"))).toEqual([]);
  });
});

test.each<[plugin: string, options: OptionTable]>([
  ["protoc-gen-ts", tsOptions],
  ["protoc-gen-ts-validate", validateOptions],
  ["protoc-gen-envoy", envoyOptions],
])("the README of %s explains every option", (plugin, options) => {
  const readme = readFileSync(join(root, "plugins", plugin, "README.md"), "utf8");
  const rows = Array.from(readme.matchAll(/^\| `(\w+)` \| (.*?) \| .+ \|$/gm), ([, name, values]) => [name, values]);
  const table = Object.entries(options).map(([name, { values, default: first, form }]) => {
    if (values === "text") return [name, `\`${form!.shown}\``];
    const sorted = [first, ...values.filter((value) => value !== first)];
    return [name, sorted.map((value) => `\`${value}\``).join(", ")];
  });
  expect(rows).toEqual(table);
});

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  types: ["node"],
  outDir: "dist",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
};

const listFiles = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" });

function pagesOf(folder: string): string[] {
  return readdirSync(join(root, "docs", folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

function blocksOf(markdown: string): Block[] {
  return Array.from(markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm), ({ 1: language, 2: text, index }) => ({
    language: language!,
    text: text!,
    line: markdown.slice(0, index).split("\n").length + 1,
  }));
}

/** A first line such as "// order.proto" or "# buf.gen.yaml" says that the block is that file. */
function writeNamedFile(folder: string, { language, text }: Block): void {
  const name = text.match(/^(?:\/\/|#) ([\w./-]+\.(?:proto|yaml|json|cjs))\n/)?.[1];
  if (name === undefined) {
    expect(["ts", "sh", "console"]).toContain(language);
    return;
  }
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Does as `buf generate` does for a proto with rules, whose import it would get from the registry of buf. */
function generateChecks(folder: string, blocks: readonly Block[]): void {
  if (!blocks.some(({ text }) => text.includes('import "buf/validate/validate.proto"'))) return;
  writeDescriptors(join(folder, "validate.binpb"));
  const out = ["--ts_out=gen", "--ts-validate_out=gen", "--descriptor_set_in=validate.binpb", "-I."];
  run(folder, "node", join(root, bin.protoc), ...out, "order.proto", "buf/validate/validate.proto");
}

function runCommands(folder: string, { language, text }: Block): void {
  if (language !== "sh") return;
  for (const command of text.split("\n").filter((line) => line !== "")) {
    const [tool, ...args] = command.replace(/^npx /, "").split(" ") as [string, ...string[]];
    if (tool === "npm") continue; // installPacked has done it
    if (tool === "openssl" || tool === "mkdir") {
      run(folder, tool, ...args);
      continue;
    }
    if (tool === "jest") args.push("--config={}"); // not this repository's
    expect(Object.keys(bin)).toContain(tool);
    run(folder, "node", join(root, bin[tool as keyof typeof bin]), ...args);
  }
}

/** Each command of a `console` block prints what follows it, and an exit code other than 0. */
function checkSession(readme: string, folder: string, { language, text }: Block): void {
  if (language !== "console") return;
  const session = Array.from(text.matchAll(/^\$ npx (\S+) (.*)$/gm), ([line, tool, args]) => {
    const command = [join(root, bin[tool as keyof typeof bin]), ...args!.split(" ")];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
    return `${line}\n${stdout}${stderr}${status === 0 ? "" : `[exit code ${status}]\n`}`;
  });
  expectPart(readme, text, session.join(""));
}

/** The TypeScript blocks as one module, which prints what does not hold. */
function program(blocks: readonly Block[]): string {
  const lines = blocks
    .filter(({ language }) => language === "ts")
    .flatMap(({ text, line }) => text.split("\n").map((source, i) => checked(source, line + i)));
  return `${lines.join("\n")}\n${check}`;
}

/** `expression; // value` becomes a check; what declares something has a comment for the reader. */
function checked(source: string, line: number): string {
  const [, expression, value] =
    source.match(/^(?!(?:const|let|import|export|for|if|return)\b)(\S.*); \/\/ (.*)$/) ?? [];
  if (expression === undefined) return source;
  return `check(${line}, ${JSON.stringify(expression)}, () => ${expression}, ${JSON.stringify(value)});`;
}

const check = `
function check(line: number, source: string, run: () => unknown, expected: string): void {
  const actual = outcome(run);
  if (actual !== expected) console.log(\`line \${line}: \${source} gives\\n  \${actual}, not\\n  \${expected}\`);
}

function outcome(run: () => unknown): string {
  try {
    return show(run());
  } catch (error) {
    return \`throws \${(error as Error).message}\`;
  }
}

/** JSON text stands as it is, any other string in quotes. */
function show(value: unknown): string {
  if (typeof value === "bigint") return \`\${value}n\`;
  if (typeof value === "string" && /^[[{]/.test(value)) return value;
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return String(JSON.stringify(value));
}
`;

function run(folder: string, command: string, ...args: string[]): string {
  const plugins = ["protoc-gen-ts", "protoc-gen-ts-grpc", "protoc-gen-ts-validate", "protoc-gen-envoy"].map((name) =>
    join(projects, "node_modules/@protoloom", name, "bin"),
  );
  const PATH = [...plugins, process.env.PATH].join(delimiter);
  try {
    return execFileSync(command, args, { cwd: folder, env: { ...process.env, PATH }, encoding: "utf8", stdio: "pipe" });
  } catch (e) {
    const { stdout, stderr } = e as { stdout: string; stderr: string };
    throw new Error(`"${[command, ...args].join(" ")}" failed:\n${stdout}${stderr}`);
  }
}

/**
 * `npm run conformance:validate`: protovalidate's own conformance suite, against code that protoc-gen-ts-validate generates,
 * beside the official TypeScript library in the same run, and both on random messages.
 *
 *     --case REGEX     only the cases whose names match, with all that the runner says
 *
 * Messages must be the expected ones, and a rule that cannot be compiled must not pass for one that fails on a message
 * (--strict_message, --strict_error). Exits with 1 if generated code fails a case that the official library passes, or if the
 * two find different violations in a random message.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import { runProgram } from "./programs.mjs";
import { provisionSuite } from "./provision.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const cacheDir = join(root, ".cache/conformance/validate");

try {
  const { values } = parseArgs({ options: { case: { type: "string" } } });
  const { runner, protos } = provisionSuite(cacheDir);
  const { executor, random, harness, fallbacks } = buildExecutor(protos);
  const ours = runSuite(runner, "generated code", [process.execPath, "--enable-source-maps", executor], values.case);
  const official = runSuite(
    runner,
    "protovalidate-es",
    [process.execPath, join(import.meta.dirname, "official.mjs"), harness],
    values.case,
  );
  report(ours, official, fallbacks);
  if (values.case === undefined) compareRandom(random);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Generates code for the protos of the suite, and builds the program that the runner starts. */
function buildExecutor(folders) {
  const dir = join(cacheDir, "gen");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const includes = [...folders, join(root, "node_modules/google-proto-files")].map(
    (folder) => `--proto_path=${folder}`,
  );
  const examples = protosIn(folders.at(-1));
  const imported = ["google/type/postal_address.proto"];
  const files = folders.flatMap(protosIn).filter((file) => file.startsWith("buf/validate/") || examples.includes(file));
  const plugin = (name) => `--plugin=${name}=${join(root, "plugins", name, "bin", name)}`;
  const protoc = [join(root, "node_modules/protoc/protoc.cjs"), ...includes];
  const said = spawnSync(
    process.execPath,
    [
      ...protoc,
      ...[plugin("protoc-gen-ts"), `--ts_out=${dir}`],
      ...[
        plugin("protoc-gen-ts-validate"),
        `--ts-validate_out=${dir}`,
        "--ts-validate_opt=invalid_rules=throw,legacy_required=true",
      ],
      ...files,
      ...imported,
    ],
    { encoding: "utf8" },
  );
  if (said.status !== 0) throw new Error(`protoc failed:\n${said.stdout}${said.stderr}`);
  const harness = join(cacheDir, "harness.binpb");
  runProgram(process.execPath, [
    ...protoc,
    "--include_imports",
    `--descriptor_set_out=${harness}`,
    "buf/validate/conformance/harness/harness.proto",
  ]);
  writeSuite(dir);
  for (const name of ["executor", "random"]) {
    const source = readFileSync(new URL(`${name}.mts`, import.meta.url), "utf8");
    writeFileSync(join(dir, `${name}.ts`), source.replace("../../corpus/", `${root}test/corpus/`));
  }
  checkTypes(dir);
  const [executor, random] = ["executor", "random"].map((name) => bundle(dir, name));
  const fallbacks = said.stderr.split("\n").filter((line) => line.includes("@bufbuild/protovalidate"));
  return { executor, random, harness, fallbacks };
}

function bundle(dir, name) {
  const outfile = join(cacheDir, `${name}.mjs`);
  buildSync({
    ...{ entryPoints: [join(dir, `${name}.ts`)], outfile, bundle: true, platform: "node", format: "esm" },
    ...{ sourcemap: true, logLevel: "error", nodePaths: [join(root, "node_modules")] },
  });
  return outfile;
}

/** A module with the classes and the checks of all generated files. */
function writeSuite(dir) {
  const modules = readdirSync(dir, { recursive: true }).filter((file) => /_(pb|validate)\.ts$/.test(file));
  const lines = modules.map((file, i) => `import * as m${i} from "./${file.replace(/\.ts$/, ".js")}";`);
  writeFileSync(
    join(dir, "suite.ts"),
    `import { createRegistry, type DescFile, type Registry } from "@bufbuild/protobuf";
${lines.join("\n")}
interface Class { readonly typeName: string; fromBinary(bytes: Uint8Array): object }
const exported: [string, unknown][] = [${modules.map((_, i) => `m${i}`).join(", ")}].flatMap((each) => Object.entries(each));
export const classes: ReadonlyMap<string, Class> = new Map(
  exported.flatMap(([, value]) => (typeof value === "function" && "fromBinary" in value ? [[(value as Function & Class).typeName, value as unknown as Class]] : [])),
);
export const schemas: Registry = createRegistry(...exported.filter(([name]) => name.startsWith("file_")).map(([, file]) => file as DescFile));
export const validators: Record<string, never> = Object.assign({}, ...exported.filter(([name]) => name.startsWith("validators_")).map(([, table]) => table));
`,
  );
}

/** The strict options that all of the repository compiles under. */
function checkTypes(dir) {
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noUnusedLocals: true,
      noUnusedParameters: true,
      allowJs: true,
      types: ["node"],
      composite: false,
      isolatedDeclarations: false,
      declaration: false,
      declarationMap: false,
      noEmit: true,
    },
    include: ["."],
  };
  writeFileSync(join(dir, "tsconfig.json"), JSON.stringify(config, null, 2));
  runProgram(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", dir]);
}

function protosIn(folder) {
  return readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".proto"));
}

/** Runs the suite and reads which cases fail. */
function runSuite(runner, name, command, only) {
  const start = join(cacheDir, `${name.replaceAll(" ", "-")}.sh`); // the runner takes a program without arguments
  writeFileSync(start, `#!/bin/sh\nexec ${command.map((part) => `'${part}'`).join(" ")}\n`);
  chmodSync(start, 0o755);
  const options = [
    "--strict_message",
    "--strict_error",
    "--timeout",
    "120s",
    ...(only === undefined ? [] : ["--case", only, "--verbose"]),
  ];
  const { stdout, stderr, error } = spawnSync(runner, [...options, start], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) throw new Error(`cannot run the suite: ${error.message}`);
  const text = stdout + stderr;
  const summary = /^(?:PASS|FAIL) \(failed: (\d+), skipped: (\d+), passed: (\d+), total: (\d+)\)$/m.exec(text);
  if (summary === null) throw new Error(`the runner gave no result for ${name}:\n${text.slice(-4000)}`);
  const [failed, skipped, passed, total] = summary.slice(1).map(Number);
  const failures = failuresIn(text);
  if (failures.size !== failed)
    throw new Error(`the runner counts ${failed} failures of ${name}, and names ${failures.size}`);
  if (only !== undefined) console.log(text);
  return { name, failed, skipped, passed, total, failures };
}

/** The words of the runner about each failure, by the names of its suite and case. */
function failuresIn(text) {
  const failures = new Map();
  for (const [, suite, cases] of text.matchAll(/^--- FAIL: (\S+).*\n((?: .*\n)*)/gm)) {
    for (const [, name, said] of cases.matchAll(/^ {4}--- FAIL: (.*)\n((?: {7,}.*\n)*)/gm))
      failures.set(`${suite}/${name}`, said);
  }
  return failures;
}

/** Random messages, which the suite does not have: exits with 1 if there is a difference. */
function compareRandom(program) {
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", program], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) process.exitCode = 1;
}

function report(ours, official, fallbacks) {
  const row = (cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(18) : String(cell).padStart(8))).join("");
  console.log(row(["", "passed", "failed", "skipped", "total"]));
  for (const { name, passed, failed, skipped, total } of [ours, official])
    console.log(row([name, passed, failed, skipped, total]));
  const different = (a, b) => [...a.failures.keys()].filter((name) => !b.failures.has(name));
  console.log(`\n${fallbacks.length} messages with a rule that is not compiled:`);
  for (const line of fallbacks) console.log(`  ${line}`);
  const better = different(official, ours);
  if (better.length > 0) console.log(`\nbetter than the official library:\n  ${better.join("\n  ")}`);
  const worse = different(ours, official);
  if (worse.length > 0 || ours.skipped > 0 || ours.total !== official.total || ours.total === 0) process.exitCode = 1;
  for (const name of worse) console.log(`\nworse than the official library: ${name}\n${ours.failures.get(name)}`);
}

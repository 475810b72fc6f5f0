/**
 * Projects on other libraries, compiled and run before and after `protoloom migrate`: with the code of the library's own
 * generator and its runtime, then with ours. Both print the same. A case is a folder in `fixtures`; where it has no folder
 * `gen`, the library's generator is run. That of google-protobuf is a C++ program, which npm has only by an install script:
 * its output stands in the fixture (protoc 3.20.3; the grpc_pb.js, of a plugin that is not to be had, in its form).
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "@jest/globals";
import { readFiles } from "../files.js";
import { expectFolder } from "../golden.js";

const root = join(import.meta.dirname, "../..");
const fixtures = join(import.meta.dirname, "fixtures");
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}` };

/** The files of a fixture that are not part of its project. */
const EXPECTED = "expected";

describe.each(readdirSync(fixtures))("from %s", (name) => {
  const project = join(root, ".cache/migrate", name);
  let before = "";

  test("the project runs", () => {
    open(name, project);
    if (!existsSync(join(project, "gen"))) generate(project);
    before = play(project);
    expect(before.split("\n").length).toBeGreaterThan(10);
  });

  test("a dry run shows the difference, and changes nothing", () => {
    const files = readFiles(project);
    const { status, stdout } = protoloom(project, "--dry-run");
    expect(stdout).toContain("--- a/src/main.ts\n+++ b/src/main.ts\n".slice(0, 8));
    expect([0, 100]).toContain(status);
    expect(readFiles(project)).toEqual(files);
  });

  test("the migration is the expected one", () => {
    const { status, stdout } = protoloom(project);
    const left = /left (\d+) place/.exec(stdout)?.[1];
    expect(status).toBe(left === "0" ? 0 : 100);
    const sources = Object.entries(readFiles(project)).filter(([path]) => !/^(gen|out|proto)\//.test(path));
    expectFolder(join(fixtures, name, EXPECTED), { ...Object.fromEntries(sources), "stdout.txt": stdout });
  });

  test("a second run changes nothing", () => {
    const files = readFiles(project);
    expect(protoloom(project).stdout).toContain("nothing to migrate");
    expect(readFiles(project)).toEqual(files);
  });

  test("it prints the same with our code", () => {
    generate(project);
    expect(play(project)).toBe(before);
  });
});

function open(name: string, project: string): void {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  cpSync(join(fixtures, name), project, { recursive: true, filter: (path) => !path.endsWith(`/${EXPECTED}`) });
}

/** Compiles and runs the project. Fails with what the compiler or the program says. */
function play(project: string): string {
  rmSync(join(project, "out"), { recursive: true, force: true });
  const compiled = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc")], {
    cwd: project,
    encoding: "utf8",
  });
  expect(compiled.stdout).toBe("");
  cpSync(join(project, "gen"), join(project, "out/gen"), { recursive: true, filter: (path) => !path.endsWith(".ts") });
  return succeed(spawnSync(process.execPath, ["out/src/main.js"], { cwd: project, encoding: "utf8", timeout: 20_000 }));
}

/** With buf, or by the project's script where it has no buf.gen.yaml. */
function generate(project: string): void {
  if (!existsSync(join(project, "buf.gen.yaml"))) {
    mkdirSync(join(project, "gen"), { recursive: true });
    const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
      scripts: { generate: string };
    };
    const protoc = `node ${join(root, "node_modules/protoc/protoc.cjs")}`; // a peer has a command of that name, too
    const command = scripts.generate.replace(/^protoc /, `${protoc} `);
    return void succeed(spawnSync("sh", ["-c", command], { cwd: project, encoding: "utf8", env }));
  }
  const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");
  succeed(spawnSync(process.execPath, [buf, "generate"], { cwd: project, encoding: "utf8", env }));
}

function succeed({ status, stdout, stderr }: SpawnSyncReturns<string>): string {
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

function protoloom(cwd: string, ...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, "cli/bin/protoloom"), "migrate", ...args], {
    cwd,
    encoding: "utf8",
    env,
  });
}

describe("what is left", () => {
  const project = mkdtempSync(join(tmpdir(), "migrate-left-"));
  afterAll(() => rmSync(project, { recursive: true, force: true }));
  const values = join(project, "src/values.ts");

  test("stands in the JSON report, which a dry run gives as well", () => {
    open("google-protobuf", project);
    symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
    const { status, stdout } = protoloom(project, "--dry-run", "--format", "json", "--allow-dirty");
    const report = JSON.parse(stdout) as {
      left: { file: string; line: number; column: number; code: string; why: string }[];
    };
    expect(status).toBe(100);
    expect(report).toMatchObject({ version: 1, dryRun: true, from: ["google-protobuf"] });
    expect(report.left[0]).toEqual({
      file: "src/values.ts",
      line: 35,
      column: 3,
      code: 'spyOn(order, "getAuthor")',
      why: "accessors are properties now: there is no function to replace",
    });
    expect(report.left).toHaveLength(4);
  });

  test("is written above its statements by --comments", () => {
    expect(protoloom(project, "--comments", "--allow-dirty").status).toBe(100);
    expect(readFileSync(values, "utf8")).toContain(
      [
        "  // protoloom: accessors are properties now: there is no function to replace",
        '  spyOn(order, "getAuthor");',
        "  // protoloom: accessors are properties now: there is no function to replace",
        '  (order as any).getAuthor = () => "nobody";',
        "  // protoloom: the receiver is of type any: if it is a message, this is a property now",
        "  untyped.getAuthor();",
        "  untyped.getOther();",
        "",
      ].join("\n"),
    );
  });
});

/** Copies of a fixture's file are 60 files of call sites. The bound is on CPU time, because the machine may be busy. */
test("60 files take less than 20 seconds", () => {
  const project = join(root, ".cache/migrate/sixty");
  open("google-protobuf", project);
  const text = readFileSync(join(project, "src/messages.ts"), "utf8");
  for (let i = 0; i < 60; i++) writeFileSync(join(project, `src/copy${i}.ts`), text);
  const script = `
    const { migrateCommand } = await import(${JSON.stringify(pathToFileURL(join(root, "migrate/dist/main.js")).href)});
    let report = "";
    const surroundings = { out: (text) => (report += text), error: (text) => (report += text) };
    migrateCommand([".", "--dry-run", "--format", "json"], surroundings);
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ changed: JSON.parse(report).changed.length, seconds: (user + system) / 1e6 }));`;
  const args = ["--input-type=module", "--eval", script];
  const { changed, seconds } = JSON.parse(
    succeed(spawnSync(process.execPath, args, { cwd: project, encoding: "utf8", env })),
  ) as { changed: number; seconds: number };
  expect(changed).toBeGreaterThanOrEqual(60);
  expect(seconds).toBeLessThan(20);
}, 120_000);

describe("the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "migrate-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: string[]): unknown =>
    succeed(
      spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: folder, encoding: "utf8" }),
    );

  test("refuses a folder whose state git could not bring back", () => {
    expect(protoloom(folder)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("is not in a git repository"),
    });
    git("init", "--quiet");
    writeFileSync(join(folder, "a.ts"), "");
    expect(protoloom(folder)).toMatchObject({
      status: 1,
      stderr: "protoloom migrate: the work tree is dirty (a.ts): commit or stash first, or add --allow-dirty\n",
    });
    expect(protoloom(folder, "--allow-dirty").stderr).toContain("there is no tsconfig.json in");
    git("add", ".");
    git("commit", "--quiet", "--message=a");
    expect(protoloom(folder).stderr).toContain("there is no tsconfig.json in");
  });

  test("has nothing to do without code of another library", () => {
    writeFileSync(join(folder, "tsconfig.json"), "{}");
    const { status, stdout } = protoloom(folder, "--allow-dirty");
    expect([status, stdout]).toEqual([
      0,
      "nothing to migrate: no generated code of another library is in this folder\n",
    ]);
  });

  test.each([
    [["--from", "protobuf"], 'unknown library "protobuf": expected google-protobuf'],
    [["--format", "xml"], 'unknown format "xml": expected text or json'],
    [["nowhere"], "there is no folder nowhere"],
    [["a", "b"], "expected one folder, got a and b"],
    [["--dry-rum"], "unknown option --dry-rum: did you mean --dry-run?"],
  ])("%j is refused", (args, message) => {
    expect(protoloom(folder, ...args)).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });

  test("explains itself, and every option stands in the README", () => {
    const { status, stdout } = protoloom(folder, "--help");
    expect(status).toBe(0);
    const readme = readFileSync(join(root, "migrate/README.md"), "utf8");
    for (const [option] of stdout.matchAll(/--[a-z-]+/g)) expect(readme).toContain(option);
  });
});

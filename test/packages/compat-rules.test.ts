/** Rules of one's own, as in the README: written and run in a project outside the repository that has the packed packages. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { expectPart } from "../golden.js";

const root = join(import.meta.dirname, "../..");
const readmeFile = join(root, "plugins/protoc-gen-compat/README.md");
const readme = readFileSync(readmeFile, "utf8");
const hasTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);
let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "compat-rules-"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const [folder, name] of [
    ["cli", "protoloom"],
    ["plugins/protoc-gen-compat", "@protoloom/protoc-gen-compat"],
  ]) {
    const args = ["pack", `./${folder}`, "--json", "--ignore-scripts", "--pack-destination", project];
    const [tarball] = JSON.parse(run(root, "npm", ...args)) as { filename: string }[];
    mkdirSync(join(project, "node_modules", name!), { recursive: true });
    const target = ["-C", join("node_modules", name!), "--strip-components=1"];
    run(project, "tar", "-xzf", tarball!.filename, ...target);
  }
  mkdirSync(join(project, "node_modules/@bufbuild"));
  for (const name of ["protobuf", "buf"])
    symlinkSync(join(root, "node_modules/@bufbuild", name), join(project, "node_modules/@bufbuild", name), "dir");
  for (const [, name, text] of readme.matchAll(/^```\w+\n(?:\/\/|#) ([\w./-]+\.\w+)\n([\s\S]*?)^```$/gm))
    put(name!, text!);
  run(project, process.execPath, join(root, "node_modules/typescript/bin/tsc"), ...compile);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Checks the types, and writes JavaScript for versions of Node that do not load TypeScript. */
const compile = ["--strict", "--target", "es2022", "--module", "nodenext", "--types", "", "rules/no-secrets.ts"];

function put(name: string, text: string): void {
  mkdirSync(dirname(join(project, name)), { recursive: true });
  writeFileSync(join(project, name), text);
}

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  expect({ command, status, output: status === 0 ? "" : stderr + stdout }).toEqual({ command, status: 0, output: "" });
  return stdout;
}

function check(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = join(project, "node_modules/protoloom/bin/protoloom");
  return spawnSync(process.execPath, [program, "check", ...args], { cwd: project, encoding: "utf8" });
}

/** A compat.yaml beside `secrets/compat.yaml` with another rule. */
function configured(rule: string, more = ""): string {
  put("other.yaml", `rules: [${rule}]\n${more}`);
  return "other.yaml";
}

test("the example of the README finds what it says", () => {
  const session = /^```console\n(\$ npx protoloom check secrets [\s\S]*?)^```$/m.exec(readme)![1]!;
  if (!hasTypeScript)
    put(
      "secrets/compat.yaml",
      readFileSync(join(project, "secrets/compat.yaml"), "utf8").replace("no-secrets.ts", "no-secrets.js"),
    );
  const { status, stdout, stderr } = check("secrets", "--against", "v1");
  expectPart(
    readmeFile,
    session,
    `$ npx protoloom check secrets --against v1\n${stdout}${stderr}[exit code ${status}]\n`,
  );
  expect(status).toBe(100);
});

test(`TypeScript is ${hasTypeScript ? "loaded" : "refused with advice"} by this version of Node`, () => {
  const { status, stderr } = check("secrets", "--against", "v1", "--config", configured("rules/no-secrets.ts"));
  expect([status, stderr]).toEqual(
    hasTypeScript
      ? [0, ""]
      : [
          1,
          expect.stringMatching(
            /^protoloom check: rules\/no-secrets\.ts is TypeScript, which Node [\d.]+ cannot load: use Node 22\.18 or newer, or compile it .*\n$/,
          ),
        ],
  );
});

test("a rule has witnesses, waivers and every format as others have", () => {
  put(
    "rules/keep-ids.mjs",
    `export default [{ id: "acme/keep-ids", on: "field", surfaces: ["binary"], purpose: "An identifier changed.", why: "It is a key elsewhere.", fix: "Add a field.",
  check: ({ previous, next }) => previous && next && previous.desc.scalar !== next.desc.scalar
    ? { text: "the type of " + next.desc + " changed", expects: "breaking", focus: [previous.layout, next.layout] } : undefined }];`,
  );
  put("ids/order.proto", readFileSync(join(project, "v1/order.proto"), "utf8").replace("string author", "bool author"));
  const only = "severity: { field-type: off }\n";
  const formats = ["json", "sarif", "markdown", "html", "github", "gitlab", "junit"].flatMap((format) => [
    "--format",
    `${format}=report.${format}`,
  ]);
  const found = check("ids", "--against", "v1", "--config", configured("rules/keep-ids.mjs", only), ...formats);
  expect([found.status, found.stderr]).toEqual([100, ""]);
  for (const format of ["json", "sarif", "markdown", "html", "github", "gitlab", "junit"])
    expect([format, readFileSync(join(project, `report.${format}`), "utf8")]).toEqual([
      format,
      expect.stringContaining("acme/keep-ids"),
    ]);
  const { findings } = JSON.parse(readFileSync(join(project, "report.json"), "utf8"));
  expect(findings[0].effects[0].witness).toMatchObject({ surface: "binary", data: "1a0161", read: "{}" });
  const waiver =
    "waivers: [{ element: shop.v1.Order.author, rule: acme/keep-ids, reason: r, owner: o, expires: '2099-01-01' }]\n";
  const waived = check("ids", "--against", "v1", "--config", configured("rules/keep-ids.mjs", only + waiver));
  expect([waived.status, waived.stdout]).toEqual([0, expect.stringContaining("waived by o until 2099-01-01")]);
  const unknown = check(
    "ids",
    "--against",
    "v1",
    "--config",
    configured("rules/keep-ids.mjs", "severity: { acme/keep-it: off }"),
  );
  expect(unknown.stderr).toContain('"acme/keep-it" is no rule');
});

describe("a mistake is one line with the file, and exit code 1", () => {
  const rule = (more: string): string =>
    `export default { id: "acme/bad", on: "field", surfaces: ["binary"], purpose: "P.", why: "W.", fix: "F.", check: () => undefined, ${more} };`;

  test.each([
    [
      "throws",
      rule("check({ previous }) {\n previous.desc.name;\n }"),
      "rules/bad.mjs: rule acme/bad failed for shop.v1.Order.api_token: Cannot read properties of undefined (reading 'desc') (line 2)",
    ],
    ["throws something other than an error", rule("check() { throw 1; }"), "it threw 1"],
    ["returns a promise", rule("async check() {}"), "its check returned a promise, and must be synchronous"],
    ["returns text", rule('check: () => "no"'), 'expected a claim or undefined, got "no"'],
    [
      "claims another verdict",
      rule('check: () => ({ text: "t", expects: "bad" })'),
      'expects is "bad": expected safe, extends, hazard, conditional, breaking',
    ],
    [
      "has a wrong focus",
      rule('check: () => ({ text: "t", expects: "safe", focus: [1] })'),
      "focus is not what a claim takes",
    ],
    [
      "has a wrong effect",
      rule('check: () => ({ text: "t", expects: "safe", effects: [{ surface: "paper" }] })'),
      "effects is not what a claim takes",
    ],
    [
      "has the id of another",
      rule('id: "field-type"'),
      'id is "field-type": expected the name of your team and of the rule, such as "acme/no-foo"',
    ],
    ["is for something else", rule('on: "comment"'), 'on is "comment": expected file, message'],
    ["has no surface", rule("surfaces: []"), "surfaces is []: expected a list of binary"],
    ["says nothing", rule('why: ""'), "why is missing: expected a sentence"],
    ["has no check", rule("check: undefined"), "check is missing: expected a function"],
    ["is no module", "export default {", "cannot load rules/bad.mjs: "],
    [
      "imports a missing module",
      'import "nothing-like-it";',
      "cannot load rules/bad.mjs: Cannot find package 'nothing-like-it'",
    ],
    ["throws as it is loaded", "throw new Error('early');", "cannot load rules/bad.mjs: early"],
    ["waits as it is loaded", "await 1; export default 1;", "cannot load rules/bad.mjs: it awaits at its top level"],
    ["exports nothing", "export default undefined;", "its default export is no rule"],
    ["exports no rules", "export default [];", "its default export has no rule"],
  ])("a rule that %s", (_, text, message) => {
    put("rules/bad.mjs", text);
    const { status, stdout, stderr } = check("secrets", "--against", "v1", "--config", configured("rules/bad.mjs"));
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("rules/bad.mjs");
  });

  test("a rule whose file is not there, or is there twice", () => {
    expect(check("secrets", "--against", "v1", "--config", configured("rules/none.mjs")).stderr).toBe(
      "protoloom check: rules/none.mjs does not exist: compat.yaml names it under rules\n",
    );
    put("rules/bad.mjs", rule(""));
    const twice = configured("rules/bad.mjs, rules/bad.mjs");
    expect(check("secrets", "--against", "v1", "--config", twice).stderr).toContain("there is another rule acme/bad");
  });
});

/** `protoloom new`: what it writes builds, passes its tests and its gate; what is wrong writes nothing. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Chosen, choices } from "../../cli/src/new/choices.js";
import { projectFiles, versions } from "../../cli/src/new/project.js";
import { installPacked } from "../packages/install-packed.js";

const root = join(import.meta.dirname, "../..");
/** The projects are in it, and use what is packed and what is installed here. */
const projects = join(root, ".cache/new");

beforeAll(() => {
  installPacked(projects);
  const commands = join(projects, "node_modules/.bin");
  mkdirSync(commands);
  for (const name of ["protoloom", "create-protoloom"])
    symlinkSync(`../${name}/bin/${name}`, join(commands, name), "file");
}, 240_000);

function run(command: string, args: readonly string[], folder = projects): { code: number | null; text: string } {
  const PATH = [join(projects, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const { NODE_OPTIONS: _, ...env } = process.env; // of this test's own runner
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    env: { ...env, PATH },
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (error) throw error;
  return { code: status, text: stdout + stderr };
}

const create = (...args: readonly string[]) => run("create-protoloom", args);

// Each value but Vitest, which is no part of this repository. test/e2e/create runs every combination, installed by npm.
const combinations: readonly Chosen[] = [
  { kind: "services", compiler: "buf", runner: "node" },
  { kind: "services", compiler: "protoc", runner: "jest" },
  { kind: "messages", compiler: "protoc", runner: "node" },
  { kind: "messages", compiler: "buf", runner: "jest" },
];

describe.each(combinations)("$kind, $compiler, $runner", ({ kind, compiler, runner }) => {
  const name = `${kind}-${compiler}-${runner}`;
  const folder = join(projects, name);

  test("is a project whose scripts all pass", () => {
    rmSync(folder, { recursive: true, force: true });
    const options = ["--kind", kind, "--compiler", compiler, "--runner", runner];
    expect(create(name, ...options)).toEqual({ code: 0, text: expect.stringContaining(`cd ${name}\n`) });
    symlinkSync(join(projects, "node_modules"), join(folder, "node_modules"), "dir");
    if (runner === "jest") linkJest(folder);
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const script of ["test", "check", ...(compiler === "buf" ? ["lint"] : [])]) {
      expect(Object.keys(scripts)).toContain(script);
      const { code, text } = run("npm", ["run", script], folder);
      if (code !== 0) throw new Error(`npm run ${script}:\n${text}`);
    }
    // what is accepted is what was there: the lock file is the one that the gate writes
    const lock = readFileSync(join(folder, "compat.lock"), "utf8");
    expect(run("npm", ["run", "accept"], folder).code).toBe(0);
    expect(readFileSync(join(folder, "compat.lock"), "utf8")).toBe(lock);
  });

  test("fails its gate when a field changes its type", () => {
    const proto = join(folder, "proto/shop/v1/order.proto");
    writeFileSync(proto, readFileSync(proto, "utf8").replace("uint32 count", "sint32 count"));
    expect(run("npm", ["run", "check"], folder)).toEqual({ code: 100, text: expect.stringContaining("1 breaking") });
  });
});

/** Its script names Jest by its path in the project, as Windows needs it. */
function linkJest(folder: string): void {
  const jest = join(projects, "node_modules/jest");
  if (!existsSync(jest)) symlinkSync(join(root, "node_modules/jest"), jest, "dir");
  expect(existsSync(join(folder, "node_modules/jest/bin/jest.js"))).toBe(true);
}

describe("what is wrong", () => {
  test.each<[string[], string]>([
    [[], "expected the name of a folder; --help lists the options"],
    [["a", "b"], "expected one folder, got a and b"],
    [["--kind", "x", "a"], '--kind is "x": expected services, messages'],
    [["--runner", "constructor", "a"], '--runner is "constructor": expected node, vitest, jest'],
    [["--runer", "jest", "a"], "unknown option --runer: did you mean --runner?"],
    [
      ["Order Service"],
      '"Order Service" cannot be the name of a package: use lowercase letters, digits, ".", "_" and "-"',
    ],
    [["taken"], "taken has files in it, notes.txt for one: name a new folder"],
    [["taken/notes.txt"], "taken/notes.txt is not a folder"],
    [["taken/notes.txt/x"], `cannot write ${join(projects, "taken/notes.txt")}: EEXIST`],
  ])("%j is said in one line, and nothing is written", (args, line) => {
    rmSync(join(projects, "a"), { recursive: true, force: true });
    mkdirSync(join(projects, "taken"), { recursive: true });
    writeFileSync(join(projects, "taken/notes.txt"), "mine");
    const before = readdirSync(projects);
    expect(create(...args)).toEqual({ code: 1, text: `protoloom new: ${line}\n` });
    expect(readdirSync(projects)).toEqual(before);
    expect(readFileSync(join(projects, "taken/notes.txt"), "utf8")).toBe("mine");
  });
});

test("a folder that is empty is filled, and one with spaces around it is found", () => {
  const folder = join(projects, "my projects/order");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  expect(create("my projects/order", "--kind", "messages").code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([
    ".gitignore",
    "README.md",
    "buf.gen.yaml",
    "buf.yaml",
    "compat.lock",
    "package.json",
    "proto",
    "src",
    "test",
    "tsconfig.json",
  ]);
});

test("help names every value of every choice", () => {
  const { code, text } = create("--help");
  expect(code).toBe(0);
  for (const { values } of Object.values(choices))
    for (const value of Object.keys(values)) expect(text).toContain(`${value}: `);
});

test("a project begins with the versions that we test with", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const elsewhere = ["vitest", "@types/node"]; // test/e2e/create; of the oldest Node that a new project supports
  for (const [name, version] of Object.entries(versions))
    if (!elsewhere.includes(name)) expect([name, version]).toEqual([name, devDependencies[name]]);
});

test("each script of a project is explained in its README", () => {
  for (const { kind, compiler, runner } of combinations) {
    const { texts } = projectFiles("a", "0.1.0", { kind, compiler, runner });
    const { scripts } = JSON.parse(texts["package.json"]!) as { scripts: Record<string, string> };
    const named = Array.from(texts["README.md"]!.matchAll(/^\| `npm (?:run )?(\w+)` \|/gm), ([, script]) => script);
    expect([...named].sort()).toEqual(
      Object.keys(scripts)
        .filter((each) => !["generate", "build"].includes(each))
        .sort(),
    );
  }
});

/**
 * The README of the plugin kit is a program: its plugin is type-checked and bundled in a project that has the packed
 * package installed, run by buf, and prints what the README says.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const project = join(root, ".cache/readme/kit");
const readme = readFileSync(join(root, "plugins/kit/README.md"), "utf8");
const blocks = Array.from(readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm), ([, language, text]) => ({
  language: language!,
  text: text!,
}));

/** The packages that a reader installs besides the kit, which are here already. */
const installed = [
  "@bufbuild/protobuf",
  "@bufbuild/protoplugin",
  "@bufbuild/buf",
  "esbuild",
  "typescript",
  "@types/node",
];

beforeAll(() => {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const packed = succeed(
    root,
    "npm",
    "pack",
    "./plugins/kit",
    "--json",
    "--ignore-scripts",
    "--pack-destination",
    project,
  );
  const [tarball] = JSON.parse(packed) as { filename: string }[];
  const options = ["--offline", "--no-audit", "--no-fund", "--legacy-peer-deps"]; // peers would come from the registry
  succeed(project, "npm", "install", ...options, join(project, tarball!.filename));
  for (const name of installed) {
    mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name), "dir");
  }
  for (const { text } of blocks) {
    const [, name] = /^(?:\/\/|#) ([\w./-]+\.(?:ts|proto|yaml))\n/.exec(text) ?? [];
    if (name !== undefined) writeFileSync(join(project, name), text);
  }
});

describe("plugins/kit/README.md", () => {
  test("has a plugin that compiles under strict options", () => {
    const options = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noUncheckedIndexedAccess",
      "--verbatimModuleSyntax",
    ];
    const target = ["--module", "nodenext", "--target", "es2022", "--types", "node", "--noEmit"];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    succeed(project, process.execPath, tsc, "--ignoreConfig", ...options, ...target, "plugin.ts");
  });

  test("says what is printed", () => {
    const sessions = blocks.filter(({ language }) => language === "console");
    expect(sessions.length).toBeGreaterThan(2);
    for (const { text } of sessions) expect(sessionOf(text)).toBe(text);
  });

  test("says where the schema is wrong", () => {
    const proto = readFileSync(join(project, "orders.proto"), "utf8");
    writeFileSync(join(project, "orders.proto"), proto.replace("rpc Purchase(Order)", "rpc Purchase(stream Order)"));
    expect(sessionOf("$ npx buf generate\n")).toContain(
      "orders.proto:11:3: shop.v1.Orders.Purchase: streaming methods have no handlers",
    );
  });
});

/** Each command with what it prints. */
function sessionOf(text: string): string {
  return Array.from(text.matchAll(/^\$ (.*)$/gm), ([, command]) => {
    const { stdout, stderr } = start(project, ...toolOf(command!.replace(/^npx /, "").split(" ")));
    return `$ ${command}\n${stdout}${stderr}`;
  }).join("");
}

function toolOf([name, ...args]: string[]): [string, ...string[]] {
  if (name === "buf") return [process.execPath, join(root, "node_modules/@bufbuild/buf/bin/buf"), ...args];
  if (name === "esbuild") return [process.execPath, join(root, "node_modules/esbuild/bin/esbuild"), ...args];
  return name === "node" ? [process.execPath, ...args] : [name!, ...args];
}

function succeed(cwd: string, ...command: [string, ...string[]]): string {
  const { status, stdout, stderr } = start(cwd, ...command);
  expect({ command, status, output: status === 0 ? "" : stdout + stderr }).toEqual({ command, status: 0, output: "" });
  return stdout;
}

function start(cwd: string, command: string, ...args: string[]): SpawnSyncReturns<string> {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, PATH } });
}

/**
 * The versions that docs/support.md names: the quickstart, from packed packages, is type-checked by every TypeScript and
 * runs on Bun, on Deno, and on the oldest and the newest Node.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { PROVISION_MS, provision, root, runTool } from "../provision.js";

/** From the version that needs `skipLibCheck` to the newest. */
const compilers = {
  "5.4.5": true,
  "5.5.4": true,
  "5.6.3": true,
  "5.7.3": false,
  "5.8.3": false,
  "5.9.3": false,
  "6.0.3": false,
};
const runtimes = { bun: "1.4.5", deno: "2.9.6" };

const project = join(root, ".cache/e2e/versions-project");
const missing = "install Node with npm";
let tools: string;

beforeAll(async () => {
  tools = await provision("versions-1", async (folder) => {
    const names = [
      ...Object.keys(compilers).map((version) => `typescript-${version}@npm:typescript@${version}`),
      ...Object.entries(runtimes).map(([name, version]) => `${name}@${version}`),
    ];
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    await npm(folder, ...names);
  });
  await runTool(process.execPath, ["scripts/pack.mjs"], { missing });
  copyQuickstart();
  const tarballs = readdirSync(join(root, "dist")).filter((file) =>
    /-(protobuf|rpc|protoc-gen-ts|protoc-gen-ts-grpc)-\d/.test(file),
  );
  await npm(
    project,
    ...tarballs.map((file) => join(root, "dist", file)),
    "@types/node@20",
    "@connectrpc/connect@2",
    "@opentelemetry/api@1",
  );
  const plugins = ["ts", "ts-grpc"].map(
    (name) => `--plugin=protoc-gen-${name}=${join(project, "node_modules/.bin", `protoc-gen-${name}`)}`,
  );
  const protoc = [
    join(root, "node_modules/protoc/protoc.cjs"),
    ...plugins,
    "--ts_out=gen",
    "--ts-grpc_out=gen",
    "order.proto",
  ];
  await runTool(process.execPath, protoc, { cwd: project, missing });
  await compile(join(root, "node_modules/typescript/bin/tsc"));
}, PROVISION_MS);

test.each(Object.entries(compilers))("TypeScript %s checks it", async (version, skipLibCheck) => {
  await compile(
    join(tools, `node_modules/typescript-${version}/bin/tsc`),
    "--noEmit",
    "--skipLibCheck",
    String(skipLibCheck),
  );
});

describe("it runs to its end", () => {
  test.each([
    ["bun", ["dist/main.js"]],
    ["deno", ["run", "--allow-all", "dist/main.js"]],
  ])("on %s", async (name, args) => {
    expect(await runTool(join(tools, "node_modules/.bin", name), args, { cwd: project, missing })).toContain(
      "await closed",
    );
  });

  test.each(["oldest", "newest"])("on the %s Node", async (which) => {
    const args = [join(root, "scripts/on-node.mjs"), which, "node", "dist/main.js"];
    expect(await runTool(process.execPath, args, { cwd: project, missing })).toContain("await closed");
  });
});

/** Without the acts that need other packages. */
function copyQuickstart(): void {
  rmSync(project, { recursive: true, force: true });
  cpSync(join(root, "examples/quickstart"), project, {
    recursive: true,
    filter: (path) =>
      !/quickstart\/(gen|dist|envoy|node_modules|run\.mjs|tsconfig\.json)$|(compatibility|envoy)\.ts$/.test(path),
  });
  mkdirSync(join(project, "gen"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const compilerOptions = {
    ...{ target: "es2022", lib: ["es2022"], module: "nodenext", types: ["node"], outDir: "dist" },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["main.ts"] }));
}

function compile(tsc: string, ...args: string[]): Promise<string> {
  return runTool(process.execPath, [tsc, ...args], { cwd: project, missing });
}

function npm(cwd: string, ...args: string[]): Promise<string> {
  return runTool("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...args], { cwd, missing });
}

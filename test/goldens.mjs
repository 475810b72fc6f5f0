/** `npm run goldens`: rewrites what all tests that import golden.ts expect. Read the difference like code. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const jest = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
const suites = readdirSync("test", { recursive: true })
  .map((path) => join("test", path))
  .filter((path) => path.endsWith(".test.ts") && readFileSync(path, "utf8").includes('golden.js"'));
const run = (...args) =>
  spawnSync(process.execPath, args, { stdio: "inherit", env: { ...process.env, GOLDENS: "update" } }).status ?? 1;
const tests = run(...jest, ...suites);
// also after a failure: what was written until then is not formatted yet
process.exitCode = run("node_modules/@biomejs/biome/bin/biome", "format", "--write", "plugins") || tests;

/** `npm run goldens`: rewrites what golden.test.ts expects. Read the difference like code before it is committed. */
import { spawnSync } from "node:child_process";

const args = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
const env = { ...process.env, GOLDENS: "update" };
process.exitCode =
  spawnSync(process.execPath, [...args, "protoc-gen-ts/golden"], { stdio: "inherit", env }).status ?? 1;

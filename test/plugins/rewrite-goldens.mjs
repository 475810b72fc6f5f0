/** `npm run goldens`: rewrites what the tests of all plugins expect. Read the difference like code before it is committed. */
import { spawnSync } from "node:child_process";

const args = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
const env = { ...process.env, GOLDENS: "update" };
const suites = "test/plugins/[^/]+/(golden|diagnostics)\\.test";
process.exitCode = spawnSync(process.execPath, [...args, suites], { stdio: "inherit", env }).status ?? 1;

/**
 * `npm run test:e2e -- [suite ...] [flags of jest]`: what needs more than npm packages: other implementations, browsers,
 * proxies. A suite is a folder beside this file; without a name, all are run, one after the other.
 *
 *     npm run test:e2e -- interop -t "grpc-go"
 *
 * `--short` leaves out the files named *.long.test.ts, whose scenarios take minutes, and makes a tenth of random inputs.
 */
import { readdirSync } from "node:fs";
import { exitOnFailure, root, run } from "../../scripts/run.mjs";

const jest = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];

await exitOnFailure(() => {
  const isShort = process.argv.includes("--short");
  const args = process.argv.slice(2).filter((arg) => arg !== "--short");
  const firstFlag = args.findIndex((arg) => arg.startsWith("-"));
  const [names, flags] = firstFlag < 0 ? [args, []] : [args.slice(0, firstFlag), args.slice(firstFlag)];
  const folders = suites();
  const unknown = names.find((name) => !folders.includes(name));
  if (unknown !== undefined) throw new Error(`unknown suite "${unknown}": expected ${folders.join(", ")}`);
  const patterns = (names.length === 0 ? folders : names).map((name) => `test/e2e/${name}/`);
  const leftOut = isShort ? ["--testPathIgnorePatterns", "/node_modules/", "\\.long\\.test\\.ts$"] : [];
  const command = [
    ...jest,
    "--config=test/e2e/jest.config.mjs",
    ...flags,
    ...leftOut,
    "--testPathPatterns",
    ...patterns,
  ];
  if (isShort) {
    console.log("short: without *.long.test.ts, and with a tenth of random inputs");
    process.env.PROTOLOOM_E2E = "short";
  }
  run(process.execPath, command, `jest ${patterns.join(" ")}`);
});

function suites() {
  return readdirSync(`${root}/test/e2e`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

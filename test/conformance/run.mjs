/**
 * `npm run conformance`: the official protobuf conformance suite, against code that protoc-gen-ts generates.
 *
 *     --target NAME    only with code of this target: ts, js, ts-small (optimize=size) or ts-compact
 *                     (optimize=code_size); all by default
 *     --only NAME      only the test of this name, with its request and response when it fails; repeatable
 *
 * Exits with 1 unless every test passes and none is skipped or missing.
 */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildTestee, TARGETS } from "./build.mjs";
import { provisionRunner } from "./provision.mjs";
import { runSuites, SUITES } from "./suite.mjs";

const cacheDir = fileURLToPath(new URL("../../.cache/conformance", import.meta.url));

try {
  const options = parseOptions(process.argv.slice(2));
  const runner = provisionRunner(cacheDir);
  const results = options.targets.map((target) => runTarget(target, runner, options.only));
  console.log(formatTable(results.flatMap(({ rows }) => rows)));
  for (const result of results) printFailures(result, { withPayloads: options.only.length > 0 });
  if (results.some(({ rows }) => rows.some((row) => !row.ok))) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: { target: { type: "string" }, only: { type: "string", multiple: true, default: [] } },
  });
  if (values.target !== undefined && !(values.target in TARGETS)) {
    throw new Error(`invalid option "--target ${values.target}": expected ${Object.keys(TARGETS).join(", ")}`);
  }
  return { targets: values.target ? [values.target] : Object.keys(TARGETS), only: values.only };
}

function runTarget(target, runner, only) {
  const testee = buildTestee(target, cacheDir);
  const { suites, failures, logFile } = runSuites(runner, testee, { outputDir: join(cacheDir, `run-${target}`), only });
  const rows = only.length > 0 ? rowsOfSelection(target, suites, only) : rowsOfSuites(target, suites);
  return { target, rows, failures, logFile };
}

/** A suite that the runner did not start counts as nothing passed. */
function rowsOfSuites(target, suites) {
  return SUITES.map((expected, index) => {
    const { passed, failed, skipped } = suites[index] ?? { passed: 0, failed: 0, skipped: 0 };
    const ok = passed === expected.passed && failed === 0 && skipped === 0;
    return { target, suite: expected.name, passed, expected: expected.passed, failed, skipped, ok };
  });
}

/** The runner says nothing about a name that no test has. */
function rowsOfSelection(target, suites, only) {
  const sum = (key) => suites.reduce((total, suite) => total + suite[key], 0);
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  const expected = new Set(only).size;
  const ok = passed === expected && failed === 0 && skipped === 0;
  return [{ target, suite: "selected", passed, expected, failed, skipped, ok }];
}

function formatTable(rows) {
  const line = ([target, suite, ...counts]) =>
    [target.padEnd(10), suite.padEnd(15), ...counts.map((count) => String(count).padStart(8))].join("  ");
  const columns = ["target", "suite", "passed", "expected", "failed", "skipped"];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map(line).join("\n");
}

function printFailures({ target, failures, logFile }, { withPayloads }) {
  if (failures.length === 0) return;
  console.log(`\nfailed with target=${target} (all of it in ${relative(process.cwd(), logFile)}):`);
  for (const { name, reason, request, response } of failures) {
    console.log(`  ${name}\n    ${reason.replaceAll("\n", "\n    ")}`);
    if (withPayloads) console.log(`    request:  ${request}`);
    // Where the testee refused, the response says why.
    if (withPayloads || /^\w+_error:/.test(response)) console.log(`    response: ${response}`);
  }
}

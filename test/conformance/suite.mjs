import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The suites that must pass on every target, in the runner's order and without a failure list. */
export const SUITES = [
  { name: "binary and JSON", passed: 5567 },
  { name: "text format", passed: 883 },
];

/** Recommended tests count like required ones. Of the editions, 2024 is the newest that the runner knows. */
const STRICT = ["--enforce_recommended", "--maximum_edition", "2024"];

/**
 * Runs the official suites against a testee, only the tests named by `only` if there are any.
 *
 * Returns a row for each suite that the runner reports (it starts the second only when the first passed), each failed
 * test with its reason, and the path of the runner's log. Throws when the runner itself fails.
 */
export function runSuites(runner, testee, { outputDir, only }) {
  mkdirSync(outputDir, { recursive: true });
  const logFile = join(outputDir, "runner.log");
  const log = openSync(logFile, "w");
  const [program, ...leading] = runner;
  const selected = only.flatMap((name) => ["--test", name]);
  const args = [...leading, ...STRICT, "--output_dir", outputDir, ...selected, ...testee];
  const { error, signal } = spawnSync(program, args, { stdio: ["ignore", log, log] });
  closeSync(log);

  const output = readFileSync(logFile, "utf8");
  const suites = parseSuites(output);
  if (error || signal || suites.length === 0) {
    const cause = error?.message ?? (signal ? `it was ended by ${signal}` : "it reported no results");
    throw new Error(`the conformance runner failed: ${cause}\n${output.trim().split("\n").slice(-20).join("\n")}`);
  }
  return { suites, failures: parseFailures(output), logFile };
}

function parseSuites(output) {
  const results =
    /^CONFORMANCE SUITE (?:PASSED|FAILED): (\d+) successes, (\d+) skipped, \d+ expected failures, (\d+) unexpected failures/gm;
  return Array.from(output.matchAll(results), ([, passed, skipped, failed], index) => ({
    name: SUITES[index].name,
    passed: Number(passed),
    failed: Number(failed),
    skipped: Number(skipped),
  }));
}

/** A reason may span lines. Request and response are one line each, after a marker that changes with every run. */
function parseFailures(output) {
  const failed = /^ERROR, test=(\S+): ([\s\S]*?), request=(?:goo\.gle\/\w+)?(.*), response=(?:goo\.gle\/\w+)?(.*)$/gm;
  return Array.from(output.matchAll(failed), ([, name, reason, request, response]) => ({
    name,
    reason: reason.trim(),
    request: request.trim(),
    response: response.trim(),
  }));
}

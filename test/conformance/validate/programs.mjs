import { spawnSync } from "node:child_process";

/**
 * Runs a program to its end and returns what it printed. Throws what it said if it fails, and `missing` if it is not there.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ missing?: string, cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export function runProgram(program, args, { missing = "", cwd, env } = {}) {
  const options = { cwd, env, encoding: /** @type {const} */ ("utf8"), maxBuffer: 1 << 28 };
  const { error, status, stdout, stderr } = spawnSync(program, args, options);
  if (/** @type {NodeJS.ErrnoException} */ (error)?.code === "ENOENT")
    throw new Error(`${program} is not there: ${missing}`);
  if (error) throw new Error(`cannot run ${program}: ${error.message}`);
  if (status !== 0) throw new Error(`"${program} ${args.join(" ")}" ended with ${status}\n${(stdout + stderr).trim()}`);
  return stdout;
}

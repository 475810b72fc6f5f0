import { spawnSync } from "node:child_process";

/** Runs a program to its end and returns what it printed. Throws what it said if it fails. */
export function runProgram(program, args, { missing = "", ...options } = {}) {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  if (error?.code === "ENOENT") throw new Error(`${program} is not there: ${missing}`);
  if (error) throw new Error(`cannot run ${program}: ${error.message}`);
  if (status !== 0) throw new Error(`"${program} ${args.join(" ")}" ended with ${status}\n${(stdout + stderr).trim()}`);
  return stdout;
}

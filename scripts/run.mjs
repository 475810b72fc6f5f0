/** Runs commands, and reports each step and its time in one line. */
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the root of the repository. Throws if it fails, naming it as `shown`. */
export function run(command, args, shown = [command, ...args].join(" ")) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) throw new Error(`cannot run "${shown}": ${error.message}`);
  if (status !== 0) throw new Error(`"${shown}" failed with ${signal ?? `exit code ${status}`}`);
}

/** Runs npm: the one that started us, or the one on the path. */
export function npm(...args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith(".js")) run(process.execPath, [cli, ...args], `npm ${args.join(" ")}`);
  else run("npm", args);
}

/** Runs one step, and prints it with its time. */
export async function timed(step, what, work) {
  const start = performance.now();
  await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${step.padEnd(12)} ${what} (${seconds} s)`);
}

/** The only place where a script ends the process. It prints a failure as one line, without a stack. */
export async function exitOnFailure(work) {
  try {
    await work();
  } catch (error) {
    console.error(`failed: ${error.message}`);
    process.exitCode = 1;
  }
}

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../../scripts/run.mjs";

/** Starts a package's program by its file (in .bin several packages claim the name protoc); throws with its output. */
export function runProgram(program, args) {
  const path = join(root, "node_modules", program);
  const result = spawnSync(process.execPath, [path, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (result.error) throw new Error(`cannot run ${program}: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`${program} exited with ${result.status}\n${result.stdout}${result.stderr}`.trim());
  return result.stdout;
}

/**
 * Runs a command on another version of Node: the oldest that the packages support, or the newest that they are tested on.
 *
 *     node scripts/on-node.mjs oldest npm test
 */
import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { nodeVersion, provisionNode } from "./engines.mjs";
import { exitOnFailure } from "./run.mjs";

await exitOnFailure(() => {
  const [which, command, ...args] = process.argv.slice(2);
  const version = nodeVersion(which);
  if (version === undefined || command === undefined) {
    throw new Error("usage: node scripts/on-node.mjs oldest|newest|24|26|VERSION COMMAND [ARGUMENT ...]");
  }
  const PATH = [dirname(provisionNode(version)), process.env.PATH].join(delimiter);
  console.log(`on Node ${version}: ${[command, ...args].join(" ")}`);
  const { status, error } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, PATH } });
  if (error) throw new Error(`cannot run ${command}: ${error.message}`);
  process.exitCode = status ?? 1;
});

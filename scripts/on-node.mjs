/**
 * Runs a command on another version of Node: the oldest that the packages support, or the newest that they are tested on.
 *
 *     node scripts/on-node.mjs oldest npm test
 *
 * The binaries are npm's packages node-<platform>-<arch>, installed once into `.cache/node`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { exitOnFailure, npm, root } from "./run.mjs";

const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const versions = {
  /** ">=20.19" in package.json is 20.19.0 here. */
  oldest: engines.node.replace(/^>=(\d+\.\d+)$/, "$1.0"),
  newest: "26.10.0",
};

await exitOnFailure(() => {
  const [which, command, ...args] = process.argv.slice(2);
  const version = Object.hasOwn(versions, which ?? "") ? versions[which] : undefined;
  if (version === undefined || command === undefined) {
    throw new Error("usage: node scripts/on-node.mjs oldest|newest COMMAND [ARGUMENT ...]");
  }
  const PATH = [dirname(provision(version)), process.env.PATH].join(delimiter);
  console.log(`on Node ${version}: ${[command, ...args].join(" ")}`);
  const { status, error } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, PATH } });
  if (error) throw new Error(`cannot run ${command}: ${error.message}`);
  process.exitCode = status ?? 1;
});

/** Installs the binary if it is missing. Returns its path. */
function provision(version) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(root, ".cache/node", version);
  const binary = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  try {
    npm(
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      `${name}@${version}`,
    );
  } catch (error) {
    throw new Error(`cannot install Node ${version} from the npm package ${name}: ${error.message}`);
  }
  return binary;
}

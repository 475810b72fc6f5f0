/** Installs engines from npm once, into `.cache/node` and `.cache/bun`: their packages for a platform hold the binary alone. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { npm, root } from "./run.mjs";

const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const windows = process.platform === "win32";

const named = {
  /** ">=20.19" in package.json is 20.19.0 here. */
  oldest: engines.node.replace(/^>=(\d+\.\d+)$/, "$1.0"),
  24: "24.22.3",
  newest: "26.10.0",
  26: "26.10.0",
};

const BUN = "1.4.5";

/** The version of Node that a name stands for (oldest, newest, or a major version), or of three numbers; else undefined. */
export function nodeVersion(name = "") {
  if (Object.hasOwn(named, name)) return named[name];
  return /^\d+\.\d+\.\d+$/.test(name) ? name : undefined;
}

/** The path of a Node of this version. */
export function provisionNode(version) {
  const platform = windows ? "win" : process.platform;
  return provision("node", `node-${platform}-${process.arch}`, version);
}

/** The path of the Bun that we are tested on. */
export function provisionBun() {
  const platform = windows ? "windows" : process.platform;
  return provision("bun", `@oven/bun-${platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`, BUN);
}

/** Installs the binary if it is missing. Returns its path. */
function provision(engine, name, version) {
  const folder = join(root, ".cache", engine, version);
  const binary = join(folder, "node_modules", name, "bin", windows ? `${engine}.exe` : engine);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  try {
    npm("install", ...options, `${name}@${version}`);
  } catch (error) {
    throw new Error(`cannot install ${engine} ${version} from the npm package ${name}: ${error.message}`);
  }
  return binary;
}

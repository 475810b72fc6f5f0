import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../scripts/run.mjs";
import { records, writeRequest } from "./requests.mjs";

const plugin = join(root, "plugins/protoc-gen-ts/bin/protoc-gen-ts");

// Field numbers in plugin.proto
const RESPONSE_ERROR = 1;
const RESPONSE_FILE = 15;
const FILE_NAME = 1;
const FILE_CONTENT = 15;

/**
 * Runs protoc-gen-ts on a compiled corpus, as protoc would, and writes to a fresh folder what it generates; only what
 * `keep` says yes to, where it is given. Throws with the plugin's own words when it refuses a file.
 *
 * @returns {{ name: string, bytes: number }[]} all generated files
 */
export function generate(corpus, parameter, dir, keep = () => true) {
  const responseFile = `${dir}.response`;
  mkdirSync(dirname(dir), { recursive: true });
  runPlugin(writeRequest(corpus, parameter), responseFile, `${corpus.name} with "${parameter}"`);
  rmSync(dir, { recursive: true, force: true });
  const files = unpack(readFileSync(responseFile), dir, keep);
  rmSync(responseFile);
  return files;
}

/** Both ends are files: a response may be larger than what a pipe's reader wants to hold. */
function runPlugin(requestFile, responseFile, what) {
  const stdin = openSync(requestFile, "r");
  const stdout = openSync(responseFile, "w");
  const { error, status, stderr } = spawnSync(process.execPath, [plugin], {
    stdio: [stdin, stdout, "pipe"],
    encoding: "utf8",
  });
  closeSync(stdin);
  closeSync(stdout);
  if (error) throw new Error(`cannot run protoc-gen-ts: ${error.message}`);
  if (status !== 0) throw new Error(`protoc-gen-ts exited with ${status} for ${what}\n${stderr.trim()}`);
}

function unpack(response, dir, keep) {
  const [failure] = records(response, RESPONSE_ERROR);
  if (failure !== undefined) throw new Error(`protoc-gen-ts refused:\n${failure}`);
  const files = [];
  const folders = new Set();
  for (const file of records(response, RESPONSE_FILE)) {
    const name = String(records(file, FILE_NAME).next().value);
    const [content] = records(file, FILE_CONTENT);
    files.push({ name, bytes: content.length });
    if (!keep(name)) continue;
    const path = join(dir, name);
    const folder = dirname(path);
    if (!folders.has(folder)) mkdirSync(folder, { recursive: true });
    folders.add(folder);
    writeFileSync(path, content);
  }
  return files;
}

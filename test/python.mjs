/** A Python with the official runtime (upb), which independent judgements are made with. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../scripts/run.mjs";

/** The version of PyPI `protobuf` that we compare with; a new one may bring new differences (fuzz/differences.py). */
const REQUIREMENT = "protobuf==7.36.2";

const windows = process.platform === "win32";
const systemPython = windows ? "python" : "python3";

/** Ways to have the runtime without touching the system's Python: { command, env } that runs it, and how to get there. */
const WAYS = [
  {
    python: (dir) => ({ command: join(dir, "venv", windows ? "Scripts/python.exe" : "bin/python"), env: path() }),
    install(dir) {
      run(systemPython, ["-m", "venv", join(dir, "venv")]);
      run(this.python(dir).command, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", REQUIREMENT]);
    },
  },
  {
    python: (dir) => ({ command: systemPython, env: path(join(dir, "packages")) }),
    install: (dir) =>
      run(systemPython, ["-m", "pip", "install", "--quiet", "--target", join(dir, "packages"), REQUIREMENT]),
  },
];

/** Modules are found in this folder too, by the programs of all folders below it. */
function path(...folders) {
  return { PYTHONPATH: [...folders, import.meta.dirname].join(delimiter) };
}

/** Returns { command, env } of a Python that has the runtime; a second call finds it in the cache. */
export function providePython() {
  const dir = join(root, ".cache/python", REQUIREMENT.replace("==", "-"));
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

function run(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw new Error(`cannot run ${command}: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} … failed:\n${(stderr || stdout).trim()}`);
}

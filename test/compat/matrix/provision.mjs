import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

/** The judge's version: another one may read otherwise. */
const REQUIREMENT = "protobuf==7.36.2";

/** The command of a Python that has upb, installed into `dir` once. Throws with the reason where it cannot be had. */
export function providePython(dir) {
  const windows = process.platform === "win32";
  const python = join(dir, windows ? "Scripts/python.exe" : "bin/python");
  if (hasRuntime(python)) return python;
  rmSync(dir, { recursive: true, force: true });
  run(windows ? "python" : "python3", ["-m", "venv", dir]);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", REQUIREMENT]);
  return python;
}

function hasRuntime(python) {
  const program = "import google.protobuf; print(google.protobuf.__version__)";
  return spawnSync(python, ["-c", program], { encoding: "utf8" }).stdout?.trim() === REQUIREMENT.split("==")[1];
}

function run(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw new Error(`cannot run ${command}: ${error.message}`);
  if (status !== 0)
    throw new Error(`cannot install ${REQUIREMENT} (Python 3.10 or later): ${(stderr || stdout).trim()}`);
}

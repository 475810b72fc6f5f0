import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CompilerName } from "../policy/config.js";

/** The scripts of the compilers that come as npm packages. */
const scripts: Readonly<Record<CompilerName, string>> = {
  buf: "@bufbuild/buf/bin/buf",
  protoc: "protoc/protoc.cjs",
};

/** A compiler that is installed. */
export interface Compiler {
  /** Which one it is. */
  readonly name: CompilerName;
  /** The program and its first arguments. */
  readonly command: readonly [string, ...string[]];
}

/**
 * Finds the first of these compilers in a `node_modules` at or above a folder, or else on the path. Undefined if there is
 * none.
 */
export function findCompiler(folder: string, names: readonly CompilerName[]): Compiler | undefined {
  for (const name of names) {
    const file = findUpwards(folder, join("node_modules", scripts[name]));
    if (file !== undefined) return { name, command: [process.execPath, file] };
  }
  for (const name of names) if (spawnSync(name, ["--version"]).status === 0) return { name, command: [name] };
  return undefined;
}

/** A path in the folder or in the closest folder above that has it. */
export function findUpwards(from: string, path: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return join(folder, path);
    if (folder === dirname(folder)) return undefined;
  }
}

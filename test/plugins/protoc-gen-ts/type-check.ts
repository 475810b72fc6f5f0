import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** The strictest options that a user may have. Emits declarations, which is what isolatedDeclarations is about. */
const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  isolatedDeclarations: true,
  verbatimModuleSyntax: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  target: "es2022",
  lib: ["es2022"],
  types: [],
  module: "preserve", // takes imports with any extension
  allowImportingTsExtensions: true,
  declaration: true,
  emitDeclarationOnly: true,
  rootDir: ".",
  outDir: "dts",
};

/** Makes an empty folder for generated code, from which the packages of the repository can be imported. */
export function scratchFolder(name: string): string {
  const folder = join(root, ".cache/test", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Type-checks all TypeScript in a folder under the strictest options, and writes its declarations into the folder dts;
 * returns what the compiler says.
 */
export function typeCheck(
  folder: string,
  more: { exclude?: string[]; erasableSyntaxOnly?: boolean; lib?: string[]; paths?: Record<string, string[]> } = {},
): string {
  const { exclude = [], ...options } = more;
  const config = { compilerOptions: { ...strictest, ...options }, include: ["."], exclude: ["dts", ...exclude] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8" }).stdout;
}

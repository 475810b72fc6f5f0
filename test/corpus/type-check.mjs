import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/run.mjs";
import { runProgram } from "./programs.mjs";

/**
 * Type-checks generated files under the strictest options that a user may have. Throws with the compiler's output.
 * Relative imports must be among the files; those of the runtime are its declarations.
 *
 * @returns {{ files: number, lines: number }} what the compiler has read, the declarations of libraries included
 */
export function typeCheck(dir, files) {
  const config = join(dir, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, files }));
  const output = runProgram("typescript/bin/tsc", ["--project", config, "--pretty", "false", "--diagnostics"]);
  const count = (what) => Number(output.match(new RegExp(`^${what}:\\s*(\\d+)`, "m"))?.[1]);
  return { files: count("Files"), lines: count("Lines") };
}

// The other options are in tsconfig.base.json: strict, exactOptionalPropertyTypes, noUncheckedIndexedAccess,
// isolatedDeclarations, verbatimModuleSyntax and more.
const compilerOptions = {
  noUnusedLocals: true,
  noUnusedParameters: true,
  composite: false,
  declarationMap: false,
  sourceMap: false,
  noEmit: true,
};

import { setFlagsFromString } from "node:v8";

/**
 * Has V8 11.3, which is in Node 20, optimise functions later and inline less. At its defaults the optimising compiler
 * takes up to half of the CPU time of a program that runs for a second (bench: codegen, compat); later versions wait by
 * themselves, and have other flags. To be called before anything else.
 */
export function optimizeLater(): void {
  if (!process.versions.v8?.startsWith("11.3.")) return;
  setFlagsFromString("--interrupt-budget=300000");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=400");
}

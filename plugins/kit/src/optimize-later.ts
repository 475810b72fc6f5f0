import { setFlagsFromString } from "node:v8";

/**
 * Delays optimization and reduces inlining in V8 11.3 (Node 20). At its defaults, the optimizing compiler takes up to half of
 * the CPU time of a program that runs for a second (bench: codegen, compat). Later versions wait on their own and have
 * other flags. Call it before anything else.
 */
export function optimizeLater(): void {
  if (!process.versions.v8?.startsWith("11.3.")) return;
  setFlagsFromString("--interrupt-budget=300000");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=400");
}

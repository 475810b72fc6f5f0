import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../../scripts/run.mjs";

const withoutTypeScript = join(root, "bench/engines/no-typescript.mjs");

/** Bundles the plugin with one engine, as its author would publish it. Returns the file, relative to the root. */
export async function bundleEngine(engine) {
  const outfile = `.cache/bench/engines/${engine}.mjs`;
  mkdirSync(join(root, ".cache/bench/engines"), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/engines/${engine}.mjs`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    alias: { typescript: withoutTypeScript, "@typescript/vfs": withoutTypeScript },
    logLevel: "error",
  });
  return outfile;
}

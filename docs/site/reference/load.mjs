/** Loads a TypeScript module of the repository, such as a table of options, as a module of this process. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

export const root = join(import.meta.dirname, "../../..");

/** `path` is relative to the root of the repository. Packages of the repository are bundled with it, as its plugins are. */
export async function load(path) {
  const outfile = join(root, ".cache/docs", path.replace(/\.ts$/, ".mjs"));
  const options = { bundle: true, platform: "node", format: "esm", logLevel: "error" };
  const conditions = ["@protoloom/source", "module"];
  const alias = { yaml: join(root, "node_modules/yaml/browser/index.js") }; // the other build is CommonJS
  await build({ ...options, conditions, alias, entryPoints: [join(root, path)], outfile });
  return import(pathToFileURL(outfile).href);
}

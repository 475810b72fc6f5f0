/**
 * `npm run pack`: writes the tarballs of all published packages to `dist`, as npm would publish them, and prints the line that
 * installs them.
 *
 *     --into FOLDER   a folder other than dist
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exitOnFailure, npm, root } from "./run.mjs";

await exitOnFailure(() => {
  const { values } = parseArgs({ options: { into: { type: "string", default: "dist" } } });
  const folder = resolve(root, values.into);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    if (file.endsWith(".tgz")) rmSync(join(folder, file)); // from an earlier version
  }
  // Everything is built, so the packages' own prepack scripts have nothing to do.
  npm(
    "pack",
    "--ignore-scripts",
    "--pack-destination",
    folder,
    ...publishedFolders().map((each) => `--workspace=${each}`),
  );
  console.log(`\nIn your project:\n\n  npm install ${join(folder, "*.tgz")}\n`);
});

function publishedFolders() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const folders = Object.keys(packages).filter((path) => path !== "" && !path.includes("node_modules/"));
  return folders.filter((folder) => !JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).private);
}

/** `npm run pack`: the tarballs of all packages that are published, as npm would publish them, in `dist`. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exitOnFailure, npm, root } from "./run.mjs";

await exitOnFailure(() => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const folders = Object.keys(packages).filter((path) => path !== "" && !path.includes("node_modules/"));
  const published = folders.filter(
    (folder) => !JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).private,
  );
  mkdirSync(join(root, "dist"), { recursive: true });
  for (const file of readdirSync(join(root, "dist"))) {
    if (file.endsWith(".tgz")) rmSync(join(root, "dist", file)); // of a version that was packed before
  }
  // Everything is built, so the packages' own prepack scripts have nothing to do.
  npm("pack", "--ignore-scripts", "--pack-destination", "dist", ...published.map((folder) => `--workspace=${folder}`));
});

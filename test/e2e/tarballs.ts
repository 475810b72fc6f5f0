/** Projects that npm installs with our packages as `npm run pack` packs them, while all else comes from the registry. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "./provision.js";

/** Where to install packages of ours from, by their names. */
export type Tarballs = Readonly<Record<string, string>>;

/** The part of a package.json that says which packages to install. */
export interface Manifest {
  readonly engines: { readonly node: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides?: Tarballs;
}

/** Packs all packages into a folder. */
export async function packInto(folder: string): Promise<Tarballs> {
  await runTool(process.execPath, ["scripts/pack.mjs", "--into", folder], { missing: "install Node with npm" });
  const tarballs: Record<string, string> = {};
  for (const file of readdirSync(folder).filter((each) => each.endsWith(".tgz"))) {
    const manifest = await runTool("tar", ["-xzOf", join(folder, file), "package/package.json"], {
      missing: "install tar",
    });
    tarballs[(JSON.parse(manifest) as { name: string }).name] = `file:${join(folder, file)}`;
  }
  return tarballs;
}

/** Names the tarballs in the package.json of a project, instead of the versions that are to be released. */
export function useTarballs(folder: string, tarballs: Tarballs): Manifest {
  const path = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  for (const group of [manifest.dependencies, manifest.devDependencies])
    for (const name of Object.keys(group)) {
      const tarball = Object.hasOwn(tarballs, name) ? tarballs[name] : undefined;
      if (tarball !== undefined) group[name] = tarball;
    }
  // Packages of ours depend on each other, too. npm takes an override of a direct dependency only if both are the same.
  manifest.overrides = tarballs;
  writeFileSync(path, JSON.stringify(manifest, undefined, 2));
  return manifest;
}

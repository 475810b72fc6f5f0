import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/**
 * Installs what `npm run pack` packs into a folder within the repository, in whose node_modules Node finds what these
 * packages depend on: npm would ask the registry for that.
 */
export function installPacked(project: string): void {
  const tarballs = join(project, "tarballs");
  rmSync(join(project, "node_modules"), { recursive: true, force: true });
  execFileSync(process.execPath, [join(root, "scripts/pack.mjs"), "--into", tarballs], { stdio: "pipe" });
  for (const file of readdirSync(tarballs)) {
    const folder = join(project, "node_modules", nameOf(file));
    mkdirSync(folder, { recursive: true });
    execFileSync("tar", ["-xzf", join(tarballs, file), "-C", folder, "--strip-components=1"]);
  }
}

/** protoloom-rpc-0.1.0.tgz belongs to @protoloom/rpc. */
function nameOf(tarball: string): string {
  return basename(tarball)
    .replace(/-\d+\.\d+\.\d+.*$/, "")
    .replace(/^protoloom-/, "@protoloom/");
}

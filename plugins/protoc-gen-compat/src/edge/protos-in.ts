import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** The protos below a folder, except those of installed packages. Paths have slashes on every system. */
export function protosIn(folder: string): string[] {
  return entriesIn(folder, "").protos.sort();
}

/** The folders of installed packages below a folder. */
export function packagesIn(folder: string): string[] {
  return entriesIn(folder, "").packages;
}

/** The entries below a folder. The contents of installed packages and of git, often far more than the rest, are not visited. */
function entriesIn(folder: string, path: string): { protos: string[]; packages: string[] } {
  const protos: string[] = [];
  const packages: string[] = [];
  for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
    const own = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory() && entry.name === "node_modules") packages.push(own);
    else if (entry.isDirectory() && entry.name !== ".git") {
      const below = entriesIn(folder, own);
      protos.push(...below.protos);
      packages.push(...below.packages);
    } else if (entry.name.endsWith(".proto")) protos.push(own);
  }
  return { protos, packages };
}

/**
 * Finds the files of an image that was compiled from a folder, as paths from there: images name files relative to one of the
 * roots. The function returns undefined if a file is not there, such as an import from elsewhere, or is there more than once.
 */
export function protoFinder(folder: string, roots: readonly string[]): (file: string) => string | undefined {
  let all: readonly string[] | undefined;
  return (file) => {
    const root = roots.find((each) => existsSync(join(each, file)));
    if (root !== undefined) return relative(folder, join(root, file)).replaceAll("\\", "/");
    all ??= protosIn(folder);
    const found = all.filter((each) => each.endsWith(`/${file}`));
    return found.length === 1 ? found[0] : undefined;
  };
}

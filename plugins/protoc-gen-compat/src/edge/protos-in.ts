import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** Paths below a folder: its protos, and the folders of installed packages. They have slashes on every system. */
export interface Contents {
  readonly protos: readonly string[];
  readonly packages: readonly string[];
}

/** The protos below a folder, except those of installed packages. */
export function protosIn(folder: string): readonly string[] {
  return contentsOf(folder).protos;
}

/** Reads a folder. The contents of installed packages and of git, often far more than the rest, are not visited. */
export function contentsOf(folder: string): Contents {
  const protos: string[] = [];
  const packages: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const own = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && entry.name === "node_modules") packages.push(own);
      else if (entry.isDirectory() && entry.name !== ".git") visit(own);
      else if (entry.name.endsWith(".proto")) protos.push(own);
    }
  };
  visit("");
  return { protos: protos.sort(), packages };
}

/**
 * Finds the files of an image that was compiled from the protos of a folder, as paths from there: images name files relative to one of the
 * roots. The function returns undefined if a file is not there, such as an import from elsewhere, or is there more than once.
 */
export function protoFinder(
  folder: string,
  protos: readonly string[],
  roots: readonly string[],
): (file: string) => string | undefined {
  return (file) => {
    const root = roots.find((each) => existsSync(join(each, file)));
    if (root !== undefined) return relative(folder, join(root, file)).replaceAll("\\", "/");
    const found = protos.filter((each) => each.endsWith(`/${file}`));
    return found.length === 1 ? found[0] : undefined;
  };
}

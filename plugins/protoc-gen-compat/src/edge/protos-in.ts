import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** The protos below a folder, except those of installed packages. Paths have slashes on every system. */
export function protosIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => file.replaceAll("\\", "/"));
  return files.filter((file) => file.endsWith(".proto") && !file.split("/").includes("node_modules")).sort();
}

/** The folders of installed packages below a folder. */
export function packagesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === "node_modules")
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => path.split("/").filter((part) => part === "node_modules").length === 1);
}

/**
 * Finds the files of an image in the folder that it was compiled from: images name files relative to their module. The
 * function returns undefined if a file is not there, such as an import from elsewhere, or is there more than once.
 */
export function locator(folder: string): (file: string) => string | undefined {
  let all: readonly string[] | undefined;
  return (file) => {
    if (existsSync(join(folder, file))) return file;
    all ??= protosIn(folder);
    const found = all.filter((each) => each.endsWith(`/${file}`));
    return found.length === 1 ? found[0] : undefined;
  };
}

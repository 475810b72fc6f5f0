import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { parse } from "yaml";

/** A workspace of buf: the folder of its configuration, and its modules below it. */
export interface Workspace {
  /** Its folder. */
  readonly root: string;
  /** The file in the root that lists the modules. */
  readonly file: string;
  /** The folders of the modules, relative to the root. */
  readonly modules: readonly string[];
}

/** The files that list modules: `modules` in buf.yaml v2, `directories` in buf.work.yaml. */
export const workspaceFiles = ["buf.yaml", "buf.work.yaml"] as const;

/**
 * The workspace of a folder: in the folder itself, or in one above it that lists the folder, or a folder around it, as a
 * module. Undefined if there is none.
 */
export function workspaceOf(folder: string): Workspace | undefined {
  for (let root = resolve(folder); ; root = dirname(root)) {
    for (const file of workspaceFiles) {
      const path = join(root, file);
      if (!existsSync(path)) continue;
      const modules = listedModules(readFileSync(path, "utf8"));
      const inRoot = relative(root, resolve(folder)).replaceAll("\\", "/");
      if (modules.length > 0 && (inRoot === "" || isListed(inRoot, modules))) return { root, file, modules };
    }
    if (root === dirname(root)) return undefined;
  }
}

/** The folders of a workspace's modules. */
export function modulesOf({ root, modules }: Workspace): string[] {
  return modules.map((path) => join(root, path));
}

/** The modules that a buf.yaml or buf.work.yaml lists. None if it cannot be read: buf then says why. */
export function listedModules(text: string): string[] {
  let yaml: unknown;
  try {
    yaml = parse(text);
  } catch {
    return [];
  }
  const { modules, directories } = (yaml ?? {}) as { modules?: unknown; directories?: unknown };
  const paths = Array.isArray(modules)
    ? modules.map((each) => (each as { path?: unknown } | null)?.path ?? ".")
    : Array.isArray(directories)
      ? directories
      : [];
  return paths.filter((path) => typeof path === "string").map((path) => posix.normalize(path).replace(/(.)\/$/, "$1"));
}

/** Whether a path is a module or inside one. A module that is the root itself says nothing about the folders below it. */
export function isListed(path: string, modules: readonly string[]): boolean {
  return modules.some((module) => module !== "." && (path === module || path.startsWith(`${module}/`)));
}

import { basename, resolve } from "node:path";

/** The name of the package in a folder: the folder's own. */
export function packageName(folder: string): string {
  return basename(resolve(folder));
}

/** Why npm would not take the name of this folder for a package. Undefined if it would. */
export function mistakeInName(folder: string): string | undefined {
  const name = packageName(folder);
  if (/^[a-z0-9][a-z0-9._-]{0,213}$/.test(name) && !["node_modules", "favicon.ico"].includes(name)) return undefined;
  return `${JSON.stringify(name)} cannot be the name of a package: use lowercase letters, digits, ".", "_" and "-"`;
}

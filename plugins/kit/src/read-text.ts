import { readFileSync } from "node:fs";
import { PluginError } from "./plugin-error.js";

/** The text of a file that an option names. Throws a PluginError if it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (e) {
    throw new PluginError(`cannot read ${path}: ${(e as NodeJS.ErrnoException).code ?? (e as Error).message}`);
  }
}

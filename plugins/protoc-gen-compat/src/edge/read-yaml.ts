import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { InputError } from "../input-error.js";

/** Parses a YAML file. Throws InputError. */
export function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (e) {
    throw new InputError(`cannot read ${file}: ${(e as Error).message.split("\n")[0]!.replace(/:$/, "")}`);
  }
}

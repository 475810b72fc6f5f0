import { join } from "node:path";
import { writeFiles } from "../../files.js";
import type { Sources } from "../compile.js";
import { generate } from "./generate.js";
import { scratchFolder } from "./type-check.js";

/** Generates code for proto sources and imports it; `name` is that of a scratch folder, a different one for each call. */
// biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
export async function load(name: string, sources: Sources, parameter = "target=ts"): Promise<any> {
  const folder = scratchFolder(name);
  const files = generate(sources, parameter);
  writeFiles(folder, files);
  const [first] = [...files.keys()].filter((file) => !file.endsWith(".d.ts"));
  return import(join(folder, first!));
}

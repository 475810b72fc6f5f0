import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { InputError, loadInput } from "@protoloom/protoc-gen-compat";
import { filesBelow, shown } from "./program.js";
import { Schema } from "./schema.js";

/** Compiles the protos of a project, or reads images. Throws InputError. */
export function loadSchema(folder: string, protos: readonly string[]): Schema {
  const inputs = protos.length > 0 ? protos : [protoRoot(folder)];
  const images = inputs.map((input) => loadInput(input, { cwd: folder }));
  return new Schema(images.map(({ files }) => files.map(({ proto }) => proto)));
}

/** The folder of a buf configuration, or the one that all protos are in. */
function protoRoot(folder: string): string {
  if (["buf.yaml", "buf.work.yaml"].some((name) => existsSync(join(folder, name)))) return folder;
  const configs = filesBelow(folder, /^buf(\.work)?\.yaml$/);
  if (configs.length === 1) return dirname(configs[0]!);
  const folders = filesBelow(folder, /\.proto$/).map(dirname);
  if (folders.length === 0)
    throw new InputError(`there are no protos in ${shown(folder)}: name their folder by --proto`);
  return folders.reduce((all, each) => (isIn(all, each) ? all : common(all, each)));
}

function isIn(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith("..");
}

function common(one: string, other: string): string {
  return isIn(one, other) ? one : common(dirname(one), other);
}

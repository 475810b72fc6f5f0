/** The entry points of the published packages that must be documented. The site shows them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const packages = [
  "runtime/protobuf",
  "runtime/rpc",
  "runtime/validate",
  "runtime/envoy",
  "plugins/kit",
  "plugins/protoc-gen-compat",
  "control-plane",
];

/** Entry points that need no documentation, because they are not for people. */
const exceptions = {
  "@protoloom/protobuf/codec": "called by generated code only",
  "@protoloom/protobuf/json": "called by generated code only",
  "@protoloom/control-plane/main": "the executable",
};

/** The name of each entry point, and the path of its source from the root. */
export const entries = packages.flatMap(entriesOf);

function entriesOf(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  return Object.entries(manifest.exports).flatMap(([path, target]) => {
    const name = `${manifest.name}${path.slice(1)}`;
    if (/\*|\.json$/.test(path) || Object.hasOwn(exceptions, name)) return [];
    const source = typesOf(target)
      .replace(/^\.\/dist\/(types\/)?/, "src/")
      .replace(/\.d\.ts$/, ".ts");
    return [{ name, source: `${folder}/${source}` }];
  });
}

function typesOf(target) {
  return typeof target === "string" ? target : typesOf(target.types ?? target.default);
}

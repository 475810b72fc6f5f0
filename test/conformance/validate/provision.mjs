import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./programs.mjs";

const goModule = fileURLToPath(new URL("go", import.meta.url));
/** The version in go/go.mod. */
const VERSION = "v1.2.2";

/**
 * Returns protovalidate's own conformance runner, and the folders of its protos, the examples last: all from the Go module of the version in
 * go/go.mod, built once below `cacheDir`. Throws with the reason if that is not possible.
 */
export function provisionSuite(cacheDir) {
  const runner = join(cacheDir, `protovalidate-conformance-${VERSION}`);
  if (!existsSync(runner)) {
    mkdirSync(cacheDir, { recursive: true });
    go("build", "-o", runner, "github.com/bufbuild/protovalidate/tools/protovalidate-conformance");
  }
  const { Dir: folder } = JSON.parse(go("mod", "download", "-json", `github.com/bufbuild/protovalidate@${VERSION}`));
  const protos = ["proto/protovalidate", "proto/protovalidate-testing", "examples"].map((name) => join(folder, name));
  return { runner, protos };
}

function go(...args) {
  const path = [process.env.PATH, "/usr/local/go/bin"].join(delimiter);
  const env = { ...process.env, PATH: path, GOFLAGS: "-mod=readonly -buildvcs=false" };
  return runProgram("go", args, { cwd: goModule, env, missing: "install Go 1.25 or newer" });
}

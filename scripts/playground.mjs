/**
 * Builds the playground of the documentation site into `docs/site/public/playground`: its page and worker as bundles, the
 * compiler as WebAssembly, and the protos that can be imported.
 *
 * The compiler is built by Go from the modules that docs/playground/compiler/go.sum pins. It takes half a minute, so it is
 * kept in .cache until its sources or Go change.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { noticesOf } from "./notices.mjs";
import { root } from "./run.mjs";

const source = join(root, "docs/playground");
const out = join(root, "docs/site/public/playground");
const cache = join(root, ".cache/playground");

/** The protos that a schema of the playground can import, by the folder they are in. */
const imports = {
  // the compiler has these too, as they were at its time
  "node_modules/protoc/include": [
    "any",
    "api",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
  ].map((name) => `google/protobuf/${name}.proto`),
  "node_modules/google-proto-files": [
    "google/api/annotations.proto",
    "google/api/http.proto",
    "google/api/field_behavior.proto",
    "google/rpc/status.proto",
    "google/type/date.proto",
    "google/type/money.proto",
  ],
  "plugins/protoc-gen-envoy/proto": ["protoloom/envoy/v1/options.proto"],
};

export async function buildPlayground() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  copyFileSync(compiler(), join(out, "compiler.bin"));
  copyFileSync(loader(), join(out, "wasm_exec.js"));
  writeFileSync(join(out, "imports.json"), JSON.stringify(texts()));
  const notices = noticesOf(await bundle());
  writeFileSync(join(out, "THIRD-PARTY-NOTICES.txt"), `${notices}\n`);
}

/** The compiler, compressed: static servers differ in whether they compress, and 13 MB are too many for a phone. */
function compiler() {
  const folder = join(source, "compiler");
  const hash = createHash("sha256").update(go("version"));
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  const built = join(cache, `compiler-${hash.digest("hex").slice(0, 16)}.bin`);
  if (existsSync(built)) return built;
  mkdirSync(cache, { recursive: true });
  const wasm = join(cache, "compiler.wasm");
  go("build", "-C", folder, "-trimpath", "-ldflags=-s -w", "-o", wasm, ".");
  writeFileSync(built, gzipSync(readFileSync(wasm), { level: 9 }));
  rmSync(wasm);
  return built;
}

/** Go's own loader of programs for browsers, which must be of the same version. */
function loader() {
  return join(go("env", "GOROOT"), "lib/wasm/wasm_exec.js");
}

function go(...args) {
  const env = { ...process.env, GOOS: "js", GOARCH: "wasm", GOFLAGS: "-mod=readonly", GOWORK: "off" };
  const { stdout, stderr, status, error } = spawnSync("go", args, { env, encoding: "utf8" });
  if (error) throw new Error("the playground's compiler needs Go 1.24 or newer: install it from go.dev");
  if (status !== 0) throw new Error(`"go ${args.join(" ")}" failed:\n${stderr.trim()}`);
  return stdout.trim();
}

function texts() {
  const files = Object.entries(imports).flatMap(([folder, names]) =>
    names.map((name) => [name, readFileSync(join(root, folder, name), "utf8")]),
  );
  return Object.fromEntries(files);
}

/** Bundles page and worker. Our plugins run in it as they are; what they take of Node comes from packages. */
async function bundle() {
  const esbuild = await import("esbuild");
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { page: "docs/playground/src/main.tsx", worker: "docs/playground/src/worker.ts" },
    outdir: out,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    conditions: ["@protoloom/source", "module"],
    alias: nodeModules(),
    external: ["node:*"], // imported by what the kit runs plugins with, which nothing here needs
    inject: [join(source, "node/buffer.mjs")],
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  });
  for (const [name, { imports }] of Object.entries(metafile.outputs)) {
    const [first] = imports.filter(({ external }) => external);
    if (first !== undefined) throw new Error(`${name} needs "${first.path}", which browsers do not have`);
  }
  return metafile;
}

/** The modules of Node that our plugins import, by the file that stands in for each. */
function nodeModules() {
  const standIns = { net: "net", path: "path", "path/posix": "path", util: "util" };
  return Object.fromEntries(
    Object.entries(standIns).map(([name, file]) => [`node:${name}`, join(source, `node/${file}.mjs`)]),
  );
}

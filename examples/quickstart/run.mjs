/** `npm run quickstart`: what a user of this example types, with the plugin, the runtime and the tools of this repository. */
import { deepStrictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exitOnFailure, root, timed } from "../../scripts/run.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const gen = join(here, "gen");

/** By their entries: .bin has the names of other packages' protoc and protoc-gen-ts. */
const tools = {
  buf: "node_modules/@bufbuild/buf/bin/buf",
  protoc: "node_modules/protoc/protoc.cjs",
  tsc: "node_modules/typescript/bin/tsc",
};
const plugins = ["protoc-gen-ts", "protoc-gen-ts-grpc", "protoc-gen-envoy"].map((name) =>
  join(root, "plugins", name, "bin"),
);

await exitOnFailure(async () => {
  const byProtoc = await generate("protoc", "--ts_out=gen", "--ts-grpc_out=gen", "order.proto");
  const byBuf = await generate("buf", "generate");
  deepStrictEqual(byBuf, byProtoc, "buf and protoc do not give the same files");
  console.log(`${"".padEnd(12)} both wrote the same ${describe(byBuf)}`);
  await timed("tsc", "no errors", () => start("tsc", tools.tsc));
  start("main.ts", "examples/quickstart/dist/main.js");
  start("compatibility.ts", "examples/quickstart/dist/compatibility.js");
  start("envoy.ts", "examples/quickstart/dist/envoy.js");
  start("control-plane.ts", "examples/quickstart/dist/control-plane.js");
});

/** Generates into an empty folder; returns the files by their names. */
async function generate(tool, ...args) {
  rmSync(gen, { recursive: true, force: true });
  mkdirSync(gen);
  const shown = [tool, ...args].join(" ");
  await timed(tool, shown, () => start(shown, tools[tool], args));
  return Object.fromEntries(readdirSync(gen).map((name) => [name, readFileSync(join(gen, name), "utf8")]));
}

function describe(files) {
  return Object.entries(files)
    .map(([name, text]) => `gen/${name}, ${text.split("\n").length - 1} lines`)
    .join(" and ");
}

function start(shown, entry, args = []) {
  const PATH = [...plugins, process.env.PATH].join(delimiter);
  const options = { cwd: here, stdio: "inherit", env: { ...process.env, PATH } };
  const { status, signal, error } = spawnSync(process.execPath, [join(root, entry), ...args], options);
  if (error) throw new Error(`cannot run "${shown}": ${error.message}`);
  if (status !== 0) throw new Error(`"${shown}" failed with ${signal ?? `exit code ${status}`}`);
}

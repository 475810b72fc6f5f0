/**
 * The build: ordered steps, each skipped when neither its inputs nor its outputs have changed since it last succeeded.
 *
 *     node scripts/build.mjs [step ...]      all steps when none is named
 *
 * `.cache/build/<step>.json` holds one hash of the contents of all inputs and one of all outputs. Paths are files or
 * folders, relative to the root; "!path" leaves one out.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { writeCommonJs } from "./commonjs.mjs";
import { hashFiles, listFiles, pruneOrphans, syncTree } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { noticesOf } from "./notices.mjs";
import { envoyControlProtos } from "./protos.mjs";
import { exitOnFailure, root, run, timed } from "./run.mjs";

const protocGenCompat = "plugins/protoc-gen-compat";
const protocGenTs = "plugins/protoc-gen-ts/bin/protoc-gen-ts";
const protocGenTsGrpc = "plugins/protoc-gen-ts-grpc/bin/protoc-gen-ts-grpc";
const writers = ["plugins/protoc-gen-ts/dist", "plugins/protoc-gen-ts-grpc/dist"];
const bufOutputs = ["test/gen/ts", "test/gen/js", "test/gen/es"]; // those of buf.gen.yaml
const wktProtos = "node_modules/protoc/include";
const wktOptions = ["bootstrap_wkt=true", "json_types=true"];
/** The protos of the standard services and of errors, from the packages that ship them. */
const rpcProtos = [
  { root: "node_modules/google-proto-files", files: ["google/rpc/status.proto", "google/rpc/error_details.proto"] },
  { root: "node_modules/grpc-health-check/proto", files: ["health/v1/health.proto"] },
  {
    root: "node_modules/@grpc/reflection/build/proto",
    files: ["grpc/reflection/v1/reflection.proto", "grpc/reflection/v1alpha/reflection.proto"],
  },
];
/** Runs on messages of our own protoc-gen-ts, so it is built after that, and after the runtime. */
const protocGenEnvoy = "plugins/protoc-gen-envoy";
const plugins = readdirSync(join(root, "plugins")).filter(
  (name) => name.startsWith("protoc-gen-") && !protocGenEnvoy.endsWith(name),
);

/** What every step depends on: the versions of the tools, and how they are called. */
const commonInputs = [
  ...["package-lock.json", "tsconfig.base.json"],
  ...["build", "files", "notices", "protos", "run"].map((name) => `scripts/${name}.mjs`),
];

const steps = [
  {
    name: "runtime",
    needs: ["runtime/protobuf/src/index.ts"],
    inputs: ["runtime/protobuf/src", "!runtime/protobuf/src/wkt", "runtime/protobuf/tsconfig.json"],
    outputs: ["runtime/protobuf/dist", "!runtime/protobuf/dist/wkt"],
    async run({ force }) {
      tsc("runtime/protobuf/tsconfig.json", force);
      pruneOrphans("runtime/protobuf/dist", "runtime/protobuf/src");
      await bundleRuntime();
    },
  },
  {
    name: "plugins",
    needs: plugins.map((plugin) => `plugins/${plugin}/src/main.ts`),
    inputs: ["plugins", `!${protocGenEnvoy}`, ...["kit", ...plugins].map((plugin) => `!plugins/${plugin}/dist`)],
    outputs: [
      ...plugins.map((plugin) => `plugins/${plugin}/dist/${plugin}.js`),
      `${protocGenCompat}/dist`,
      "plugins/kit/dist",
    ],
    async run({ force }) {
      await bundle("plugins/kit/src/public.ts", "plugins/kit/dist/plugin-kit.js", { external: ["@bufbuild/*"] });
      await bundle(`${protocGenCompat}/src/index.ts`, `${protocGenCompat}/dist/index.js`); // it is a library too
      for (const plugin of plugins) {
        await bundle(`plugins/${plugin}/src/main.ts`, `plugins/${plugin}/dist/${plugin}.js`);
        tsc(`plugins/${plugin}/tsconfig.json`, force);
      }
    },
  },
  {
    name: "cli",
    needs: ["cli/src/main.ts"],
    inputs: ["cli", "plugins/kit", protocGenCompat, "!cli/dist", "!plugins/kit/dist", `!${protocGenCompat}/dist`],
    outputs: ["cli/dist/protoloom.js"],
    async run({ force }) {
      await bundle("cli/src/main.ts", "cli/dist/protoloom.js");
      copyFileSync(
        join(root, `${protocGenCompat}/compat-report.schema.json`),
        join(root, "cli/dist/compat-report.schema.json"),
      );
      tsc("cli/tsconfig.json", force);
    },
  },
  {
    name: "wkt",
    needs: [wktProtos, "plugins/protoc-gen-ts/dist/protoc-gen-ts.js", "runtime/protobuf/src/wkt/index.ts"],
    inputs: [
      "runtime/protobuf/src",
      "!runtime/protobuf/src/wkt/gen",
      "runtime/protobuf/tsconfig.json",
      "runtime/protobuf/tsconfig.wkt.json",
      "plugins/protoc-gen-ts/dist",
      wktProtos,
    ],
    outputs: ["runtime/protobuf/src/wkt/gen", "runtime/protobuf/dist/wkt"],
    run({ force }) {
      const protos = listFiles([wktProtos]).filter((file) => file.endsWith(".proto"));
      generateInto({ "runtime/protobuf/src/wkt/gen": "." }, (out) =>
        tool("protoc", "node_modules/protoc/protoc.cjs", [
          `--proto_path=${wktProtos}`,
          `--plugin=protoc-gen-ts=${protocGenTs}`,
          `--ts_out=${out}`,
          `--ts_opt=${wktOptions.join(",")}`,
          ...protos,
        ]),
      );
      tsc("runtime/protobuf/tsconfig.wkt.json", force);
      pruneOrphans("runtime/protobuf/dist/wkt", "runtime/protobuf/src/wkt");
    },
  },
  {
    name: "rpc",
    needs: [
      ...rpcProtos.map(({ root: folder }) => folder),
      "runtime/rpc/src/index.ts",
      "runtime/protobuf/dist/wkt/index.js",
    ],
    inputs: [
      "runtime/rpc/src",
      "!runtime/rpc/src/gen",
      "runtime/rpc/tsconfig.json",
      "runtime/protobuf/src",
      ...writers,
      ...rpcProtos.flatMap(({ root: folder, files }) => files.map((file) => `${folder}/${file}`)),
    ],
    outputs: ["runtime/rpc/src/gen", "runtime/rpc/dist"],
    run({ force }) {
      generateInto({ "runtime/rpc/src/gen": "." }, (out) => {
        for (const { root: folder, files } of rpcProtos) protoc([folder], files, out);
      });
      tsc("runtime/rpc/tsconfig.json", force);
      pruneOrphans("runtime/rpc/dist", "runtime/rpc/src");
    },
  },
  {
    name: "commonjs",
    needs: ["runtime/protobuf/dist/wkt/index.js", "runtime/rpc/dist/index.js"],
    inputs: [
      "scripts/commonjs.mjs",
      ...["protobuf", "rpc"].flatMap((name) => [`runtime/${name}/dist`, `runtime/${name}/package.json`]),
    ],
    outputs: ["runtime/protobuf/cjs", "runtime/rpc/cjs"],
    async run() {
      for (const folder of ["runtime/protobuf", "runtime/rpc"]) await writeCommonJs(folder);
    },
  },
  {
    name: "envoy-api",
    needs: ["runtime/envoy/src/index.ts", "runtime/rpc/dist/index.js", ...writers],
    inputs: [
      "runtime/envoy",
      "!runtime/envoy/src/gen",
      "!runtime/envoy/dist",
      "runtime/protobuf/dist",
      "runtime/rpc/dist",
      ...writers,
    ],
    outputs: ["runtime/envoy/src/gen", "runtime/envoy/dist"],
    run({ force }) {
      const { includes, files } = envoyControlProtos();
      generateInto({ "runtime/envoy/src/gen": "." }, (out) => protoc(includes, files, out));
      tsc("runtime/envoy/tsconfig.json", force);
      pruneOrphans("runtime/envoy/dist", "runtime/envoy/src");
    },
  },
  {
    name: "envoy",
    needs: [`${protocGenEnvoy}/src/main.ts`, "runtime/envoy/dist/index.js", ...writers],
    inputs: [
      protocGenEnvoy,
      `!${protocGenEnvoy}/src/gen`,
      `!${protocGenEnvoy}/dist`,
      "plugins/kit",
      "!plugins/kit/dist",
      "runtime/envoy/dist",
      "runtime/protobuf/dist",
      ...writers,
    ],
    outputs: [
      `${protocGenEnvoy}/src/gen`,
      `${protocGenEnvoy}/dist/protoc-gen-envoy.js`,
      "cli/dist/protoc-gen-envoy.js", // the package protoloom has this command too
    ],
    async run({ force }) {
      generateInto({ [`${protocGenEnvoy}/src/gen`]: "." }, (out) =>
        protoc([`${protocGenEnvoy}/proto`], ["protoloom/envoy/v1/options.proto"], out),
      );
      await bundle(`${protocGenEnvoy}/src/main.ts`, `${protocGenEnvoy}/dist/protoc-gen-envoy.js`);
      mkdirSync(join(root, "cli/dist"), { recursive: true });
      copyFileSync(
        join(root, `${protocGenEnvoy}/dist/protoc-gen-envoy.js`),
        join(root, "cli/dist/protoc-gen-envoy.js"),
      );
      tsc(`${protocGenEnvoy}/tsconfig.json`, force);
    },
  },
  {
    name: "control-plane",
    needs: ["control-plane/src/index.ts", "runtime/envoy/dist/index.js", ...writers],
    inputs: [
      "control-plane",
      "!control-plane/src/gen",
      "!control-plane/dist",
      "runtime/envoy/dist",
      "runtime/rpc/dist",
      "runtime/protobuf/dist",
      ...writers,
    ],
    outputs: ["control-plane/src/gen", "control-plane/dist"],
    run({ force }) {
      generateInto({ "control-plane/src/gen": "." }, (out) =>
        protoc(["control-plane/proto", wktProtos], ["protoloom/registry/v1/registry.proto"], out),
      );
      tsc("control-plane/tsconfig.json", force);
      pruneOrphans("control-plane/dist", "control-plane/src");
    },
  },
  {
    name: "test-protos",
    needs: [
      "buf.gen.yaml",
      "plugins/protoc-gen-ts/dist/protoc-gen-ts.js",
      "plugins/protoc-gen-ts-grpc/dist/protoc-gen-ts-grpc.js",
    ],
    inputs: ["buf.yaml", "buf.gen.yaml", "test/protos", `${protocGenEnvoy}/proto`, ...writers],
    outputs: bufOutputs,
    run() {
      generateInto(Object.fromEntries(bufOutputs.map((folder) => [folder, folder])), (out) =>
        tool("buf", "node_modules/@bufbuild/buf/bin/buf", ["generate", "--output", out], "buf generate"),
      );
    },
  },
  {
    name: "test-interop",
    needs: ["test/interop/protovalidate", "test/protos/interop", "plugins/protoc-gen-ts/dist/protoc-gen-ts.js"],
    inputs: ["test/interop/protovalidate", "test/protos/interop", "plugins/protoc-gen-ts/dist"],
    outputs: ["test/gen/rules", "test/gen/int64"],
    async run() {
      const rules = ".cache/build/protovalidate.binpb";
      const { writeDescriptors } = await import("../test/interop/protovalidate/descriptors.mjs");
      writeDescriptors(join(root, rules));
      const types = ["types", "options", "proto3"].map((name) => `interop/${name}.proto`);
      const calls = {
        rules: [
          `--descriptor_set_in=${rules}`,
          "--ts_opt=valid_types=protovalidate_required",
          "-Itest/interop/protovalidate",
          "account.proto",
          "buf/validate/validate.proto",
        ],
        "int64/string": ["--ts_opt=int64=string", "-Itest/protos", ...types],
        "int64/number": ["--ts_opt=int64=number", "-Itest/protos", ...types],
      };
      generateInto({ "test/gen/rules": "rules", "test/gen/int64": "int64" }, (out) => {
        for (const [folder, args] of Object.entries(calls)) {
          mkdirSync(join(root, out, folder), { recursive: true });
          const plugin = [`--plugin=protoc-gen-ts=${protocGenTs}`, `--ts_out=${out}/${folder}`];
          tool("protoc", "node_modules/protoc/protoc.cjs", [...plugin, ...args]);
        }
      });
    },
  },
  {
    name: "test-compat",
    needs: ["test/compat/cases", "node_modules/google-proto-files", "node_modules/protoc/include"],
    inputs: ["test/compat/cases", "test/compat/corpus.mjs", "test/compat/protos"],
    outputs: ["test/gen/compat"],
    async run() {
      const { compileCorpus } = await import("../test/compat/corpus.mjs");
      generateInto({ "test/gen/compat": "." }, (out) => compileCorpus(join(root, out)));
    },
  },
];

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await exitOnFailure(() => withLock(() => build(process.argv.slice(2))));
}

/** Runs the named steps, or all, in their order; throws when one fails. */
export async function build(names) {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown) throw new Error(`unknown build step "${unknown}": expected ${steps.map(({ name }) => name).join(", ")}`);
  for (const step of steps) {
    if (names.length === 0 || names.includes(step.name)) await buildStep(step);
  }
}

async function buildStep(step) {
  for (const path of step.needs) {
    if (!existsSync(join(root, path))) throw new Error(`cannot build ${step.name}: ${path} does not exist`);
  }
  const stampFile = join(root, `.cache/build/${step.name}.json`);
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : {};
  const inputs = hashFiles([...commonInputs, ...step.inputs]);
  const force = before.outputs !== hashFiles(step.outputs); // then tsc may not trust what it remembers
  if (!force && before.inputs === inputs) return;

  await timed(step.name, `built, because ${why(before, inputs)}`, () => step.run({ force }));
  if (listFiles(step.outputs).length === 0) throw new Error(`cannot build ${step.name}: nothing was written`);
  mkdirSync(join(root, ".cache/build"), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ inputs, outputs: hashFiles(step.outputs) }));
}

function why(before, inputs) {
  if (before.inputs === undefined) return "it was never built";
  return before.inputs === inputs ? "its outputs changed" : "its inputs changed";
}

function tsc(project, force) {
  tool("tsc", "node_modules/typescript/bin/tsc", ["-b", project, ...(force ? ["--force"] : [])]);
}

async function bundle(entry, outfile, more = {}) {
  const esbuild = await import("esbuild");
  /** @type {import("esbuild").BuildOptions} */
  const options = { bundle: true, platform: "node", format: "esm", target: "node20", treeShaking: true, ...more };
  try {
    const { metafile } = await esbuild.build({
      ...options,
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      conditions: ["@protoloom/source", "module"],
      alias: {
        // for Node the package has CommonJS, whose require() an ES module does not have
        yaml: join(root, "node_modules/yaml/browser/index.js"),
        // its sources, not what is bundled already
        "@protoloom/protoc-gen-compat": join(root, protocGenCompat, "src/index.ts"),
      },
      legalComments: "none",
      logLevel: "warning",
      metafile: true,
    });
    const notices = noticesOf(metafile);
    if (notices !== "") writeFileSync(join(root, dirname(outfile), "THIRD-PARTY-NOTICES.txt"), `${notices}\n`);
  } catch {
    throw new Error(`"esbuild ${entry}" failed`); // esbuild has printed why
  }
}

/**
 * The JavaScript of the core, of which tsc writes the declarations alone: a file for each entry point of the package, and
 * what they share. Loading a file for each source takes most of the time of importing generated code. esbuild would make
 * `var` of every `const`, which the engine no longer takes for a constant: half of the speed of tables and typed arrays.
 */
async function bundleRuntime() {
  const { rollup } = await import("rollup");
  const { transform } = await import("esbuild");
  const source = join(root, "runtime/protobuf/src");
  const bundle = await rollup({
    input: ["index", "codec/index", "json/index", "interop/index"].map((entry) => join(source, `${entry}.ts`)),
    external: /^[^./]/,
    plugins: [
      {
        name: "typescript",
        resolveId: (id, from) => (id.startsWith(".") ? join(dirname(from), id.replace(/\.js$/, ".ts")) : null),
        transform: async (text) => ({
          code: (await transform(text, { loader: "ts", target: "es2022" })).code,
          map: null,
        }),
      },
    ],
  });
  const { output } = await bundle.write({
    dir: join(root, "runtime/protobuf/dist"),
    format: "es",
    entryFileNames: ({ facadeModuleId }) => relative(source, facadeModuleId).replace(/\.ts$/, ".js"),
    chunkFileNames: "shared/[hash].js",
    hashCharacters: "hex",
    hoistTransitiveImports: false,
  });
  await bundle.close();
  const written = new Set(output.map(({ fileName }) => `runtime/protobuf/dist/${fileName}`));
  for (const path of listFiles(["runtime/protobuf/dist", "!runtime/protobuf/dist/wkt"])) {
    if (path.endsWith(".js") && !written.has(path)) rmSync(join(root, path));
  }
}

/** Runs both of our writers through protoc on files below folders. */
function protoc(folders, files, out) {
  const args = [
    ...folders.map((folder) => `--proto_path=${folder}`),
    `--plugin=protoc-gen-ts=${protocGenTs}`,
    `--plugin=protoc-gen-ts-grpc=${protocGenTsGrpc}`,
    `--ts_out=${out}`,
    `--ts-grpc_out=${out}`,
    ...files,
  ];
  tool("protoc", "node_modules/protoc/protoc.cjs", args, `protoc ${folders[0]} (${files.length} files)`);
}

/** Starts a tool by its JavaScript entry, which needs neither a shell nor the package's install script. */
function tool(name, entry, args, shown = `${name} ${args.join(" ")}`) {
  run(process.execPath, [entry, ...args], shown);
}

/**
 * Generates into a fresh folder, then brings over what differs: a failed run leaves the old files as they were, files
 * that are no longer generated go away, and unchanged ones keep their time for tsc.
 */
function generateInto(folders, generate) {
  const fresh = ".cache/build/out";
  rmSync(join(root, fresh), { recursive: true, force: true });
  for (const from of Object.values(folders)) mkdirSync(join(root, fresh, from), { recursive: true });
  generate(fresh);
  for (const [to, from] of Object.entries(folders)) syncTree(join(fresh, from), to);
}

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { buildSync } from "esbuild";
import { runProgram } from "../../test/conformance/validate/programs.mjs";
import { provisionSuite } from "../../test/conformance/validate/provision.mjs";
import { payloads } from "./payloads.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cacheDir = join(root, ".cache/bench/validate");

/** Go modules that have the protos among their files, by the folder of the protos. */
const modules = [
  ["github.com/cerbos/cerbos", "v0.55.0", "api/public"],
  ["github.com/authzed/spicedb", "v1.56.2", "proto/internal"],
  ["github.com/grpc-ecosystem/grpc-gateway/v2", "v2.27.1", "."],
];

/** Generates code for the protos, and returns the programs of the workers: ours, and the official library's. */
export function prepare() {
  const validate = provisionSuite(join(root, ".cache/conformance/validate")).protos[0];
  const folders = [validate, ...modules.map(provisionModule), join(root, "node_modules/google-proto-files")];
  const includes = folders.map((folder) => `--proto_path=${folder}`);
  const dir = join(cacheDir, "gen");
  rmSync(dir, { recursive: true, force: true });
  for (const name of ["ours", "es"]) mkdirSync(join(dir, name), { recursive: true });
  const plugin = (name) => `--plugin=${name}=${join(root, "plugins", name, "bin", name)}`;
  const files = withImports(
    includes,
    payloads.map(({ proto }) => proto),
  );
  protoc([
    ...includes,
    plugin("protoc-gen-ts"),
    plugin("protoc-gen-ts-validate"),
    `--ts_out=${dir}/ours`,
    `--ts-validate_out=${dir}/ours`,
    ...files,
  ]);
  const es = join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es");
  protoc([
    ...includes,
    `--plugin=protoc-gen-es=${es}`,
    `--es_out=${dir}/es`,
    "--es_opt=target=ts,import_extension=js",
    ...files,
  ]);
  return { ours: bundle("ours", ours(dir)), official: bundle("official", official(dir)) };
}

function provisionModule([path, version, folder]) {
  const empty = join(cacheDir, "module");
  mkdirSync(empty, { recursive: true });
  if (!existsSync(join(empty, "go.mod")))
    writeFileSync(join(empty, "go.mod"), "module protoloom.dev/bench-validate\n\ngo 1.24\n");
  const env = { ...process.env, PATH: [process.env.PATH, "/usr/local/go/bin"].join(delimiter), GOFLAGS: "-mod=mod" };
  const said = runProgram("go", ["mod", "download", "-json", `${path}@${version}`], {
    cwd: empty,
    env,
    missing: "install Go 1.25 or newer",
  });
  return join(JSON.parse(said).Dir, folder);
}

/** The protos and what they import, but for the well-known types, which come with the runtimes. */
function withImports(includes, protos) {
  const set = join(cacheDir, "set.binpb");
  protoc([...includes, "--include_imports", `--descriptor_set_out=${set}`, ...protos]);
  const names = fromBinary(FileDescriptorSetSchema, readFileSync(set)).file.map(({ name }) => name);
  return names.filter((name) => !name.startsWith("google/protobuf/"));
}

function protoc(args) {
  runProgram(process.execPath, [join(root, "node_modules/protoc/protoc.cjs"), ...args]);
}

const path = (proto, suffix) => proto.replace(/\.proto$/, suffix);
const shape = (type) => type.replace(/^.*v1\./, "").replaceAll(".", "_");

/** The program of a worker with generated checks. */
function ours(dir) {
  const rows = payloads.map(({ proto, type }, i) => [
    `import { ${shape(type)} as M${i} } from "${dir}/ours/${path(proto, "_pb.js")}";`,
    `import { validate${shape(type)} as v${i} } from "${dir}/ours/${path(proto, "_validate.js")}";`,
    `{ parse: (json) => M${i}.fromJson(json), check: (m) => v${i}(m).map(String) , run: (m) => v${i}(m).length }`,
  ]);
  return program(rows, "");
}

/** The program of a worker with the official library, on its own messages. */
function official(dir) {
  const rows = payloads.map(({ proto, type }, i) => [
    `import { ${shape(type)}Schema as S${i} } from "${dir}/es/${path(proto, "_pb.js")}";`,
    "",
    `{ parse: (json) => fromJson(S${i}, json), check: (m) => (validator.validate(S${i}, m).violations ?? []).map(String), run: (m) => validator.validate(S${i}, m).violations?.length ?? 0 }`,
  ]);
  return program(
    rows,
    'import { fromJson } from "@bufbuild/protobuf"; import { createValidator } from "@bufbuild/protovalidate"; const validator = createValidator();',
  );
}

function program(rows, head) {
  return `${rows.map(([messages, checks]) => `${messages}\n${checks}`).join("\n")}
${head}
import { work } from ${JSON.stringify(join(import.meta.dirname, "worker.mjs"))};
work([${rows.map((row) => row[2]).join(",\n")}]);
`;
}

function bundle(name, contents) {
  const entry = join(cacheDir, `${name}.entry.ts`);
  const outfile = join(cacheDir, `${name}.mjs`);
  writeFileSync(entry, contents);
  buildSync({
    ...{ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" },
    nodePaths: [join(root, "node_modules")],
  });
  return outfile;
}

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../scripts/run.mjs";

/**
 * The protos of a corpus: where imports are looked up, the files to generate code for, and which files of the package
 * cannot be compiled, with the reason.
 *
 * @typedef {{ includes: string[], files: string[], leftOut: { file: string, reason: string }[] }} Protos
 */

const cacheDir = join(root, ".cache/corpus");
const wkt = join(root, "node_modules/protoc/include");

/** The Envoy v3 API of July 2024 with all that it imports, from @grpc/grpc-js-xds. */
export function envoyProtos() {
  const deps = join(root, "node_modules/@grpc/grpc-js-xds/deps");
  const modules = {
    "envoy-api": (file) => !isVersion2(file),
    xds: () => true,
    googleapis: (file) => importedByEnvoy.has(file),
    "protoc-gen-validate": (file) => file === validateProto,
  };
  const folders = Object.keys(modules).map((module) => join(deps, module));
  const files = Object.entries(modules).flatMap(([module, has]) => protosIn(join(deps, module)).filter(has));
  return withoutBroken([repairedValidate(join(deps, "protoc-gen-validate")), ...folders, wkt], files);
}

/** Envoy's frozen v2 API, whose packages are not versioned in places. */
function isVersion2(file) {
  return file.startsWith("envoy/") && !/\/v3\/|^envoy\/annotations\//.test(file);
}

/** The rest of googleapis in the package is there by accident, and is not complete. */
const importedByEnvoy = new Set(
  ["annotations", "client", "field_behavior", "http", "launch_stage", "expr/v1alpha1/checked", "expr/v1alpha1/syntax"]
    .map((name) => `google/api/${name}.proto`)
    .concat(["code", "error_details", "status"].map((name) => `google/rpc/${name}.proto`)),
);

const validateProto = "validate/validate.proto";

/** The package's validate.proto is older than its Envoy, which uses StringRules.ignore_empty: adds this field. */
function repairedValidate(folder) {
  const text = readFileSync(join(folder, validateProto), "utf8");
  const repaired = text.replace(/^.*\bstrict = 25\b.*$/m, "$&\n\n  optional bool ignore_empty = 26;");
  if (repaired === text) throw new Error(`cannot repair ${validateProto}: StringRules.strict is not where it was`);
  const path = join(cacheDir, "repaired", validateProto);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, repaired);
  return join(cacheDir, "repaired");
}

const googleFolder = join(root, "node_modules/google-proto-files");

/** Two files of the Ruby generator's tests import a third by the name that it has in this folder. */
const rubyFolder = "google/protobuf/compiler/ruby";
const rubyImport = "ruby_generated_code_proto2_import.proto";

/** They declare the types of a sibling again: no request can hold both. */
const secondDeclarations = ["code_proto2", "pkg_implicit"].map((name) => `${rubyFolder}/ruby_generated_${name}.proto`);

/** All of google-proto-files; but see googleSecondProtos. */
export function googleProtos() {
  const files = protosIn(googleFolder).map((file) => (file === `${rubyFolder}/${rubyImport}` ? rubyImport : file));
  return google(files.filter((file) => !secondDeclarations.includes(file)));
}

/** The files of google-proto-files that cannot be in one request with the others. */
export function googleSecondProtos() {
  return google(secondDeclarations);
}

/** The stable versions of Google Cloud without Compute: the files of which type checks and benchmarks are made. */
export function googleCloudProtos() {
  const isStable = (file) => !/\/v\d+(p\d+)?[a-z]+\d*\//.test(file) && !file.includes("/compute/");
  return google(protosIn(join(googleFolder, "google/cloud"), "google/cloud/").filter(isStable));
}

/** The largest single file: 4 MB of text. */
export function computeProtos() {
  return google(["google/cloud/compute/v1/compute.proto"]);
}

function google(files) {
  return withoutBroken([googleFolder, join(googleFolder, rubyFolder)], files);
}

/**
 * Leaves out what imports a file that the package does not ship, and what imports that, and so on; and files of an
 * edition that is not out yet, for which the compiler would not even call a plugin.
 */
function withoutBroken(includes, files) {
  const reasons = new Map();
  const check = (file) => {
    if (reasons.has(file)) return;
    reasons.set(file, undefined);
    const folder = includes.find((include) => existsSync(join(include, file)));
    if (folder === undefined) return void reasons.set(file, "not shipped");
    const text = readFileSync(join(folder, file), "utf8");
    const edition = text.match(/^edition\s*=\s*"(\w+)"/m)?.[1] ?? "";
    if (edition > LATEST_EDITION) return void reasons.set(file, `edition ${edition}`);
    const imports = importsOf(text);
    imports.forEach(check);
    const broken = imports.find((name) => reasons.get(name) !== undefined);
    if (broken !== undefined) reasons.set(file, `imports ${broken}: ${reasons.get(broken)}`);
  };
  files.forEach(check);
  const leftOut = files
    .map((file) => ({ file, reason: reasons.get(file) }))
    .filter(({ reason }) => reason !== undefined);
  return { includes, files: files.filter((file) => reasons.get(file) === undefined), leftOut };
}

const LATEST_EDITION = "2024";

function importsOf(text) {
  return [...text.matchAll(/^\s*import\s+(?:(?:public|weak|option)\s+)?"([^"]+)"\s*;/gm)].map(([, name]) => name);
}

/** The .proto files below a folder, sorted, with forward slashes; not those of packages nested in it. */
function protosIn(folder, prefix = "") {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory())
        return entry.name === "node_modules" ? [] : protosIn(join(folder, entry.name), `${path}/`);
      return entry.name.endsWith(".proto") ? [path] : [];
    })
    .sort();
}

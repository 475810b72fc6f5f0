/**
 * The .proto files that npm packages ship, and which of them can be compiled together. What is compiled here is generated
 * at build time; no such file is committed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { additions, relaxations, withAdditions, withRelaxations } from "./envoy-additions.mjs";
import { root } from "./run.mjs";

/**
 * Protos of a package: where imports are looked up, the files to generate code for, and which files of the package
 * cannot be compiled, with the reason.
 *
 * @typedef {{ includes: string[], files: string[], leftOut: { file: string, reason: string }[] }} Protos
 */

const wkt = join(root, "node_modules/protoc/include");

/** The Envoy v3 API of July 2024 with its imports, from @grpc/grpc-js-xds. */
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

/** The rest of googleapis in the package is incomplete and there by accident. */
const importedByEnvoy = new Set(
  ["annotations", "client", "field_behavior", "http", "launch_stage", "expr/v1alpha1/checked", "expr/v1alpha1/syntax"]
    .map((name) => `google/api/${name}.proto`)
    .concat(["code", "error_details", "status"].map((name) => `google/rpc/${name}.proto`)),
);

const validateProto = "validate/validate.proto";
const repairedDir = join(root, ".cache/protos/repaired");

/** The package's validate.proto is older than its Envoy, which uses StringRules.ignore_empty: adds this field. */
export function repairedValidate(folder) {
  const text = readFileSync(join(folder, validateProto), "utf8");
  const repaired = text.replace(/^.*\bstrict = 25\b.*$/m, "$&\n\n  optional bool ignore_empty = 26;");
  if (repaired === text) throw new Error(`cannot repair ${validateProto}: StringRules.strict is not where it was`);
  const path = join(repairedDir, validateProto);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, repaired);
  return repairedDir;
}

/** Removes fields whose types the package does not ship, and an import that nothing needs any more. */
function withoutForeign(text) {
  const rest = text.replace(/^.*\bopentelemetry[./].*\r?\n/gm, ""); // the package has both kinds of line ends
  return rest.includes("(validate.rules)") ? rest : rest.replace(/^import "validate\/.*\r?\n/m, "");
}

/** Copies of the protos whose messages have newer fields or fewer rules, with these changes. */
function protosWithAdditions(folder) {
  for (const file of new Set([...additions, ...relaxations].map((row) => row.file))) {
    const isHere = (row) => row.file === file;
    const text = withRelaxations(readFileSync(join(folder, file), "utf8"), relaxations.filter(isHere));
    const rows = additions.filter(isHere);
    const path = join(additionsDir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, withoutForeign(withAdditions(text, rows)));
  }
  return additionsDir;
}

const additionsDir = join(root, ".cache/protos/additions");

/**
 * The part of Envoy's API that configures gRPC traffic and that a discovery service serves: the files of these folders,
 * and all that they import.
 */
export function envoyControlProtos() {
  const { includes: shipped, files } = envoyProtos();
  const api = join(root, "node_modules/@grpc/grpc-js-xds/deps/envoy-api");
  const includes = [protosWithAdditions(api), ...shipped];
  const roots = files.filter((file) => controlFolders.has(dirname(file)));
  return { includes, files: closureOf(includes, [...roots, ...additionalRoots]) };
}

const controlFolders = new Set([
  ...["bootstrap", "cluster", "endpoint", "listener", "route"].map((name) => `envoy/config/${name}/v3`),
  ...["cluster", "discovery", "endpoint", "listener", "load_stats", "route", "runtime", "secret", "status"].map(
    (name) => `envoy/service/${name}/v3`,
  ),
  ...[
    ...["compressor", "cors", "ext_authz", "fault", "grpc_json_transcoder", "grpc_stats", "grpc_web", "jwt_authn"],
    ...["local_ratelimit", "ratelimit", "rbac", "router", "stateful_session"],
  ].map((name) => `envoy/extensions/filters/http/${name}/v3`),
  ...[
    ...["access_loggers/file", "access_loggers/stream"],
    ...["compression/brotli/compressor", "compression/gzip/compressor", "compression/zstd/compressor"],
    ...["filters/listener/tls_inspector", "filters/network/connection_limit"],
    ...["filters/network/http_connection_manager", "http/early_header_mutation/header_mutation"],
    ...["http/stateful_session/cookie", "http/stateful_session/header"],
    ...["resource_monitors/downstream_connections", "resource_monitors/fixed_heap"],
    ...["retry/host/previous_hosts", "transport_sockets/tls", "upstreams/http"],
  ].map((name) => `envoy/extensions/${name}/v3`),
]);

/** The tracer, the log over OTLP, any other extension, the options of services, and the response types of transcoding. */
const additionalRoots = [
  "envoy/extensions/access_loggers/open_telemetry/v3/logs_service.proto",
  "envoy/config/trace/v3/opentelemetry.proto",
  "xds/type/v3/typed_struct.proto",
  ...["api/annotations", "api/client", "rpc/error_details"].map((name) => `google/${name}.proto`),
];

/** These files and all their imports, except the well-known types. */
function closureOf(includes, roots) {
  const found = new Set();
  const add = (file) => {
    if (found.has(file) || file.startsWith("google/protobuf/")) return;
    found.add(file);
    const folder = includes.find((include) => existsSync(join(include, file)));
    if (folder === undefined) throw new Error(`cannot find ${file}, which a file of Envoy's API imports`);
    importsOf(readFileSync(join(folder, file), "utf8")).forEach(add);
  };
  roots.forEach(add);
  return [...found].sort();
}

/**
 * Leaves out files that import, directly or indirectly, a file that the package does not ship, and files of an unreleased
 * edition, for which the compiler would not call a plugin.
 */
export function withoutBroken(includes, files) {
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

const LATEST_EDITION = "2026";

/** The files that a proto imports. */
export function importsOf(text) {
  return [...text.matchAll(/^\s*import\s+(?:(?:public|weak|option)\s+)?"([^"]+)"\s*;/gm)].map(([, name]) => name);
}

/** The .proto files below a folder, sorted, with forward slashes, without those of nested packages. */
export function protosIn(folder, prefix = "") {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory())
        return entry.name === "node_modules" ? [] : protosIn(join(folder, entry.name), `${path}/`);
      return entry.name.endsWith(".proto") ? [path] : [];
    })
    .sort();
}

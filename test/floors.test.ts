/**
 * An import goes downward only, and siblings never import each other. The floors are this table; the test reads every
 * import of every source file, and fails with the file, the import and the rule.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules, isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { parseSync } from "@swc/core";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** `folder` holds a package; two folders on one floor are siblings. */
const floors = [
  { floor: 1, folder: "runtime/protobuf", name: "@protoloom/protobuf" },
  { floor: 2, folder: "runtime/rpc", name: "@protoloom/rpc" },
  { floor: 3, folder: "runtime/validate", name: "@protoloom/validate" },
  { floor: 3, folder: "runtime/envoy", name: "@protoloom/envoy" },
  { floor: 3, folder: "plugins/kit", name: "@protoloom/plugin-kit" },
  { floor: 4, folder: "plugins/protoc-gen-ts", name: "@protoloom/protoc-gen-ts" },
  { floor: 4, folder: "plugins/protoc-gen-ts-grpc", name: "@protoloom/protoc-gen-ts-grpc" },
  { floor: 4, folder: "plugins/protoc-gen-ts-validate", name: "@protoloom/protoc-gen-ts-validate" },
  { floor: 4, folder: "plugins/protoc-gen-envoy", name: "@protoloom/protoc-gen-envoy" },
  { floor: 4, folder: "plugins/protoc-gen-compat", name: "@protoloom/protoc-gen-compat" },
  { floor: 6, folder: "control-plane", name: "@protoloom/control-plane" },
  { floor: 6, folder: "migrate", name: "@protoloom/migrate" },
  { floor: 7, folder: "cli", name: "protoloom" },
];

/** The rooms of @protoloom/protobuf, under src/: what each may import beside itself. Root files are named with ".ts". */
const rooms: Record<string, { rooms: string[]; packages: string[] }> = {
  "error.ts": { rooms: [], packages: [] },
  wire: { rooms: ["error.ts"], packages: [] },
  codec: { rooms: ["error.ts", "wire"], packages: [] },
  json: { rooms: ["error.ts", "wire", "codec"], packages: [] },
  interop: { rooms: ["error.ts", "wire", "codec", "json"], packages: ["@bufbuild/protobuf"] },
  wkt: { rooms: ["error.ts", "wire", "codec", "json", "interop"], packages: [] },
  "size-delimited.ts": { rooms: ["error.ts", "wire", "codec"], packages: [] },
  merge: { rooms: ["error.ts", "wire", "codec", "json", "interop"], packages: [] },
  schema: { rooms: ["error.ts", "wire", "codec"], packages: [] },
  "index.ts": {
    rooms: ["error.ts", "wire", "codec", "json", "interop", "size-delimited.ts", "merge", "schema"],
    packages: [],
  },
};

/** The packages that exist: in none do files import each other in a circle. */
const packages = floors.map(({ folder }) => folder).filter((folder) => existsSync(join(root, folder)));

/** The runtime runs in browsers and Workers too. */
const portable = ["runtime/protobuf"];

const sourceFiles = ["runtime", "plugins", "control-plane", "migrate", "cli"].flatMap(sourcesIn);

describe("floors", () => {
  test("every folder with a package stands on a floor", () => {
    const homeless = sourceFiles.map(packageFolderOf).filter((folder) => !floors.some((row) => row.folder === folder));
    expect([...new Set(homeless)]).toEqual([]);
  });

  test.each(packages)("no file of %s imports itself, by way of others, not even its types", (folder) => {
    const files = sourceFiles.filter((file) => packageFolderOf(file) === folder);
    const edges = new Map(files.map((file) => [file, localImportsOf(file)]));
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((file) => circleFrom(file, edges) ?? [])).toEqual([]);
  });

  test("every import goes downward", () => {
    expect(sourceFiles.length).toBeGreaterThan(0);
    const violations = sourceFiles.flatMap((file) =>
      importsOf(readFileSync(join(root, file), "utf8")).flatMap((specifier) => violation(file, specifier) ?? []),
    );
    expect(violations).toEqual([]);
  });
});

test("classes of runtime/rpc hide their members by #, which bundlers shorten", () => {
  const files = sourceFiles.filter((file) => file.startsWith("runtime/rpc/src/"));
  expect(files.length).toBeGreaterThan(100);
  const hidden = /^ +private (?!constructor)/m;
  expect(files.filter((file) => hidden.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
});

describe("tests and benchmarks", () => {
  const files = ["test", "bench"].flatMap(filesIn).filter((path) => !/\/(gen|golden|fixtures)\/|\.d\.m?ts$/.test(path));

  test("import what a package exports by its name, as its users do", () => {
    expect(files.length).toBeGreaterThan(200);
    expect(exported.size).toBeGreaterThan(10);
    const byPath = files.flatMap((file) => {
      const specifiers = importsOf(readFileSync(join(root, file), "utf8")).filter((each) => each.startsWith("."));
      const targets = new Map(specifiers.map((specifier) => [resolve(file, specifier)!, specifier]));
      // Beside a package's internals its exports are the same copy of its module state only by path.
      const inside = [...targets.keys()].filter((target) => target.includes("/src/") && !exported.has(target));
      const whole = new Set(inside.map(packageFolderOf));
      return [...targets].flatMap(([target, specifier]) => {
        const name = whole.has(packageFolderOf(target)) ? undefined : exported.get(target);
        return name === undefined ? [] : [`${file}: import "${name}" instead of "${specifier}"`];
      });
    });
    expect(byPath).toEqual([]);
  });
});

/** The sources of what packages export, and the names that import them. */
const exported = new Map(floors.flatMap(({ folder, name }) => exportsOf(folder, name)));

function exportsOf(folder: string, name: string): [source: string, specifier: string][] {
  const { exports = {} } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
  return Object.entries(exports).flatMap(([subpath, target]) => {
    const file = fileOf(target);
    if (subpath.includes("*") || !/\.[jt]s$/.test(file)) return [];
    const source = file.replace("./dist/", "src/").replace("./src/", "src/").replace(/\.js$/, ".ts");
    return [[`${folder}/${source}`, `${name}${subpath.slice(1)}`]];
  });
}

interface Manifest {
  readonly exports?: Record<string, Target>;
}

type Target = string | { readonly [condition: string]: Target };

/** The file of an export: of its source where a package has that condition, as tests set it. */
function fileOf(target: Target): string {
  return typeof target === "string" ? target : fileOf(target["@protoloom/source"] ?? target.default!);
}

/** The files that `npm test` and .ci/run load on a clone before anything is installed. */
const beforeInstall = ["scripts/setup.mjs", "scripts/on-node.mjs"];

test.each(beforeInstall)("%s needs nothing but Node, and neither does what it loads", (file) => {
  const needed = [...loadedBy(file)].filter((specifier) => !specifier.startsWith(".") && !isBuiltin(specifier));
  expect(needed).toEqual([]);
});

/** The specifiers of a script's static imports, and of those of the files that it imports. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const specifiers = Array.from(
    readFileSync(join(root, file), "utf8").matchAll(/^(?:import|export)\s(?:[^;"]*\sfrom\s)?"([^"]+)";/gm),
    ([, specifier]) => specifier!,
  );
  const local = specifiers.filter((specifier) => specifier.startsWith("."));
  return new Set([...specifiers, ...local.flatMap((each) => [...loadedBy(join(dirname(file), each), seen)])]);
}

/** The rooms of the HTTP/2 engine: hpack and frame know nothing of streams, streams nothing of gRPC, and none has a socket. */
const engineRooms = [
  { room: "hpack", may: ["hpack", "fields.ts"] },
  { room: "frame", may: ["frame"] },
];

describe("the HTTP/2 engine", () => {
  const engine = "runtime/rpc/src/http2/";
  const files = sourceFiles.filter((file) => file.startsWith(engine));

  test("imports itself alone, and of Node at its edge", () => {
    const foreign = files.flatMap((file) =>
      importsOf(readFileSync(join(root, file), "utf8"))
        .filter((specifier) => !(resolve(file, specifier) ?? "").startsWith(engine))
        .map((specifier) => `${file}: ${specifier}`),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(foreign).toEqual([`${engine}socket.ts: node:net`]);
  });

  test.each(engineRooms)("$room imports nothing above it", ({ room, may }) => {
    const inRoom = files.filter((file) => file.startsWith(`${engine}${room}/`));
    expect(inRoom.length).toBeGreaterThan(0);
    const reached = inRoom.flatMap(localImportsOf).map((target) => target.slice(engine.length).split("/")[0]!);
    expect([...new Set(reached)].filter((target) => !may.includes(target))).toEqual([]);
  });
});

describe("the floors check", () => {
  test.each([
    ["plugins/protoc-gen-ts/src/main.ts", "@protoloom/plugin-kit"],
    ["plugins/protoc-gen-envoy/src/emit.ts", "@protoloom/rpc"],
    ["plugins/kit/src/names.ts", "node:fs"],
    ["runtime/rpc/src/client/client.ts", "@protoloom/protobuf/codec"],
    ["runtime/protobuf/src/codec/map.ts", "../wire/reader.js"],
    ["runtime/protobuf/src/codec/map.ts", "../error.js"],
    ["runtime/protobuf/src/interop/schema.ts", "@bufbuild/protobuf/codegenv2"],
    ["runtime/protobuf/src/wkt/gen/google/protobuf/any_pb.ts", "@protoloom/protobuf/codec"],
    ["cli/src/check.ts", "../../plugins/protoc-gen-compat/src/check/check.js"],
  ])("%s may import %s", (file, specifier) => {
    expect(violation(file, specifier)).toBeUndefined();
  });

  test.each([
    ["plugins/protoc-gen-ts/src/main.ts", "@protoloom/protoc-gen-envoy", "a sibling"],
    ["plugins/protoc-gen-ts/src/main.ts", "../../protoc-gen-envoy/src/model.js", "a sibling"],
    ["plugins/kit/src/names.ts", "@protoloom/protoc-gen-ts", "floor 3 imports floor 4"],
    ["runtime/protobuf/src/index.ts", "@protoloom/plugin-kit", "floor 1 imports floor 3"],
    ["runtime/protobuf/src/index.ts", "../../../plugins/kit/src/index.js", "floor 1 imports floor 3"],
    ["runtime/protobuf/src/index.ts", "@protoloom/rpc", "floor 1 imports floor 2"],
    ["runtime/protobuf/src/wire/reader.ts", "../codec/index.js", "wire may not import codec"],
    ["runtime/protobuf/src/wire/reader.ts", "@protoloom/protobuf/codec", "wire may not import codec"],
    ["runtime/protobuf/src/codec/map.ts", "../json/index.js", "codec may not import json"],
    ["runtime/protobuf/src/codec/map.ts", "../index.js", "codec may not import index.ts"],
    ["runtime/protobuf/src/json/any.ts", "../wkt/index.js", "json may not import wkt"],
    ["runtime/protobuf/src/json/any.ts", "@bufbuild/protobuf", "json may not import @bufbuild/protobuf"],
    ["runtime/protobuf/src/interop/schema.ts", "node:util", "interop may not import node:util"],
    ["control-plane/src/cache.ts", "protoloom", "floor 6 imports floor 7"],
    ["cli/src/check.ts", "../../test/support.js", "outside of all floors"],
  ])("%s may not import %s", (file, specifier, rule) => {
    expect(violation(file, specifier)).toContain(rule);
  });

  test("finds every form of import, and none in comments and strings", () => {
    const source = `
      import a from "a"; import type { B } from "b"; import "c"; export * from "d"; export type { E } from "e";
      type F = import("f").F; type Deep = Map<string, Array<typeof import("g")>>;
      async function lazy() { if (true) return (await import("h")).default; }
      import I = require("i");
      // import "no"
      const text = 'import "no"'; const template = \`import "no"\`;
    `;
    expect(importsOf(source).sort()).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
  });
});

/** Says which rule an import breaks; undefined when it is allowed. */
function violation(file: string, specifier: string): string | undefined {
  const folder = packageFolderOf(file);
  const from = floors.find((row) => row.folder === folder);
  if (!from) return `${file}: ${folder} has no row in the table of floors`;
  const target = resolve(file, specifier);
  if (target === undefined) return portable.includes(folder) ? roomViolation(file, specifier) : undefined;

  const to = floors.find((row) => target === row.folder || target.startsWith(`${row.folder}/`));
  if (!to) return `${file}: "${specifier}" leads outside of all floors`;
  if (to === from) return portable.includes(folder) ? roomViolation(file, specifier, target) : undefined;
  if (to.floor === from.floor) return `${file}: "${specifier}" is a sibling on floor ${from.floor}`;
  return to.floor < from.floor ? undefined : `${file}: floor ${from.floor} imports floor ${to.floor} ("${specifier}")`;
}

function localImportsOf(file: string): string[] {
  const specifiers = importsOf(readFileSync(join(root, file), "utf8"));
  return specifiers.filter((specifier) => specifier.startsWith(".")).map((specifier) => resolve(file, specifier)!);
}

/** The shortest way from the file back to it. */
function circleFrom(file: string, edges: ReadonlyMap<string, readonly string[]>): string | undefined {
  const ways = [[file]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of edges.get(way.at(-1)!) ?? []) {
      if (next === file) return [...way, file].join(" → ");
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function roomViolation(file: string, specifier: string, target?: string): string | undefined {
  const from = roomOf(file);
  const allowed = rooms[from];
  if (!allowed) return `${file}: ${from} has no row in the table of rooms`;
  const to = target === undefined ? packageNameOf(specifier) : roomOf(target);
  const reachable = target === undefined ? allowed.packages : [from, ...allowed.rooms];
  return reachable.includes(to) ? undefined : `${file}: ${from} may not import ${to} ("${specifier}")`;
}

/** The path in the repository that an import leads to; undefined for a package that is not ours. */
function resolve(file: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return join(dirname(file), specifier).replace(/\.js$/, ".ts");
  const own = floors.find((row) => row.name === packageNameOf(specifier));
  if (!own) return undefined;
  const subpath = specifier.slice(own.name.length + 1);
  return `${own.folder}/src/${subpath === "" ? "index.ts" : subpath}`;
}

function packageNameOf(specifier: string): string {
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return specifier;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function packageFolderOf(file: string): string {
  const depth = file.startsWith("runtime/") || file.startsWith("plugins/") ? 2 : 1;
  return file.split("/").slice(0, depth).join("/");
}

/** "runtime/protobuf/src/wire/reader.ts" is in "wire", "runtime/protobuf/src/index.ts" is its own room. */
function roomOf(path: string): string {
  return path.split("/")[3] ?? path;
}

function sourcesIn(folder: string): string[] {
  return filesIn(folder).filter((path) => path.includes("/src/") && !/\/(dist|gen)\//.test(path));
}

/** The TypeScript and JavaScript files of a folder, by their paths in the repository. */
function filesIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !path.includes("/node_modules/"));
}

/** The specifiers of all imports, exports and import types of a source text. */
function importsOf(source: string): string[] {
  const found = new Set<string>();
  visit(parseSync(source, { syntax: "typescript", target: "es2022" }), found);
  return [...found];
}

function visit(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, found);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const specifier = specifierOf(node as Node);
  if (specifier !== undefined) found.add(specifier);
  for (const child of Object.values(node)) visit(child, found);
}

/** As far as it is read here: swc types a node as one big union, which a generic walk cannot use. */
interface Node {
  type?: string;
  source?: { value: string } | null;
  argument?: { value: string };
  expression?: { value: string };
  callee?: { type: string };
  arguments?: { expression: { value?: string } }[];
}

function specifierOf(node: Node): string | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
      return node.source?.value;
    case "TsImportType":
      return node.argument?.value;
    case "TsExternalModuleReference":
      return node.expression?.value;
    case "CallExpression":
      return node.callee?.type === "Import" ? node.arguments?.[0]?.expression.value : undefined;
    default:
      return undefined;
  }
}

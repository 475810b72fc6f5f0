import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ts } from "ts-morph";
import manifest from "../package.json" with { type: "json" };
import { migrateBufGen } from "./config/buf-gen.js";
import { migrateCommands, type Output } from "./config/build-files.js";
import { type ManifestChange, migrateManifest } from "./config/manifest.js";
import type { Left } from "./file-rewrite.js";
import { type Change, type Moved, migrateSources } from "./migrate.js";
import type { Peer } from "./peer.js";
import { filesBelow, openProgram } from "./program.js";
import { loadSchema } from "./protos.js";
import type { Generated, TargetOptions } from "./source.js";
import { peers } from "./sources/index.js";

/** The project to migrate, and how. */
export interface Request {
  /** Absolute. */
  readonly folder: string;
  readonly tsconfig: string | undefined;
  /** Folders of protos, or images. Looked for if there are none. */
  readonly protos: readonly string[];
  /** The names of the libraries to come from. All if undefined. */
  readonly from: readonly string[] | undefined;
  readonly comments: boolean;
}

/** Everything that a migration does to a project. */
export interface Plan {
  readonly peers: readonly string[];
  readonly changes: readonly Change[];
  readonly left: readonly Left[];
  readonly counts: ReadonlyMap<string, number>;
}

/** Works out the migration of a project. Nothing is written. Throws InputError. */
export function planMigration(request: Request): Plan {
  const { folder, from } = request;
  const known = from === undefined ? peers : peers.filter(({ name }) => from.includes(name));
  const program = openProgram(folder, request.tsconfig);
  const options = pluginOptions(folder);
  const packages = importedPackages(program);
  const found = known.filter((peer) =>
    program
      .getSourceFiles()
      .some(({ text, fileName }) => isOwn(fileName) && peer.recognize(text, fileName) !== undefined),
  );
  if (found.length === 0) return { peers: [], changes: [], left: [], counts: new Map() };
  const target: TargetOptions = Object.assign(
    {},
    ...found.map((peer) => peer.target?.(options, packages, textsOf(program, peer)) ?? {}),
  );
  const schema = loadSchema(folder, request.protos);
  const moved = migrateSources(program, schema, found, target, request);
  const build = buildChanges(folder, moved, outputOf(folder, program, moved, target));
  return {
    peers: found.map(({ name }) => name),
    changes: [...moved.changes, ...build.changes, ...removals(folder, moved.generated)],
    left: [...moved.left, ...build.left],
    counts: moved.counts,
  };
}

function isOwn(path: string): boolean {
  return !path.includes("/node_modules/");
}

/** Writes and deletes files. */
export function applyChanges(changes: readonly Change[]): void {
  for (const { path, after } of changes) {
    if (after === undefined) rmSync(path);
    else writeFileSync(path, after);
  }
}

const BUF_GEN = /^buf\.gen(\..+)?\.ya?ml$/;
const SCRIPTS = /\.sh$|^Makefile$|^[Jj]ustfile$|\.mk$|^Dockerfile$|\.ya?ml$/;

/** The options of plugins as build files spell them, such as `forceLong=bigint`. */
function pluginOptions(folder: string): string[] {
  const files = [...filesBelow(folder, SCRIPTS), ...filesBelow(folder, /^package\.json$/)];
  return files.flatMap((path) => readFileSync(path, "utf8").match(/[A-Za-z_]\w*=[\w-]+/g) ?? []);
}

function outputOf(
  folder: string,
  program: ts.Program,
  { generated, services }: Moved,
  { int64, more = [] }: TargetOptions,
): Output {
  const own = new Set(filesBelow(folder, /\.ts$/)); // what a package exports again is in its output
  const [first = folder, ...rest] = generated.map(({ path }) => path).filter((path) => own.has(path));
  const isScript = [first, ...rest].some((path) => path.endsWith(".d.ts"));
  const isCommonJs = packageOf(first).type !== "module";
  const extension = importExtension(program);
  const shared = isScript
    ? ["target=js+dts", ...(isCommonJs ? ["js_import_style=legacy_commonjs"] : [])]
    : extension === "js"
      ? []
      : [`import_extension=${extension}`];
  return { shared, messages: [...(int64 === undefined ? [] : [`int64=${int64}`]), ...more], services };
}

function packageOf(path: string): { readonly type?: string } {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as { type?: string };
    if (folder === dirname(folder)) return {};
  }
}

/** The generated code of a library. */
function textsOf(program: ts.Program, peer: Peer): string[] {
  const own = program.getSourceFiles().filter(({ fileName }) => isOwn(fileName));
  return own.filter(({ text, fileName }) => peer.recognize(text, fileName) !== undefined).map(({ text }) => text);
}

/** The packages that sources import, by their full specifiers. */
function importedPackages(program: ts.Program): ReadonlySet<string> {
  const own = program
    .getSourceFiles()
    .filter(({ fileName, isDeclarationFile }) => isOwn(fileName) && !isDeclarationFile);
  const names = own.flatMap(({ text }) => ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName));
  return new Set(names.filter((name) => !name.startsWith(".")));
}

/** The extension with which the project's sources import each other. */
function importExtension(program: ts.Program): "js" | "ts" | "none" {
  for (const { fileName, text, isDeclarationFile } of program.getSourceFiles()) {
    if (!isOwn(fileName) || isDeclarationFile) continue;
    for (const imported of ts.preProcessFile(text).importedFiles) {
      if (!/^\.\.?\//.test(imported.fileName)) continue;
      const [, extension] = /\.([jt]s)$/.exec(imported.fileName) ?? [];
      return extension === undefined ? "none" : (extension as "js" | "ts");
    }
  }
  return "none";
}

function buildChanges(folder: string, moved: Moved, output: Output): { changes: Change[]; left: Left[] } {
  const plugins = moved.peers.map((peer) => peer.plugins);
  const changed = (path: string, migrate: (text: string) => string): Change[] => {
    const before = readFileSync(path, "utf8");
    const after = migrate(before);
    return after === before ? [] : [{ path, before, after }];
  };
  const commands = (text: string): string => migrateCommands(text, plugins, output);
  const files = [
    ...filesBelow(folder, BUF_GEN).flatMap((path) =>
      changed(path, (text) => migrateBufGen(text, path, plugins, output)),
    ),
    ...filesBelow(folder, SCRIPTS)
      .filter((path) => !BUF_GEN.test(path.split("/").at(-1)!))
      .flatMap((path) => changed(path, commands)),
  ];
  const manifests = filesBelow(folder, /^package\.json$/).flatMap((path) =>
    changed(path, (text) => migrateManifest(text, { ...dependencies(moved, output), script: commands })),
  );
  const isFound = files.length > 0 || manifests.some(({ before, after }) => scriptsOf(before) !== scriptsOf(after));
  const left = isFound
    ? []
    : [
        {
          path: join(folder, "package.json"),
          line: 1,
          column: 1,
          code: moved.peers.map(({ name }) => name).join(", "),
          why: `no buf.gen.yaml, script or Makefile calls the old plugins: call protoc-gen-ts with "${[...output.shared, ...output.messages].join(",")}"`,
        },
      ];
  return { changes: [...files, ...manifests], left };
}

function scriptsOf(text: string | undefined): string {
  return JSON.stringify((JSON.parse(text ?? "{}") as { scripts?: unknown }).scripts);
}

function dependencies({ peers: used, stillImports }: Moved, { services }: Output): Omit<ManifestChange, "script"> {
  const ours = (...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [`@protoloom/${name}`, `^${manifest.version}`]));
  const packages = (kind: "runtime" | "tools"): Pick<ManifestChange["tools"], "removed" | "found"> => {
    const found = used.flatMap(({ plugins }) => plugins[kind]);
    return { found, removed: found.filter((name) => !stillImports(name)) };
  };
  return {
    runtime: { ...packages("runtime"), added: ours("protobuf", ...(services ? ["rpc"] : [])) },
    tools: { ...packages("tools"), added: ours("protoc-gen-ts", ...(services ? ["protoc-gen-ts-grpc"] : [])) },
  };
}

/** The files that the old generator wrote, which the new one does not overwrite. */
function removals(folder: string, generated: readonly Generated[]): Change[] {
  const own = new Set(filesBelow(folder, /\.ts$/)); // what a package exports again is in its output
  const stems = generated.filter(({ path }) => own.has(path)).map(({ path }) => path.replace(/(\.d)?\.[cm]?ts$/, ""));
  const paths = stems.flatMap((stem) => [".d.ts", ".ts", ".js", ".js.map", ".d.ts.map"].map((end) => stem + end));
  return paths
    .filter((path) => existsSync(path))
    .map((path) => ({ path, before: readFileSync(path, "utf8"), after: undefined }));
}

import { ts } from "ts-morph";
import { FileRewrite, type Left } from "./file-rewrite.js";
import type { Peer } from "./peer.js";
import type { Schema } from "./schema.js";
import type { Generated, TargetOptions } from "./source.js";
import { World } from "./world.js";

/** A file with another text. No text before: it is new. No text afterwards: it is gone. */
export interface Change {
  /** Absolute. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The result for the sources of a project. */
export interface Moved {
  readonly changes: readonly Change[];
  readonly left: readonly Left[];
  /** The changed places by their kinds. */
  readonly counts: ReadonlyMap<string, number>;
  /** The files of generators that the project leaves. */
  readonly generated: readonly Generated[];
  /** The libraries that generated them. */
  readonly peers: readonly Peer[];
  /** Whether the project uses services. */
  readonly services: boolean;
  /** Whether a source still imports a package of a library that it leaves. */
  stillImports(name: string): boolean;
}

/** Rewrites the sources of a program. Nothing is written. */
export function migrateSources(
  program: ts.Program,
  schema: Schema,
  peers: readonly Peer[],
  target: TargetOptions,
  options: { readonly comments: boolean },
): Moved {
  const world = new World(program, schema, peers, target);
  const replace = (node: ts.Node, file: FileRewrite): string | undefined =>
    first(peers, (peer) => peer.replace(node, file));
  const rewrites = world.sources().map((source) => {
    const first = new FileRewrite(world, source, { ...options, replace });
    const after = first.run();
    if (first.clashes.size === 0) return { source, rewrite: first, after };
    const rewrite = new FileRewrite(world, source, { ...options, replace, reserved: first.clashes });
    return { source, rewrite, after: rewrite.run() };
  });
  const generated = [...world.generated.values()];
  const used = peers.filter((peer) => generated.some((each) => each.peer === peer));
  const counts = new Map<string, number>();
  for (const { rewrite } of rewrites)
    for (const [name, count] of rewrite.counts) counts.set(name, (counts.get(name) ?? 0) + count);
  return {
    changes: rewrites
      .filter(({ source, after }) => after !== source.text)
      .map(({ source, after }) => ({ path: source.fileName, before: source.text, after })),
    left: [...[...world.orphans].map(orphan), ...rewrites.flatMap(({ rewrite }) => rewrite.left)],
    counts,
    generated,
    peers: used,
    services: generated.some(({ entities }) => [...entities.values()].some(({ desc }) => desc.kind === "service")),
    stillImports: (name) => rewrites.some(({ after }) => importsPackage(after, name)),
  };
}

function orphan([path, proto]: [path: string, proto: string]): Left {
  return {
    path,
    line: 1,
    column: 1,
    code: proto,
    why: "the proto of this generated file was not found: name its folder by --proto",
  };
}

function importsPackage(text: string, name: string): boolean {
  if (!text.includes(name)) return false;
  return ts
    .preProcessFile(text)
    .importedFiles.some(({ fileName }) => fileName === name || fileName.startsWith(`${name}/`));
}

function first<T, R>(all: readonly T[], get: (each: T) => R | undefined): R | undefined {
  for (const each of all) {
    const found = get(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

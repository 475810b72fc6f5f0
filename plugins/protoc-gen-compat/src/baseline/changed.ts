import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { InputError } from "../input-error.js";
import { createSchema, type Schema } from "../schema.js";
import type { Image, ImageFile } from "./image.js";

/** Two versions of a schema, as far as they differ. */
export interface Schemas {
  /** The old version. */
  readonly previous: Schema;
  /** The new version. */
  readonly next: Schema;
}

/**
 * The parts of two images that can differ: files whose content differs, the files that import them, and the imports of both.
 * Unchanged imports share their descriptors between both schemas. Throws InputError.
 */
export function changedSchemas(previous: Image, next: Image): Schemas {
  const touched = touchedFiles(previous, next);
  const inPrevious = withImports(touched, previous);
  const inNext = withImports(touched, next);
  // An untouched file is the same in both images, and so are all its imports.
  for (const name of inPrevious) if (!touched.has(name)) inNext.add(name);
  const after = describe(select(next, inNext), new Map());
  const before = describe(select(previous, inPrevious).map(sharedWith(next)), withoutAll(after, touched));
  return { previous: createSchema(before.values()), next: createSchema(after.values()) };
}

/** The whole image, changed or not. */
export function schemaOf(image: Image): Schema {
  return createSchema(describe(image.files, new Map()).values());
}

function touchedFiles(previous: Image, next: Image): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const file of previous.files) {
    const other = next.byName.get(file.name);
    if (other === undefined || !hasSameContent(file, other)) touched.add(file.name);
  }
  for (const { name } of next.files) if (!previous.byName.has(name)) touched.add(name);
  // A file that is the same in both has the same imports, which come first. One pass therefore finds all importers of touched files.
  for (const { name, dependencies } of next.files) {
    if (dependencies.some((each) => touched.has(each))) touched.add(name);
  }
  return touched;
}

function withImports(names: ReadonlySet<string>, image: Image): Set<string> {
  const found = new Set<string>();
  const rest = [...names].filter((name) => image.byName.has(name));
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    rest.push(...image.byName.get(name)!.dependencies);
  }
  return found;
}

/** Finds a file of the other image with the same content, so that it is decoded only once. */
function sharedWith(image: Image): (file: ImageFile) => ImageFile {
  return (file) => {
    const other = image.byName.get(file.name);
    return other !== undefined && hasSameContent(file, other) ? other : file;
  };
}

function hasSameContent(a: ImageFile, b: ImageFile): boolean {
  return Buffer.compare(a.content, b.content) === 0;
}

function select(image: Image, names: ReadonlySet<string>): ImageFile[] {
  return image.files.filter(({ name }) => names.has(name));
}

function withoutAll(files: ReadonlyMap<string, DescFile>, names: ReadonlySet<string>): Map<string, DescFile> {
  return new Map([...files].filter(([name]) => !names.has(name)));
}

/** Builds the descriptors of files that follow their imports, except those that are known already. */
function describe(files: readonly ImageFile[], known: ReadonlyMap<string, DescFile>): Map<string, DescFile> {
  try {
    return known.size === 0 ? describeAll(files) : describeBeside(files, known);
  } catch (e) {
    if (e instanceof InputError) throw e;
    throw new InputError(`cannot read image: ${(e as Error).message.split("\n")[0]}`);
  }
}

function describeAll(files: readonly ImageFile[]): Map<string, DescFile> {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files.map(({ proto }) => proto) }));
  return new Map(files.map(({ name }) => [name, registry.getFile(name)!]));
}

/** A registry accepts known files only as imports of a new one, so this builds an empty file that imports them all. */
function describeBeside(files: readonly ImageFile[], known: ReadonlyMap<string, DescFile>): Map<string, DescFile> {
  const root = create(FileDescriptorProtoSchema, { name: "", dependency: files.map(({ name }) => name).reverse() });
  const byName = new Map(files.map((file) => [file.name, file]));
  const registry = createFileRegistry(root, (name) => {
    const desc = known.get(name);
    // The imports are among the files too. The registry would visit them once for each path that leads to them.
    return desc === undefined ? byName.get(name)?.proto : { ...desc, dependencies: [] };
  });
  return new Map(files.map(({ name }) => [name, known.get(name) ?? registry.getFile(name)!]));
}

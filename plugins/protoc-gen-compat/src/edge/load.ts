import { statSync } from "node:fs";
import { resolve } from "node:path";
import { own } from "@protoloom/plugin-kit";
import { emptyImage, type Image } from "../baseline/image.js";
import { InputError } from "../input-error.js";
import { compileFolder, type Setup } from "./compile.js";
import { commitOf, compileAt, mergeBase, tagsLike } from "./git.js";
import { fromArchive, fromRegistry, isArchive } from "./package.js";
import { protosIn } from "./protos-in.js";
import { readImage } from "./read-image.js";

/** A version to compare with. */
export interface Baseline {
  /** How it was asked for, such as `git:main`. Shown in reports. */
  readonly name: string;
  /** Its compiled protos. */
  readonly image: Image;
}

/** Where to look for a baseline, and the folder to compile from a commit. */
export interface From extends Setup {
  /** The folder of protos. Commits are compiled from the same folder. */
  readonly folder: string;
  /** Called before a compiler starts. */
  readonly onCompile?: (name: string) => void;
}

/** The forms of a baseline with a prefix, such as `git:`. */
const forms: Readonly<Record<string, (rest: string, from: From) => Baseline[]>> = {
  git: (ref, from) => [atCommit(mergeBase(ref, from.cwd), `git:${ref}`, from)],
  ref: (ref, from) => [atCommit(commitOf(ref, from.cwd), `ref:${ref}`, from)],
  tag: (pattern, from) =>
    tagsLike(pattern, from.cwd)
      .slice(0, 1)
      .map((tag) => atCommit(tag, `tag:${tag}`, from)),
  tags: (pattern, from) => tagsLike(pattern, from.cwd).map((tag) => atCommit(tag, `tag:${tag}`, from)),
  npm(spec, from) {
    from.onCompile?.(`npm:${spec}`);
    const { name, image } = fromRegistry(spec, from.folder, from);
    return [{ name: `npm:${name}`, image }];
  },
};

const gitForms = ["git", "ref", "tag", "tags"];

/** The forms that `loadBaselines` accepts, as a phrase for error messages and help texts. */
export const baselineForms =
  "an image file, a folder of protos, git:BRANCH (the merge base), ref:COMMIT, tag:PATTERN (the latest), tags:PATTERN (all), npm:PACKAGE@VERSION or a package as a .tgz file";

/** Loads the baselines that `--against` names. Throws InputError. */
export function loadBaselines(against: string, from: From): Baseline[] {
  const [, form, rest] = /^(\w+):(.+)$/.exec(against) ?? [];
  const load = form === undefined ? undefined : own(forms, form);
  if (load !== undefined && rest !== undefined) return load(rest, from);
  if (!isArchive(against)) return [{ name: against, image: loadInput(against, from) }];
  from.onCompile?.(against);
  const { name, image } = fromArchive(against, from.folder, from);
  return [{ name, image }];
}

function atCommit(commit: string, name: string, from: From): Baseline {
  from.onCompile?.(name);
  const image = compileAt(commit, from.folder, name, from);
  return { name: image.files.length > 0 ? name : `${name}, which has no protos there`, image };
}

/**
 * Loads the input and its baselines. If all protos of the folder are gone but a commit still had some, the input is a version
 * without files. If neither has any, the folder's name is probably wrong. Throws InputError.
 */
export function loadBoth(against: readonly string[], from: From): { next: Image; baselines: Baseline[] } {
  let next: Image | InputError;
  try {
    next = loadInput(from.folder, from);
  } catch (e) {
    if (!(e instanceof InputError) || hasProtos(resolve(from.cwd, from.folder))) throw e;
    next = e;
  }
  if (next instanceof InputError && !against.every(isOfGit)) throw next;
  const baselines = against.flatMap((each) => loadBaselines(each, from));
  if (!(next instanceof InputError)) return { next, baselines };
  if (baselines.every(({ image }) => image.files.length === 0)) throw next;
  return { next: emptyImage, baselines };
}

function hasProtos(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (!stats.isDirectory() || protosIn(path).length > 0);
}

function isOfGit(against: string): boolean {
  const [, form] = /^(\w+):./.exec(against) ?? [];
  return form !== undefined && gitForms.includes(form);
}

/** An image file or a folder of protos. Throws InputError. */
export function loadInput(path: string, { onCompile, ...setup }: Omit<From, "folder">): Image {
  const full = resolve(setup.cwd, path);
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats === undefined) throw new InputError(`there is no ${path}: expected ${baselineForms}`);
  if (!stats.isDirectory()) return readImage(full, path);
  onCompile?.(path);
  return compileFolder(full, path, path, setup);
}

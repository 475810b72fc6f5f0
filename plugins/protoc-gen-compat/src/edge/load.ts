import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Image } from "../baseline/image.js";
import { compileFolder } from "./compile.js";
import { commitOf, compileAt, mergeBase, tagsLike } from "./git.js";
import { InputError } from "./input-error.js";
import { readImage } from "./read-image.js";

export interface Baseline {
  readonly name: string;
  readonly image: Image;
}

/** The forms of a baseline that begin with a word and a colon. `folder` is what is compiled of a commit. */
const forms: Readonly<Record<string, (rest: string, folder: string, cwd: string) => Baseline[]>> = {
  git: (ref, folder, cwd) => [atCommit(mergeBase(ref, cwd), `git:${ref}`, folder, cwd)],
  ref: (ref, folder, cwd) => [atCommit(commitOf(ref, cwd), `ref:${ref}`, folder, cwd)],
  tag: (pattern, folder, cwd) =>
    tagsLike(pattern, cwd)
      .slice(0, 1)
      .map((tag) => atCommit(tag, `tag:${tag}`, folder, cwd)),
  tags: (pattern, folder, cwd) => tagsLike(pattern, cwd).map((tag) => atCommit(tag, `tag:${tag}`, folder, cwd)),
};

export const baselineForms =
  "an image file, a folder of protos, git:BRANCH (the merge base), ref:COMMIT, tag:PATTERN (the latest) or tags:PATTERN (all)";

/** Loads what `--against` names. Throws InputError. */
export function loadBaselines(against: string, folder: string, cwd: string): Baseline[] {
  const [, form, rest] = /^(\w+):(.+)$/.exec(against) ?? [];
  if (form !== undefined && rest !== undefined && Object.hasOwn(forms, form)) return forms[form]!(rest, folder, cwd);
  return [{ name: against, image: loadInput(against, cwd) }];
}

function atCommit(commit: string, name: string, folder: string, cwd: string): Baseline {
  return { name, image: compileAt(commit, folder, name, cwd) };
}

/** An image file or a folder of protos. Throws InputError. */
export function loadInput(path: string, cwd: string): Image {
  const full = resolve(cwd, path);
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats === undefined) throw new InputError(`there is no ${path}: expected ${baselineForms}`);
  return stats.isDirectory() ? compileFolder(full, path, cwd) : readImage(full);
}

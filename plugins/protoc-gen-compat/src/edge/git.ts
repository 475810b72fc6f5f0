import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import type { Image } from "../baseline/image.js";
import { InputError } from "../input-error.js";
import { compileFolder } from "./compile.js";

/** The commit from which HEAD and a branch went apart: what is new in HEAD is compared with it. */
export function mergeBase(ref: string, cwd: string): string {
  commitOf(ref, cwd);
  return git(["merge-base", ref, "HEAD"], cwd, `${ref} and HEAD have no common commit`).trim();
}

export function commitOf(ref: string, cwd: string): string {
  topOf(cwd);
  return git(
    ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`],
    cwd,
    `git knows no ref ${JSON.stringify(ref)}`,
  ).trim();
}

/** The tags that a pattern matches, the latest version first. */
export function tagsLike(pattern: string, cwd: string): string[] {
  topOf(cwd);
  const tags = git(["tag", "--list", pattern, "--sort=-version:refname"], cwd, "git cannot list tags")
    .split("\n")
    .filter(Boolean);
  if (tags.length === 0) throw new InputError(`no git tag matches ${JSON.stringify(pattern)}`);
  return tags;
}

/** Compiles a folder as it was at a commit: its protos and the configuration of buf, nothing else. */
export function compileAt(commit: string, folder: string, name: string, cwd: string): Image {
  const top = topOf(cwd);
  const path = relative(top, resolve(cwd, folder)).replaceAll("\\", "/") || ".";
  const listed = git(["ls-tree", "-r", "-z", "--name-only", commit, "--", path], top, `git cannot read ${commit}`);
  const files = listed.split("\0").filter((file) => /\.proto$|(^|\/)buf(\.work)?\.(yaml|lock)$/.test(file));
  if (!files.some((file) => file.endsWith(".proto"))) throw new InputError(`there are no protos in ${path} at ${name}`);
  const temporary = mkdtempSync(join(tmpdir(), "compat-"));
  try {
    for (const file of files) {
      const target = join(temporary, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, git(["show", `${commit}:${file}`], top, `git cannot read ${file} at ${name}`));
    }
    return compileFolder(join(temporary, path), name, cwd, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function topOf(cwd: string): string {
  return git(["rev-parse", "--show-toplevel"], cwd, `there is no git repository around ${cwd}`).trim();
}

function git(args: readonly string[], cwd: string, otherwise: string): string {
  const result = spawnSync("git", args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (result.error !== undefined) throw new InputError(`cannot start git: ${result.error.message}`);
  if (result.status !== 0) throw new InputError(otherwise);
  return result.stdout;
}

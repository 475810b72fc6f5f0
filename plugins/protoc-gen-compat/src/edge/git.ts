import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, relative, resolve } from "node:path";
import { emptyImage, type Image } from "../baseline/image.js";
import { InputError } from "../input-error.js";
import { compileFolder, type ProtoPath, type Setup } from "./compile.js";
import { isListed, listedModules, workspaceFiles } from "./workspace.js";

/**
 * The merge base of HEAD and a branch: the baseline for changes in HEAD. Of the local branch and that of the remote, the one
 * counts that HEAD left later: a local branch that was not pulled for a while is behind. Throws InputError.
 */
export function mergeBase(ref: string, cwd: string): string {
  const bases = commitsOf(ref, cwd).flatMap((commit) => tryGit(["merge-base", commit, "HEAD"], cwd)?.trim() ?? []);
  if (bases.length === 1) return bases[0]!;
  const latest = bases.length === 0 ? "" : (tryGit(["merge-base", "--independent", ...bases], cwd) ?? "");
  const [base] = latest.split("\n").filter(Boolean);
  if (base !== undefined) return base;
  const isShallow = tryGit(["rev-parse", "--is-shallow-repository"], cwd)?.trim() === "true";
  const why = isShallow
    ? `${ref} and HEAD have no common commit in this shallow clone: fetch the whole history (git fetch --unshallow; fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 in GitLab CI)`
    : `${ref} and HEAD have no common commit`;
  throw new InputError(why);
}

/** The commit of a ref, or of the remote branch with that name: a CI checkout has no local branches. Throws InputError. */
export function commitOf(ref: string, cwd: string): string {
  return commitsOf(ref, cwd)[0]!;
}

/** The commits of a ref and of the remote branches with that name, at least one. Throws InputError. */
function commitsOf(ref: string, cwd: string): string[] {
  topOf(cwd);
  const commit = (name: string): string[] => {
    const found = tryGit(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`], cwd)?.trim();
    return found === undefined ? [] : [found];
  };
  const remotes = (tryGit(["remote"], cwd) ?? "").split("\n").filter(Boolean);
  const names = [...remotes].sort((a, b) => Number(b === "origin") - Number(a === "origin"));
  const found = [...commit(ref), ...names.flatMap((remote) => commit(`refs/remotes/${remote}/${ref}`))];
  if (found.length > 0) return found;
  const missing = names.map((remote) => `, nor "${remote}/${ref}": git fetch ${remote} ${ref} brings it`);
  throw new InputError(`git knows no ref ${JSON.stringify(ref)}${missing[0] ?? ""}`);
}

/** The tags that match a pattern, latest version first. */
export function tagsLike(pattern: string, cwd: string): string[] {
  topOf(cwd);
  const tags = git(["tag", "--list", pattern, "--sort=-version:refname"], cwd, "git cannot list tags")
    .split("\n")
    .filter(Boolean);
  if (tags.length === 0) throw new InputError(`no git tag matches ${JSON.stringify(pattern)}`);
  return tags;
}

/**
 * Compiles a folder as of a commit, with its workspace and proto paths: only protos and buf's configuration. If the folder did
 * not exist or contained no protos, the image has no files, so everything counts as new. Throws InputError.
 */
export function compileAt(commit: string, folder: string, name: string, setup: Setup): Image {
  const top = topOf(setup.cwd);
  const inTop = (path: string): string => relative(top, resolve(setup.cwd, path)).replaceAll("\\", "/") || ".";
  const path = inTop(folder);
  const own = neededAt(commit, path, top);
  if (!own.some(({ file }) => file.endsWith(".proto"))) return emptyImage;
  const workspace = workspaceAt(commit, path, top);
  const protoPaths = (setup.protoPaths ?? []).map((each) => ({ ...each, inTop: inTop(each.path) }));
  const around = [...(workspace === undefined ? [] : [workspace]), ...protoPaths.map(({ inTop }) => inTop)]
    .filter((each) => !each.startsWith(".."))
    .flatMap((each) => neededAt(commit, each, top));
  const temporary = mkdtempSync(join(tmpdir(), "compat-"));
  try {
    writeBlobs([...own, ...around], temporary, top);
    const moved = protoPaths.map(({ path, shown, inTop }): ProtoPath => {
      const then = join(temporary, inTop);
      return { path: !inTop.startsWith("..") && existsSync(then) ? then : path, shown };
    });
    return compileFolder(join(temporary, path), name, folder, { ...setup, protoPaths: moved });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The files below a path that a compiler needs. */
function neededAt(commit: string, path: string, top: string): Blob[] {
  return blobsAt(commit, path, top).filter(({ file }) => /\.proto$|(^|\/)buf(\.work)?\.(yaml|lock)$/.test(file));
}

/** The folder above a path whose configuration, at a commit, lists the path as a module. */
function workspaceAt(commit: string, path: string, top: string): string | undefined {
  for (let root = posix.dirname(path), last = path; root !== last; last = root, root = posix.dirname(root)) {
    const blobs = workspaceFiles.flatMap((file) => blobsAt(commit, posix.join(root, file), top));
    const inRoot = posix.relative(root, path);
    if (readBlobs(blobs, top).some((text) => isListed(inRoot, listedModules(text.toString())))) return root;
  }
  return undefined;
}

function writeBlobs(blobs: readonly Blob[], folder: string, top: string): void {
  const contents = readBlobs(blobs, top);
  for (const [i, { file }] of blobs.entries()) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, contents[i]!);
  }
}

interface Blob {
  readonly id: string;
  readonly file: string;
}

/** The files below a path at a commit, each as `mode type id\tfile`. Links and submodules are skipped. */
function blobsAt(commit: string, path: string, top: string): Blob[] {
  const listed = git(["ls-tree", "-r", "-z", commit, "--", path], top, `git cannot read ${commit}`);
  return listed.split("\0").flatMap((line) => {
    const [, id, file] = /^100\d{3} blob (\w+)\t(.*)$/s.exec(line) ?? [];
    return id === undefined || file === undefined ? [] : [{ id, file }];
  });
}

/** The contents of blobs in order, read by one process: `id type size\n`, the content and a line break for each. */
function readBlobs(blobs: readonly Blob[], top: string): Buffer[] {
  if (blobs.length === 0) return [];
  const input = blobs.map(({ id }) => `${id}\n`).join("");
  const { status, stdout } = spawnSync("git", ["cat-file", "--batch"], { cwd: top, input, maxBuffer: MOST_BYTES });
  if (status !== 0) throw new InputError(`git cannot read ${blobs.length} files`);
  let at = 0;
  return blobs.map(({ file }) => {
    const start = stdout.indexOf(10, at) + 1;
    const size = Number(stdout.toString("utf8", at, start).split(" ")[2]);
    if (!Number.isInteger(size)) throw new InputError(`git cannot read ${file}: it is not in this clone`);
    at = start + size + 1;
    return stdout.subarray(start, start + size);
  });
}

/** The limit of git's output. The protos of a large repository take tens of megabytes. */
const MOST_BYTES = 1 << 30;

function topOf(cwd: string): string {
  return git(["rev-parse", "--show-toplevel"], cwd, `there is no git repository around ${cwd}`).trim();
}

function git(args: readonly string[], cwd: string, otherwise: string): string {
  const stdout = tryGit(args, cwd);
  if (stdout === undefined) throw new InputError(otherwise);
  return stdout;
}

/** The output of git, or undefined if git fails. Throws InputError if git is not installed. */
function tryGit(args: readonly string[], cwd: string): string | undefined {
  const result = spawnSync("git", args, { cwd, encoding: "utf8", maxBuffer: MOST_BYTES });
  if (result.error !== undefined) throw new InputError(`cannot start git: ${result.error.message}`);
  return result.status === 0 ? result.stdout : undefined;
}

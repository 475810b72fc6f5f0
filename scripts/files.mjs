/** Sets of files, as the build steps name them: files or folders relative to the root, "!path" leaves one out. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "./run.mjs";

/** All existing files of the set, as sorted paths with "/". */
export function listFiles(paths) {
  const excluded = paths.filter((path) => path.startsWith("!")).map((path) => path.slice(1));
  const found = new Set();
  for (const path of paths) {
    if (!path.startsWith("!")) collect(path, excluded, found);
  }
  return [...found].sort();
}

function collect(path, excluded, found) {
  const absolute = join(root, path);
  if (excluded.includes(path) || path.endsWith(".tsbuildinfo") || !existsSync(absolute)) return;
  if (!statSync(absolute).isDirectory()) {
    found.add(path);
    return;
  }
  for (const name of readdirSync(absolute)) {
    if (name !== "node_modules") collect(`${path}/${name}`, excluded, found);
  }
}

/** One hash of the names and contents of the set. */
export function hashFiles(paths) {
  const hash = createHash("sha256");
  for (const file of listFiles(paths)) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Makes folder `to` equal to folder `from`, writing and deleting only what differs. */
export function syncTree(from, to) {
  const wanted = new Set(namesIn(from));
  for (const name of namesIn(to)) {
    if (!wanted.has(name)) rmSync(join(root, to, name));
  }
  for (const name of wanted) {
    const content = readFileSync(join(root, from, name));
    const target = join(root, to, name);
    if (existsSync(target) && content.equals(readFileSync(target))) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

/** Deletes files in `dist` whose source no longer exists: a stale file could still be imported. */
export function pruneOrphans(dist, src) {
  const sources = new Set(namesIn(src).map((name) => name.replace(/\.ts$/, "")));
  for (const name of namesIn(dist)) {
    if (!sources.has(name.replace(/\.d\.ts$|\.js$/, ""))) rmSync(join(root, dist, name));
  }
}

function namesIn(folder) {
  const absolute = join(root, folder);
  return listFiles([folder.split(sep).join("/")]).map((file) => relative(absolute, join(root, file)));
}

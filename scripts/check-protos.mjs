/**
 * `npm run check:protos`: buf lint and buf format on our own protos, and our own gate on the public ones, against the
 * last release or, before there is one, against main.
 *
 * The modules under STANDARD in buf.yaml are public. Their protos are compared as one set, by the names that imports
 * use, so that a module may move to another folder.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { protosIn } from "./protos.mjs";
import { exitOnFailure, root, run } from "./run.mjs";

const releases = "v[0-9]*";
const branches = ["origin/main", "main"];
const next = ".cache/gate/next";
const previous = ".cache/gate/previous";
const waivers = "compat.yaml";

await exitOnFailure(() => {
  const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");
  run(process.execPath, [buf, "lint"], "buf lint");
  run(process.execPath, [buf, "format", "--diff", "--exit-code"], "buf format --diff --exit-code");
  gate();
});

function gate() {
  const baseline = findBaseline();
  if (baseline === undefined) {
    console.log(`gate: nothing to compare with, as this clone has no release tag, no ${branches.join(" and no ")}`);
    return;
  }
  const name = `${baseline.name} (${baseline.commit.slice(0, 9)})`;
  rmSync(join(root, ".cache/gate"), { recursive: true, force: true });
  if (!writePrevious(baseline.commit)) {
    console.log(`gate: nothing to compare with, as ${name} has no public protos`);
    return;
  }
  writeNext();
  console.log(`gate: the public protos against ${name}`);
  const config = existsSync(join(root, waivers)) ? ["--config", waivers] : [];
  run(process.execPath, ["cli/bin/protoloom", "check", next, "--against", previous, ...config], "protoloom check");
}

/** The last release, or the merge base of HEAD and main. A shallow clone may have neither. */
function findBaseline() {
  const tag = git("describe", "--tags", "--abbrev=0", "--match", releases);
  if (tag !== undefined) return { name: tag.trim(), commit: git("rev-list", "-n1", tag.trim()).trim() };
  for (const name of branches) {
    const commit = git("merge-base", name, "HEAD");
    if (commit !== undefined) return { name, commit: commit.trim() };
  }
  return undefined;
}

/** Writes the public protos of a commit; returns whether there are any. */
function writePrevious(commit) {
  const config = git("show", `${commit}:buf.yaml`);
  const files = publicModules(config ?? "").flatMap((module) =>
    git("ls-tree", "-r", "-z", "--name-only", commit, "--", `${module}/`)
      .split("\0")
      .filter((file) => file.endsWith(".proto"))
      .map((file) => ({ file, name: file.slice(module.length + 1) })),
  );
  for (const { file, name } of files) writeFileSync(targetOf(previous, name), git("show", `${commit}:${file}`));
  return files.length > 0;
}

function writeNext() {
  for (const module of publicModules(readFileSync(join(root, "buf.yaml"), "utf8"))) {
    for (const name of protosIn(join(root, module))) copyFileSync(join(root, module, name), targetOf(next, name));
  }
}

function publicModules(bufYaml) {
  const { modules = [] } = parse(bufYaml) ?? {};
  return modules.filter(({ lint }) => lint?.use?.includes("STANDARD")).map(({ path }) => path);
}

function targetOf(folder, name) {
  const target = join(root, folder, name);
  mkdirSync(dirname(target), { recursive: true });
  return target;
}

/** The output of git. Undefined if it fails, as for a missing ref or file. */
function git(...args) {
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  return status === 0 ? stdout : undefined;
}

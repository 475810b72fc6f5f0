/**
 * `npm run release -- VERSION [--dry-run]` checks everything, gives all packages the version, closes the section of
 * CHANGELOG.md, packs, checks the tarballs, and makes the commit and its tag. Publishing is what CI does with the tag.
 *
 * VERSION is patch, minor, major, prerelease, or a version. A dry run says what would be done, packs and checks the
 * tarballs of the current version, and changes nothing that is committed.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { closeSection, notesOf } from "./changelog.mjs";
import { exitOnFailure, npm, root, run } from "./run.mjs";
import { tarballProblems } from "./tarball-problems.mjs";
import { currentVersion, nextVersion, withVersion } from "./versions.mjs";

await exitOnFailure(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { "dry-run": { type: "boolean" } } });
  const version = nextVersion(currentVersion(), positionals[0]);
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const day = new Date().toISOString().slice(0, 10);
  const texts = new Map([...withVersion(version), ["CHANGELOG.md", closeSection(changelog, version, day)]]);
  const notes = notesOf(changelog, "Unreleased") ?? "";
  await (values["dry-run"] ? rehearse : release)({ version, texts, notes, obstacles: obstaclesTo(version, changelog) });
});

/** The reasons why a release is not possible now. */
function obstaclesTo(version, changelog) {
  const branch = git("branch", "--show-current");
  return [
    branch !== "main" && `the branch is ${branch || "none"}, not main`,
    git("status", "--porcelain") !== "" && "there are changes that are not committed",
    git("tag", "--list", `v${version}`) !== "" && `the tag v${version} exists`,
    notesOf(changelog, "Unreleased") === undefined && 'CHANGELOG.md says nothing under "Unreleased"',
    notesOf(changelog, version) !== undefined && `CHANGELOG.md has a section for ${version}`,
  ].filter(Boolean);
}

async function release({ version, texts, notes, obstacles }) {
  if (obstacles.length > 0) throw new Error(`cannot release ${version}: ${obstacles.join("; ")}`);
  run("bash", [".ci/run"]);
  for (const [path, text] of texts) writeFileSync(join(root, path), text);
  try {
    npm("run", "goldens"); // generated files name the version of the plugin
    await packAndCheck();
  } catch (error) {
    throw new Error(`${error.message}; nothing was committed: "git restore ." takes back the version ${version}`);
  }
  run("git", ["commit", "--all", `--message=Release ${version}`], "git commit");
  const message = `Protoloom ${version}\n\n${notes}`;
  run("git", ["tag", "--annotate", "--cleanup=verbatim", `--message=${message}`, `v${version}`], "git tag");
  console.log(`\nReleased ${version} here. CI publishes it after:\n  git push --follow-tags`);
}

async function rehearse({ version, texts, notes, obstacles }) {
  for (const obstacle of obstacles) console.log(`would refuse: ${obstacle}`);
  console.log("would run .ci/run");
  for (const path of texts.keys()) console.log(`would write ${version} to ${path}`);
  console.log("would renew the goldens, which name the version");
  await packAndCheck();
  console.log(`would commit and tag v${version}, with these notes:\n\n${notes}`);
}

async function packAndCheck() {
  npm("run", "pack");
  const tarballs = readdirSync(join(root, "dist")).filter((file) => file.endsWith(".tgz"));
  if (tarballs.length === 0) throw new Error("npm run pack left no tarball in dist");
  for (const tarball of tarballs) {
    const problems = await tarballProblems(join(root, "dist", tarball));
    if (problems.length > 0) throw new Error(`dist/${tarball}:\n  ${problems.join("\n  ")}`);
    console.log(`checked dist/${tarball}: publint and attw find nothing`);
  }
}

function git(...args) {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`"git ${args.join(" ")}" failed: ${stderr.trim()}`);
  return stdout.trim();
}

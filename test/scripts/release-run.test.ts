/**
 * `npm run release` for real, in a clone without a remote: versions, changelog, commit and tag. The checks, the goldens and
 * the tarballs of all packages are replaced, as .ci/run and other tests run them.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { currentVersion, nextVersion } from "../../scripts/versions.mjs";

const root = join(import.meta.dirname, "../..");
/** Below the repository, so that scripts find its node_modules. */
const folder = join(root, ".cache/release");
const clone = join(folder, "clone");
const version = nextVersion(currentVersion(), "minor");
const env = {
  ...process.env,
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "a"],
      [`GIT_${who}_EMAIL`, "a@b.c"],
    ]),
  ),
  npm_execpath: join(folder, "npm.js"),
};

/** Packs a package of two lines, and renews a golden that names the version. */
const fakeNpm = `
  const { cpSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
  const step = process.argv[3];
  if (process.env.FAIL === step) process.exit(3);
  if (step === "goldens") writeFileSync("golden.txt", JSON.parse(readFileSync("plugins/kit/package.json")).version);
  if (step === "pack") {
    mkdirSync("dist", { recursive: true });
    cpSync(${JSON.stringify(join(folder, "tiny-1.0.0.tgz"))}, "dist/tiny-1.0.0.tgz");
  }`;

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "tiny"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
  writeFileSync(join(folder, "npm.js"), fakeNpm);
  const exports = { ".": { types: "./index.d.ts", default: "./index.js" } };
  const manifest = { name: "tiny", version: "1.0.0", license: "MIT", type: "module", exports, sideEffects: false };
  writeFileSync(join(folder, "tiny/package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "tiny/index.js"), "export const a = 1;\n");
  writeFileSync(join(folder, "tiny/index.d.ts"), "export declare const a: 1;\n");
  run("npm", ["pack", "--pack-destination", folder], join(folder, "tiny"), process.env);
  run("git", ["clone", "--quiet", "--shared", root, clone], folder);
  git("remote", "remove", "origin");
  git("checkout", "--quiet", "-B", "main");
  cpSync(join(root, "scripts"), join(clone, "scripts"), { recursive: true });
  writeFileSync(join(clone, ".ci/run"), "exit 0\n");
  writeFileSync(join(clone, "golden.txt"), currentVersion());
  git("add", "--all");
  git("commit", "--quiet", "--message=The tree of today");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a release", () => {
  test("that fails half way commits and tags nothing, and says how to start over", () => {
    const { status, stderr } = release("minor", { FAIL: "pack" });
    expect(status).toBe(1);
    expect(stderr).toContain(
      '"npm run pack" failed with exit code 3; nothing was committed: "git restore ." takes back',
    );
    expect(git("log", "-1", "--format=%s")).toBe("The tree of today");
    expect(git("tag", "--list", `v${version}`)).toBe("");
  });

  test("is refused while there are changes", () => {
    git("restore", ".");
    writeFileSync(join(clone, "golden.txt"), "mine");
    const { status, stderr } = release("minor");
    expect([status, stderr]).toEqual([
      1,
      `failed: cannot release ${version}: there are changes that are not committed\n`,
    ]);
    git("restore", ".");
  });

  test("makes one commit with the version everywhere, and a tag with the notes", () => {
    const notes = read("CHANGELOG.md").split("## Unreleased\n")[1]!.split(/^## /m)[0]!.trim();
    expect(release("minor")).toMatchObject({ status: 0, stderr: "" });
    expect(git("status", "--porcelain")).toBe("");
    expect(git("log", "-2", "--format=%s")).toBe(`Release ${version}\nThe tree of today`);
    expect(git("tag", "--list", `v${version}`, "--format=%(objecttype) %(contents)")).toBe(
      `tag Protoloom ${version}\n\n${notes}`,
    );
    expect(read("golden.txt")).toBe(version);
    expect(JSON.parse(read("package-lock.json")).packages["runtime/protobuf"].version).toBe(version);
    expect(JSON.parse(read("runtime/rpc/package.json")).version).toBe(version);
    expect(read("CHANGELOG.md")).toMatch(
      new RegExp(`^## Unreleased\n\n## ${version.replaceAll(".", "\\.")} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, "m"),
    );
  });

  test("is refused with nothing to release", () => {
    expect(release("patch").stderr).toContain('CHANGELOG.md says nothing under "Unreleased"');
    expect(release(version).stderr).toContain(`the tag v${version} exists`);
  });
});

function release(wanted: string, more: Record<string, string> = {}) {
  return spawnSync(process.execPath, ["scripts/release.mjs", wanted], {
    cwd: clone,
    env: { ...env, ...more },
    encoding: "utf8",
  });
}

function git(...args: string[]): string {
  return run("git", args, clone).trim();
}

function run(command: string, args: string[], cwd: string, environment: NodeJS.ProcessEnv = env): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: environment, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

function read(path: string): string {
  return readFileSync(join(clone, path), "utf8");
}

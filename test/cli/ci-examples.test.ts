/**
 * The commands of the examples for CI, run as they stand there, in repositories as the hosts make them: a checkout of a pull
 * request is detached and has no local branch, and the branch that it goes to is only in the remote.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");
const examples = join(root, "examples/ci");
const order = 'syntax = "proto3";\npackage shop.v1;\nmessage Order {\n  string author = 3;\n}\n';
const extended = order.replace("author = 3;", "author = 3;\n  string note = 4;");
const broken = order.replace("author = 3", "author = 4");
let folder: string;
let origin: string;
let clones = 0;

beforeAll(() => {
  mkdirSync(join(root, ".cache/tmp"), { recursive: true }); // below the repository, so that its compiler is found
  folder = mkdtempSync(join(root, ".cache/tmp/ci-"));
  origin = join(folder, "origin");
  mkdirSync(join(origin, "proto"), { recursive: true });
  git(origin, "init", "--quiet", "--initial-branch=main");
  git(origin, "commit", "--quiet", "--allow-empty", "-m", "empty");
  git(origin, "branch", "start");
  commit({ "proto/order.proto": order }, "first");
  for (const [branch, text] of Object.entries({ extend: extended, break: broken })) {
    git(origin, "checkout", "--quiet", "-b", branch, "main");
    commit({ "proto/order.proto": text }, branch);
  }
  git(origin, "checkout", "--quiet", "-b", "remove", "main");
  rmSync(join(origin, "proto/order.proto"));
  git(origin, "commit", "--quiet", "-am", "remove");
  git(origin, "checkout", "--quiet", "main");
  commit({ "README.md": "more" }, "meanwhile");
  for (const [i, branch] of ["extend", "break", "remove", "start"].entries()) {
    git(origin, "checkout", "--quiet", "--detach", "main");
    git(origin, "merge", "--quiet", "--no-ff", "-m", `merge ${branch}`, branch);
    git(origin, "update-ref", `refs/pull/${i}/merge`, "HEAD");
    git(origin, "update-ref", `refs/heads/pull-${branch}`, "HEAD");
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function git(cwd: string, ...args: string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd, encoding: "utf8" });
  expect({ args, status, stderr: status === 0 ? "" : stderr }).toEqual({ args, status: 0, stderr: "" });
}

function commit(files: Record<string, string>, message: string): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(origin, path), text);
  git(origin, "add", "--all");
  git(origin, "commit", "--quiet", "-m", message);
}

/** As actions/checkout does for a pull request: what it fetches, and a detached merge commit. GitLab does the like. */
function checkout(branch: string, ...depth: string[]): string {
  const clone = join(folder, `clone-${clones++}`);
  mkdirSync(clone);
  git(clone, "init", "--quiet", "--initial-branch=unused");
  git(clone, "remote", "add", "origin", `file://${origin}`);
  const merge = `+refs/heads/pull-${branch}:refs/remotes/pull/1/merge`;
  const all = depth.length === 0 ? ["+refs/heads/*:refs/remotes/origin/*"] : [];
  git(clone, "fetch", "--quiet", "--no-tags", ...depth, "origin", ...all, merge);
  git(clone, "checkout", "--quiet", "--force", "refs/remotes/pull/1/merge");
  return clone;
}

/** The command of an example, without what it needs of the host. */
function commandOf(file: string): string {
  const commands = textsIn(parse(readFileSync(join(examples, file), "utf8"))).filter((text) =>
    text.startsWith("npx protoloom "),
  );
  expect(commands).toHaveLength(1);
  return commands[0]!;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function run(command: string, cwd: string): { code: number | null; out: string; err: string } {
  const env = { ...process.env, GITHUB_BASE_REF: "main", CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" };
  const ours = command.replace("npx protoloom", `"${process.execPath}" "${join(root, "cli/bin/protoloom")}"`);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", ours], { cwd, env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

// The component reviews, which needs the API of a host: review.test.ts has it.
describe.each(readdirSync(examples).filter((file) => file !== "gitlab-component.yml"))("%s", (file) => {
  test("passes what keeps the protocol, and fails what breaks it", () => {
    const command = commandOf(file);
    expect(run(command, checkout("extend"))).toMatchObject({ code: 0, err: "" });
    const clone = checkout("break");
    expect(run(command, clone)).toMatchObject({ code: 100, err: "" });
    for (const [, output] of command.matchAll(/=(\S+)/g)) expect(existsSync(join(clone, output!))).toBe(true);
  });
});

const command = "npx protoloom check proto --against git:main";

describe("a checkout of a host", () => {
  test("in which all protos are gone has findings", () => {
    const { code, out, err } = run(command, checkout("remove"));
    expect({ code, err }).toEqual({ code: 100, err: "" });
    expect(out).toContain("shop.v1.Order was removed");
  });

  test("in which all protos are new passes, and says so", () => {
    const clone = checkout("extend");
    const { code, out, err } = run(command.replace("git:main", "git:start"), clone);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("(against git:start, which has no protos there)");
    const other = run("npx protoloom check nothing --against git:main", clone);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining("there is no nothing")]);
  });

  test("that is shallow says what to fetch", () => {
    const clone = checkout("break", "--depth=1");
    expect(run(command, clone)).toMatchObject({
      code: 1,
      err: 'protoloom check: git knows no ref "main", nor "origin/main": git fetch origin main brings it\n',
    });
    git(clone, "fetch", "--quiet", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main");
    expect(run(command, clone).err).toContain("in this shallow clone: fetch the whole history (git fetch --unshallow");
  });
});

describe("a developer's clone, in which a hook runs", () => {
  const hook = commandOf("pre-commit-config.yaml");

  /** A clone with a local main, and main of the remote two commits further; a branch off that. */
  function clone(...depth: string[]): string {
    const path = join(folder, `clone-${clones++}`);
    git(folder, "clone", "--quiet", "--no-local", ...depth, "--branch=extend", `file://${origin}`, path);
    return path;
  }

  test("whose main was not pulled is compared with the remote's", () => {
    const path = clone();
    git(path, "branch", "--force", "main", "origin/start"); // as on the day of the clone, when there were no protos
    expect(run(hook, path)).toMatchObject({ code: 0, out: expect.stringContaining("1 compatible") });
    writeFileSync(join(path, "proto/order.proto"), broken);
    expect(run(hook, path).code).toBe(100);
  });

  test("that has no main of its own is compared with the remote's", () => {
    const path = clone();
    git(path, "checkout", "--quiet", "--detach");
    writeFileSync(join(path, "proto/order.proto"), broken);
    expect(run(hook, path).code).toBe(100);
  });

  test("that is shallow says what to fetch", () => {
    const path = clone("--depth=1", "--no-single-branch");
    expect(run(hook, path).err).toContain("in this shallow clone: fetch the whole history");
    git(path, "fetch", "--quiet", "--unshallow");
    expect(run(hook, path)).toMatchObject({ code: 0, err: "" });
  });
});

describe("a waiver whose change was merged", () => {
  const waived = broken.replace(
    "  string",
    "  // compat-allow: field-number shop.v1.Order.author until 2099-12-31 by shop: nobody reads it\n  string",
  );
  const yaml =
    "# our policy\nwaivers:\n  # the first\n  - { element: shop.v1.Order.note, rule: field-number, reason: r, owner: o, expires: 2099-01-01 }\n";

  test("is spent: said in one line, without a failure, until --prune removes it", () => {
    const clone = checkout("break");
    writeFileSync(join(clone, "proto/order.proto"), waived);
    expect(run(command, clone).code).toBe(0);
    writeFileSync(join(clone, "proto/compat.yaml"), yaml);
    const next = "npx protoloom check proto --against ref:HEAD";
    const after = run(next, clone);
    expect(after.code).toBe(0);
    expect(after.out.split("\n").filter((line) => line.includes("spent, nothing is left to waive"))).toHaveLength(1);
    expect(run(`${next} --prune`, clone).err).toContain(
      "removed 2 spent waivers from proto/compat.yaml, proto/order.proto",
    );
    expect(readFileSync(join(clone, "proto/order.proto"), "utf8")).toBe(broken);
    expect(readFileSync(join(clone, "proto/compat.yaml"), "utf8")).toBe(
      "# our policy\nwaivers:\n  # the first\n  []\n",
    );
    expect(run(next, clone).out).not.toContain("spent");
  });
});

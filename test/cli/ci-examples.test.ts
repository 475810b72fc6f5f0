/** The commands of the examples for CI, run as they stand there: on a change that keeps the protocol, and on one that breaks it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");
const examples = join(root, "examples/ci");
const order = 'syntax = "proto3";\npackage shop.v1;\nmessage Order {\n  string author = 3;\n}\n';
let folder: string;

beforeAll(() => {
  mkdirSync(join(root, ".cache/tmp"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/tmp/ci-"));
  mkdirSync(join(folder, "proto"));
  writeFileSync(join(folder, "proto/order.proto"), order);
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "proto"],
    ["commit", "--quiet", "-m", "first"],
  ]) {
    expect(spawnSync("git", [...identity, ...args], { cwd: folder }).status).toBe(0);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(readdirSync(examples))("%s", (file) => {
  const commands = textsIn(parse(readFileSync(join(examples, file), "utf8"))).filter((text) =>
    text.startsWith("npx protoloom "),
  );
  expect(commands).toHaveLength(1);
  const args = commands[0]!.split(" ").slice(2);
  const run = (text: string): number | null => {
    writeFileSync(join(folder, "proto/order.proto"), text);
    return spawnSync(process.execPath, [join(root, "cli/bin/protoloom"), ...args], { cwd: folder }).status;
  };
  expect(run(order.replace("author = 3;", "author = 3;\n  string note = 4;"))).toBe(0);
  expect(run(order.replace("author = 3", "author = 4"))).toBe(100);
  for (const [, output] of commands[0]!.matchAll(/=(\S+)/g)) expect(existsSync(join(folder, output!))).toBe(true);
});

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

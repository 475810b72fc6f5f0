/** A part of `npm run fuzz:http2`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const root = join(fileURLToPath(import.meta.url), "../../../../..");

test("3,000 mutated conversations: no throw, no hang, bounded memory", () => {
  const run = spawnSync(process.execPath, ["test/fuzz/http2.mjs", "--runs", "3000"], { cwd: root, encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  expect(run.stdout).toMatch(/^3000 conversations/);
}, 60_000);

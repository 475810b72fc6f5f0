/** The table of rules is the folder of rules: each file holds one, and its name is its id. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Rule } from "../../../plugins/protoc-gen-compat/src/rule.js";
import { rules } from "../../../plugins/protoc-gen-compat/src/rules/index.js";

const folder = join(import.meta.dirname, "../../../plugins/protoc-gen-compat/src/rules");
const files = readdirSync(folder)
  .filter((file) => file !== "index.ts")
  .map((file) => file.replace(/\.ts$/, ""));

describe("rules", () => {
  test("every file of the folder is registered, under its name", () => {
    expect(rules.map(({ id }) => id).sort()).toEqual(files.sort());
  });

  test.each(rules.map((rule): [string, Rule] => [rule.id, rule]))("%s says what, why and how to fix", (_, rule) => {
    for (const sentence of [rule.purpose, rule.why, rule.fix]) expect(sentence).toMatch(/^[A-Z\w].*\.$/);
    expect(rule.surfaces.length).toBeGreaterThan(0);
  });
});

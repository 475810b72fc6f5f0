/**
 * Every diagnostic has a folder of its name: in `failing` what it finds, with the message as it is expected, in `mended`
 * the same without the mistake. A folder without a proto has that beside the folders.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { checks } from "../../../plugins/protoc-gen-envoy/src/checks/index.js";
import { expectFile } from "../../golden.js";
import { fromRoot, generateFolder, root } from "./generate.js";

const folder = join(root, "test/plugins/protoc-gen-envoy/diagnostics");
const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Problems found while the files are read, before there is a model. */
const ofReading = ["syntax", "unknown-key", "missing-key", "invalid-value"];

let stderr: jest.SpiedFunction<typeof process.stderr.write>;
beforeAll(() => {
  stderr = jest.spyOn(process.stderr, "write");
});
afterAll(() => stderr.mockRestore());

const run = (name: string, side: "failing" | "mended") => generateFolder(join(folder, name, side));

describe("diagnostics", () => {
  test("each has its fixtures, and no others are there", () => {
    expect([...checks.map(({ id }) => id), ...ofReading].sort()).toEqual(cases.sort());
    expect(checks.length).toBeGreaterThanOrEqual(20);
  });

  test("each check is a file of its name", () => {
    const files = readdirSync(join(root, "plugins/protoc-gen-envoy/src/checks")).filter((file) => file !== "index.ts");
    expect(checks.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
    for (const { why, fix } of checks)
      for (const sentence of [why, fix]) expect(sentence).toMatch(/^(?:[A-Z]|gRPC).*\.$/);
  });

  test.each(cases)("%s", (name) => {
    const told: string[] = [];
    stderr.mockImplementation((text) => told.push(String(text)) > 0);
    const failing = run(name, "failing");
    const expected = join(folder, name, "failing/expected.txt");
    const isTold = name === "setting-without-effect"; // all others refuse
    const text = isTold ? told.join("").trimEnd() : failing.error;
    const message = `${text.replaceAll(`${fromRoot(join(folder, name, "failing"))}/`, "")}\n`;
    expectFile(expected, message);
    expect(message).toMatch(/^[\w.]+:\d+:\d+: /);
    const found = [...message.matchAll(/\((?<check>[\w-]+)\)$/gm)].map(({ groups }) => groups?.check);
    expect([...new Set(found)]).toEqual([name]);
    expect(Object.keys(failing.files).length).toBe(isTold ? 1 : 0);

    told.length = 0;
    const mended = run(name, "mended");
    expect([mended.error, told]).toEqual(["", []]);
    expect(Object.keys(mended.files).filter((file) => !file.startsWith("secrets/"))).toEqual(["envoy.yaml"]);
  });
});

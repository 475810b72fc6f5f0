import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as main from "@bufbuild/protobuf";
import * as reflect from "@bufbuild/protobuf/reflect";
import * as txtpb from "@bufbuild/protobuf/txtpb";
import * as wkt from "@bufbuild/protobuf/wkt";
import { expect, test } from "@jest/globals";

/** Functions that see no message and no descriptor: nothing of ours can go wrong in them. */
const unrelated = new Set(
  (
    "buildPath isFieldError parsePath pathToString protoCamelCase protoSnakeCase qualifiedName safeObjectProperty " +
    "isScalarZeroValue scalarEquals scalarZeroValue"
  ).split(" "),
);

// When protobuf-es gets a function more, it gets a test here, or a reason not to.
test("each function that protobuf-es exports is called in these tests", () => {
  const folder = dirname(fileURLToPath(import.meta.url));
  const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const source = tests.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const functions = [main, reflect, txtpb, wkt].flatMap((module) =>
    Object.entries(module).filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name)),
  );
  const called = (name: string) => new RegExp(`\\b${name}\\(`).test(source);
  expect(functions.length).toBeGreaterThan(50);
  expect(functions.map(([name]) => name).filter((name) => !unrelated.has(name) && !called(name))).toEqual([]);
});

/** The option of a field that changes its TypeScript type is a change like any other: its witness compiles on one side. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "@jest/globals";
import { changedSchemas } from "../../plugins/protoc-gen-compat/src/baseline/changed.js";
import { type Image, parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { check } from "../../plugins/protoc-gen-compat/src/check/check.js";
import { writeFiles } from "../files.js";
import { compile } from "../plugins/compile.js";
import { generate } from "../plugins/protoc-gen-ts/generate.js";
import { scratchFolder, typeCheck } from "../plugins/protoc-gen-ts/type-check.js";

const optionsProto = "protoloom/ts/v1/options.proto";
const own = readFileSync(join(import.meta.dirname, "../../plugins/protoc-gen-ts/proto", optionsProto), "utf8");
const shapes = ["TIME_MESSAGE", "TIME_DATE", "TIME_TEMPORAL", "TIME_STRING"];
const changes = shapes.flatMap((a) => shapes.filter((b) => b !== a).map((b) => [a, b] as const));

test.each(changes)("%s becomes %s", (before, after) => {
  const sides = [before, after].map(sourcesOf);
  const [previous, next] = sides.map((sources) => {
    const file = compile(sources);
    return parseImage(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })), "image");
  }) as [Image, Image];
  const schemas = changedSchemas(previous, next);
  const witnesses = check(schemas.previous, schemas.next).flatMap(({ effects }) =>
    effects.flatMap(({ surface, witness }) => (surface === "typescript" && witness ? [witness.data] : [])),
  );
  expect(witnesses).toHaveLength(1);
  const errors = sides.map((sources, i) => {
    const folder = scratchFolder(`time-option-${before}-${after}-${i}`);
    writeFiles(folder, generate(sources));
    writeFiles(folder, [["witness.ts", witnesses[0]!]]);
    return typeCheck(folder);
  });
  expect(errors[0]).toBe("");
  expect(errors[1]).toMatch(/witness\.ts.*error TS2322/);
});

function sourcesOf(shape: string): Record<string, string> {
  const field = `google.protobuf.Timestamp at = 1 [(protoloom.ts.v1.field).time = ${shape}];`;
  const imports = `import "google/protobuf/timestamp.proto"; import "${optionsProto}";`;
  return { "a.proto": `syntax = "proto3"; package a; ${imports} message A { ${field} }`, [optionsProto]: own };
}

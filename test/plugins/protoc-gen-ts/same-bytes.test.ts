/** Same request, same bytes: whatever runs beside it, and in whatever order its files come. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { clone } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { readFiles } from "../../files.js";
import { requestFor } from "../compile.js";
import { answer } from "./generate.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const sources = Object.fromEntries(
  Object.entries(readFiles(join(root, "test/protos"), ".proto")).filter(([path]) => path.startsWith("features/")),
);

function outputOf(request: CodeGeneratorRequest): Record<string, string> {
  const { error, file } = answer(request);
  expect(error).toBe("");
  return Object.fromEntries(file.map(({ name, content }) => [name, content]));
}

describe.each(["target=ts", "target=js"])("%s", (parameter) => {
  const request = requestFor(sources, parameter);
  const first = outputOf(request);

  test("again", () => {
    expect(Object.keys(first).length).toBeGreaterThan(5);
    expect(outputOf(request)).toEqual(first);
  });

  test("files in another order", () => {
    const fileToGenerate = [...request.fileToGenerate].reverse();
    expect(outputOf({ ...request, fileToGenerate })).toEqual(first);
    const isLast = (name: string): number => Number(name.includes("proto2"));
    const protoFile = [...request.protoFile].sort((a, b) => isLast(a.name) - isLast(b.name));
    expect(outputOf({ ...request, protoFile })).toEqual(first);
  });

  test("one file at a time, as protoc and buf may ask", () => {
    const apart = request.fileToGenerate.map((name) => outputOf({ ...request, fileToGenerate: [name] }));
    expect(Object.assign({}, ...apart)).toEqual(first);
  });

  test("the request stays as it was", () => {
    const before = request.protoFile.map((file) => clone(FileDescriptorProtoSchema, file));
    outputOf({ ...request, parameter: `${parameter},int64=string` });
    expect(request.protoFile).toEqual(before);
  });

  test("nothing in it tells where or when it was made", () => {
    const year = new RegExp(`\\b${new Date().getFullYear()}\\b`);
    for (const text of Object.values(first)) {
      expect(text).not.toContain(root);
      expect(text).not.toContain(process.cwd());
      expect(text.replaceAll(/edition 2\d{3}/g, "")).not.toMatch(year);
    }
  });
});

/** protoc-gen-ts as protoc and buf start it: a process, standard input and output, an exit code. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { requestFor } from "../compile.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../plugins/protoc-gen-ts");

function run(input: string | Uint8Array, ...args: string[]) {
  const plugin = join(folder, "bin/protoc-gen-ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [plugin, ...args], { input });
  return { status, stdout: new Uint8Array(stdout), stderr: stderr.toString(), text: stdout.toString() };
}

const request = requestFor({ "a.proto": 'edition = "2024"; package a; message A { int32 x = 1; }' }, "target=js");
const bytes = toBinary(CodeGeneratorRequestSchema, request);

test("a request is answered on standard output", () => {
  const { status, stdout, stderr } = run(bytes);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  expect(response.file.map(({ name }) => name)).toEqual(["a_pb.js", "a_pb.d.ts"]);
  expect(response.error).toBe("");
  expect(response).toMatchObject({
    supportedFeatures: 3n, // proto3 optional, editions
    minimumEdition: 998,
    maximumEdition: 1002,
  });
});

test("a bad request is answered too: an error, no files, exit code 0", () => {
  const { status, stdout, stderr } = run(toBinary(CodeGeneratorRequestSchema, { ...request, parameter: "colour=red" }));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  expect(response.file).toEqual([]);
  expect(response.error).toContain('unknown option "colour=red"');
});

describe("what is no request ends with exit code 1 and one line", () => {
  test.each([
    ["nothing", ""],
    ["text", "syntax = 'proto3';\n"],
    ["garbage", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)],
    ["a request that is cut off", bytes.subarray(0, bytes.length - 7)],
    ["endless nesting", new Uint8Array(100_000).fill(0x0b)],
  ])("%s", (_, input) => {
    const { status, stdout, stderr } = run(input);
    expect({ status, stdout: stdout.length }).toEqual({ status: 1, stdout: 0 });
    expect(stderr).toMatch(/^protoc-gen-ts: expected a CodeGeneratorRequest on standard input, got [^\n]+\n$/);
  });
});

test("whatever a request is cut down to, there is no stack trace and no half of an answer", () => {
  for (let length = 1; length < 60; length += 7) {
    const { status, stdout, stderr } = run(bytes.subarray(0, length));
    expect(stderr).not.toMatch(/\n\s+at /);
    if (status === 0) expect(fromBinary(CodeGeneratorResponseSchema, stdout)).toMatchObject({ file: [], error: /./ });
    else expect(stdout.length).toBe(0);
  }
});

test("--help lists the options, --version is that of the package", () => {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(run("", "--version")).toMatchObject({ status: 0, text: `${version}\n` });
  const help = run("", "--help");
  expect(help).toMatchObject({ status: 0, stderr: "" });
  expect(help.text).toContain("--ts_out=");
  expect(help.text).toContain("import_extension=");
  expect(run("", "-h").text).toBe(help.text);
});

test("any other argument is refused with the same help", () => {
  const { status, text, stderr } = run("", "x.proto");
  expect({ status, text }).toEqual({ status: 1, text: "" });
  expect(stderr).toContain('unexpected argument "x.proto"');
  expect(stderr).toContain("--ts_out=");
});

/**
 * Every folder in golden/ is a case: proto files in in/, a line of options, and what comes of them in expected/, with what the
 * plugin warns of.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readRequest, respond } from "@protoloom/plugin-kit";
import { transform } from "esbuild";
import { protocGenTsValidate } from "../../../plugins/protoc-gen-ts-validate/src/plugin.js";
import { readFiles } from "../../files.js";
import { expectFolder } from "../../golden.js";
import { writeDescriptors } from "../../interop/protovalidate/descriptors.mjs";
import { requestFor, type Sources } from "../compile.js";

const golden = join(dirname(fileURLToPath(import.meta.url)), "golden");
const temporary = mkdtempSync(join(tmpdir(), "protoloom-validate-"));
const descriptors = join(temporary, "validate.binpb");

beforeAll(() => writeDescriptors(descriptors));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

test.each(readdirSync(golden).sort())("golden: %s", async (name) => {
  const folder = join(golden, name);
  const options = existsSync(join(folder, "options")) ? readFileSync(join(folder, "options"), "utf8").trim() : "";
  const { error, file, warnings } = answer(readFiles(join(folder, "in")), options);
  expect(error).toBe("");
  const made = Object.fromEntries(file.map((each) => [each.name, each.content]));
  // it parses, whatever the schema has
  for (const each of file) await transform(each.content, { loader: each.name.endsWith(".js") ? "js" : "ts" });
  expectFolder(
    join(folder, "expected"),
    warnings.length === 0 ? made : { ...made, warnings: `${warnings.join("\n")}\n` },
  );
});

describe("rules that are wrong", () => {
  const wrong = (rules: string, name = "a"): string => `int32 ${name} = 1 [${rules}];`;
  test.each([
    [
      wrong("(buf.validate.field).string.min_len = 1"),
      '"string" rules are for another type: x.M.a takes "int32" rules',
    ],
    [
      wrong('(buf.validate.field).cel = {id: "i", expression: "this.b > 0"}'),
      'i: type "int" does not support field selection',
    ],
    [wrong('(buf.validate.field).cel = {id: "i", expression: "this > "}'), "i: "],
    [wrong('(buf.validate.field).cel = {id: "i", expression: "this"}'), "i: a rule must give bool or string, not int"],
    [wrong('(buf.validate.field).cel = {id: "i", expression: "that > 1"}'), 'i: undeclared reference to "that"'],
    [
      wrong('(buf.validate.field).cel = {id: "i", expression: "this == \'a\'"}'),
      'i: found no matching overload for "_==_" applied to (int, string)',
    ],
    [
      wrong('(buf.validate.field).cel = {id: "i", expression: "this.startsWith(\'a\')"}'),
      'i: found no matching overload for "startsWith" applied to (int, string)',
    ],
    ['string a = 1 [(buf.validate.field).string.pattern = "("];', 'string.pattern: invalid pattern "("'],
    [
      'option (buf.validate.message).cel = {id: "i", expression: "this.b > 0"}; int32 a = 1;',
      'i: undefined field "b" of x.M',
    ],
    [
      'option (buf.validate.message).oneof = {fields: ["b"]}; int32 a = 1;',
      'x.M has no field "b", which a oneof rule names',
    ],
    ['option (buf.validate.message).oneof = {fields: ["a", "a"]}; int32 a = 1;', 'a oneof rule of x.M names "a" twice'],
    ["option (buf.validate.message).oneof = {}; int32 a = 1;", "a oneof rule of x.M names no field"],
  ])("%s", (body, message) => {
    const source = {
      "x.proto": `syntax = "proto3";\npackage x;\nimport "buf/validate/validate.proto";\nmessage M { ${body} }`,
    };
    const { error, file } = answer(source, "");
    expect(error).toContain(`x.proto:4:1: rules of x.M: ${message}`);
    expect(file).toEqual([]);
    const thrown = answer(source, "invalid_rules=throw");
    expect(thrown.error).toBe("");
    expect(thrown.file[0]!.content).toContain("throw new CompilationError(");
  });

  test("fallback=error tells what is not compiled", () => {
    const source = `syntax = "proto3"; import "buf/validate/validate.proto"; message M { int32 a = 1 [(buf.validate.field).cel = {id: "i", expression: "dyn(this) == 1"}]; }`;
    const { error } = answer({ "x.proto": source }, "fallback=error");
    expect(error).toBe("x.proto:1:58: rules of M: i: dyn() leaves types to the time when it runs");
  });
});

test("a schema without rules makes no file", () => {
  expect(answer({ "x.proto": 'syntax = "proto3"; message M {}' }, "").file).toEqual([]);
});

type Answer = Pick<CodeGeneratorResponse, "error" | "file"> & { readonly warnings: string[] };

function answer(sources: Sources, options: string): Answer {
  const warnings: string[] = [];
  const plugin = protocGenTsValidate((text) => void warnings.push(text));
  const request = readRequest(toBinary(CodeGeneratorRequestSchema, requestFor(sources, options, [descriptors])));
  const { error, file } = fromBinary(CodeGeneratorResponseSchema, Buffer.concat([...respond(plugin, request)]));
  return { error, file, warnings };
}

/**
 * Every folder in golden/ is a case: proto files in in/, a line of options, and what comes of them in expected/.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { readRequest, respond } from "@protoloom/plugin-kit";
import { build } from "esbuild";
import { protocGenTsGrpc } from "../../../plugins/protoc-gen-ts-grpc/src/plugin.js";
import { readFiles } from "../../files.js";
import { expectFolder } from "../../golden.js";
import { requestFor } from "../compile.js";

const here = dirname(fileURLToPath(import.meta.url));
const golden = join(here, "golden");

describe("golden", () => {
  test.each(readdirSync(golden).sort())("%s", (name) => {
    const folder = join(golden, name);
    const options = existsSync(join(folder, "options")) ? readFileSync(join(folder, "options"), "utf8").trim() : "";
    const { error, file } = answer(requestFor(readFiles(join(folder, "in")), options));
    expect(error).toBe("");
    const made = Object.fromEntries(file.map((each) => [each.name, each.content]));
    expectFolder(join(folder, "expected"), made);
  });
});

test("target=dts writes the declarations of target=js alone", () => {
  const sources = readFiles(join(golden, "target-js/in"));
  const [js, dts] = ["js", "dts"].map((target) => answer(requestFor(sources, `target=${target}`)).file);
  expect(dts).toHaveLength(1);
  const declarations = js!.find(({ name }) => name.endsWith(".d.ts"))!;
  expect(dts).toEqual([{ ...declarations, content: declarations.content.replace("target=js", "target=dts") }]);
});

test("a bad option is told with those that there are", () => {
  const { error } = answer(requestFor({ "a.proto": `syntax = "proto3";` }, "target=jss"));
  expect(error).toBe('invalid option "target=jss": expected target=ts|js|dts|js+dts');
});

test("one service of a file brings neither the other nor its messages", async () => {
  const contents = `import { Audits } from "./test/gen/js/rpc/orders_grpc.js"; console.log(Audits.typeName);`;
  const root = join(here, "../../..");
  const options = { bundle: true, format: "esm", write: false, treeShaking: true } as const;
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, resolveDir: root },
    external: ["@protoloom/*"],
  });
  const text = outputFiles[0]!.text;
  expect(text).toContain("test.rpc.Audits");
  expect(text).toContain("test.rpc.Query");
  expect(text).not.toContain('"test.rpc.Orders"');
  expect(text).not.toContain("class Order");
});

function answer(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const pieces = respond(protocGenTsGrpc, readRequest(toBinary(CodeGeneratorRequestSchema, request)));
  return fromBinary(CodeGeneratorResponseSchema, Buffer.concat([...pieces]));
}

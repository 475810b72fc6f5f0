/**
 * The contract with @bufbuild/protoplugin: one plugin, run by its engine and by ours on the requests that protoc makes,
 * gives the same bytes.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
  Edition,
} from "@bufbuild/protobuf/wkt";
import * as protoplugin from "@bufbuild/protoplugin";
import { afterAll, describe, expect, test } from "@jest/globals";
import * as kit from "../../../plugins/kit/src/public.js";
import { readWholeRequest } from "../../../plugins/kit/src/read-request.js";
import { respond } from "../../../plugins/kit/src/respond.js";
import { sample, transpiled } from "./protoplugin/sample.js";

const root = join(import.meta.dirname, "../../..");
const temporary = mkdtempSync(join(tmpdir(), "protoloom-contract-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const protos = readdirSync(join(root, "test/protos"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".proto"))
  .map((path) => path.replaceAll("\\", "/"))
  .sort();
const own = dump(protos, [join(root, "test/protos")]);
const wkt = dump(["google/protobuf/struct.proto", "google/protobuf/descriptor.proto"], []);

const parameters = [
  "",
  "target=ts",
  "target=js",
  "target=dts",
  "target=ts+js+dts,import_extension=js",
  "target=ts,import_extension=.ts,ts_nocheck=true",
  "target=js+dts,js_import_style=legacy_commonjs,import_extension=js",
  "target=ts,elide_plugin_version=true,keep_empty_files=true",
  "target=ts,bootstrap_wkt=true",
  "target=ts,note=first,note=second,ts_nocheck=1",
  "target=ts,map_imports=interop/:@shop/protos/,map_imports=**/proto2.proto:elsewhere",
  "target=ts,rewrite_imports=./interop/*_pb.js:@shop/protos,rewrite_imports=some-package:other,import_extension=js",
];

/** Where protoplugin's comments are wrong: it escapes no quotes of JSON names, only the first of defaults, and bytes twice. */
const corrections: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/default = "a \\"quoted" \n +\* {2}text «é🎉»"/, 'default = "a \\"quoted\\" \\n text «é🎉»"'],
  [/json_name = "@odd "name""/, 'json_name = "@odd \\"name\\""'],
  [/default = "\\000\\377\\\\"/, 'default = "\\000\\377\\"'],
];

describe("our test protos", () => {
  test.each(parameters)('with "%s" give the same files', (parameter) => {
    const request = withParameter(own, parameter);
    const expected = protoplugin.createEcmaScriptPlugin(sample).run(request());
    const plugin = kit.createEcmaScriptPlugin(sample);
    expectSame(plugin.run(request()), expected);
    expectSame(plugin.run(readWholeRequest(toBinary(CodeGeneratorRequestSchema, request()))), expected);
  });

  test.each(["target=js", "target=ts+dts", "target=ts"])('with "%s" are transpiled alike', (parameter) => {
    const request = withParameter(own, parameter);
    const expected = protoplugin.createEcmaScriptPlugin(transpiled).run(request());
    expectSame(kit.createEcmaScriptPlugin(transpiled).run(request()), expected);
  });
});

test.each(["", "target=ts,bootstrap_wkt=true"])('well-known types with "%s" give the same files', (parameter) => {
  const request = withParameter(wkt, parameter);
  const expected = protoplugin.createEcmaScriptPlugin(sample).run(request());
  expectSame(kit.createEcmaScriptPlugin(sample).run(request()), expected);
});

describe("the engine", () => {
  const parts = (parameter: string, bytes = own): Uint8Array[] => [
    ...respond(
      kit.createEcmaScriptPlugin(sample),
      readWholeRequest(toBinary(CodeGeneratorRequestSchema, withParameter(bytes, parameter)())),
    ),
  ];

  test("sends each file when it is ready", () => {
    const abilities = 1;
    expect(parts("target=ts").length).toBe(abilities + 2 * (protos.length + 1)); // the head and the text of each
  });

  test("decodes SourceCodeInfo, and files that it has in a better version, only when they are read", () => {
    const request = readWholeRequest(own);
    const isLazy = (object: object, key: PropertyKey): boolean =>
      Object.getOwnPropertyDescriptor(object, key)?.get !== undefined;
    expect(isLazy(request.protoFile, request.protoFile.length - 1)).toBe(true);
    const file = request.sourceFileDescriptors[0]!;
    expect(isLazy(file, "sourceCodeInfo")).toBe(true);
    expect(file.sourceCodeInfo!.location.length).toBeGreaterThan(1);
    expect(isLazy(file, "sourceCodeInfo")).toBe(false);
    expect(toBinary(CodeGeneratorRequestSchema, request).length).toBe(own.length);
  });

  test("reports all options that are wrong at once, in the response", () => {
    const { error, file } = kit
      .createEcmaScriptPlugin(sample)
      .run(withParameter(own, "target=es5,ts_nocheck=maybe,what=1")());
    expect(file).toEqual([]);
    expect(error.split("\n")).toEqual([
      'invalid option "target=es5": expected target=js|ts|dts|js+dts|…',
      'invalid option "ts_nocheck=maybe": expected ts_nocheck=false|true',
      'invalid option "what=1": unknown option "what"',
    ]);
  });

  test("says what a plugin without a function for JavaScript can do", () => {
    const { name, version, generateTs } = sample;
    const { error } = kit.createEcmaScriptPlugin({ name, version, generateTs }).run(withParameter(own, "")());
    expect(error).toBe(
      "cannot write js and dts: protoc-gen-sample generates ts; expected target=ts, got js+dts, the default",
    );
  });

  test("keeps to the editions of the plugin", () => {
    const plugin = kit.createEcmaScriptPlugin({
      ...sample,
      minimumEdition: Edition.EDITION_2024,
      maximumEdition: Edition.EDITION_2024,
    });
    const { error, minimumEdition } = plugin.run(withParameter(own, "")());
    expect(minimumEdition).toBe(Edition.EDITION_2024);
    expect(error).toContain("features/proto3.proto: edition proto3 is not supported: expected 2024 to 2024");
    expect(error).not.toContain("google/protobuf/timestamp.proto"); // it is only imported
  });

  test("reports an error of the plugin in the schema with its place", () => {
    const { name, version } = sample;
    const plugin = kit.createEcmaScriptPlugin({
      name,
      version,
      generateTs: ({ files }) => {
        const message = files
          .flatMap((file) => file.messages)
          .find((each) => each.typeName === "interop.proto3.Order")!;
        throw new kit.PluginError(`${kit.locate(message)}: no orders, please`);
      },
    });
    expect(plugin.run(withParameter(own, "target=ts")()).error).toMatch(
      /^interop\/proto3\.proto:\d+:1: no orders, please$/,
    );
  });

  test("refuses names in either version of a file that would become code", () => {
    const request = withParameter(own, "target=ts")();
    request.protoFile.at(-1)!.messageType[0]!.name = "A{}; process.exit()";
    expect(kit.createEcmaScriptPlugin(sample).run(request).error).toContain("A{}; process.exit()");
  });
});

describe("getComments, getDeclarationString and the like", () => {
  test("say what protoplugin's say", () => {
    const seen: unknown[] = [];
    const collect = (api: typeof protoplugin | typeof kit): unknown[] => {
      const found: unknown[] = [];
      const generateTs: typeof sample.generateTs = ({ files, typesInFile }) => {
        for (const file of files) {
          found.push(api.getPackageComments(file), api.getSyntaxComments(file));
          for (const type of typesInFile(file)) {
            found.push(api.getComments(type));
            if (type.kind === "message") found.push(...type.fields.map((field) => api.getDeclarationString(field)));
          }
        }
      };
      api.createEcmaScriptPlugin({ name: "x", version: "1", generateTs }).run(withParameter(own, "target=ts")());
      seen.push(found.length);
      return found;
    };
    const sound = (text: unknown): boolean => typeof text !== "string" || !/= ".*[\\"].*"/s.test(text);
    expect(collect(kit).filter(sound)).toEqual(collect(protoplugin).filter(sound));
    expect(seen[0]).toBeGreaterThan(100);
  });
});

/** Compares file by file first, for a readable difference, then all bytes. */
function expectSame(actual: CodeGeneratorResponse, expected: CodeGeneratorResponse): void {
  expect(actual.error).toBe("");
  expect(actual.file.map(({ name }) => name)).toEqual(expected.file.map(({ name }) => name));
  for (const file of expected.file) {
    for (const [theirs, ours] of corrections) file.content = file.content.replace(theirs, () => ours);
  }
  for (const [i, { content }] of expected.file.entries()) expect(actual.file[i]!.content).toBe(content);
  expect(toBinary(CodeGeneratorResponseSchema, actual)).toEqual(toBinary(CodeGeneratorResponseSchema, expected));
}

/** Makes the request anew each time: plugins may change it. */
function withParameter(bytes: Uint8Array, parameter: string): () => CodeGeneratorRequest {
  return () => create(CodeGeneratorRequestSchema, { ...fromBinary(CodeGeneratorRequestSchema, bytes), parameter });
}

/** The request that protoc makes, with options of source retention apart. */
function dump(files: readonly string[], includes: readonly string[]): Uint8Array {
  const path = join(temporary, "request");
  const plugin = join(import.meta.dirname, "protoplugin/dump-request.mjs");
  const args = [`--plugin=protoc-gen-dump=${plugin}`, `--dump_out=${temporary}`, `--dump_opt=${path}`];
  const paths = includes.map((folder) => `--proto_path=${folder}`);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, "node_modules/protoc/protoc.cjs"), ...args, ...paths, ...files],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return readFileSync(path);
}

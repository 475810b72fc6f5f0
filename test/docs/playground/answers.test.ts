/** The answers of the playground, beside those of the plugins and the gate when protoc and the command run them. */
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import {
  bytesOf,
  type Compiled,
  codeOf,
  comparisonOf,
  messagesOf,
  routesOf,
} from "../../../docs/playground/src/answers.js";
import { example } from "../../../docs/playground/src/example.js";
import { compile, requestFor } from "../../plugins/compile.js";
import { answer } from "../../plugins/protoc-gen-ts/generate.js";

const googleApis = ["node_modules/google-proto-files"];
const { inputs } = example;

const compiled = (proto: string): Compiled => ({
  file: "order.proto",
  set: toBinary(
    FileDescriptorSetSchema,
    create(FileDescriptorSetSchema, { file: compile({ "order.proto": proto }, googleApis) }),
  ),
});

const order = compiled(inputs.proto);

function ok<T>(result: { ok: T } | { error: string }): T {
  if ("error" in result) throw new Error(result.error);
  return result.ok;
}

describe("code", () => {
  test.each(["", "target=js+dts", "oneofs=getters,json=functions"])("with the options '%s'", (options) => {
    const wanted = answer(requestFor({ "order.proto": inputs.proto }, options, googleApis)).file;
    const found = ok(codeOf(order, options)).filter(({ name }) => name.startsWith("order_pb"));
    expect(wanted.length).toBeGreaterThan(0);
    expect(found).toEqual(wanted.map(({ name, content }) => ({ name, text: content })));
  });

  test("comes with the stubs of services", () => {
    expect(ok(codeOf(order, "")).map(({ name }) => name)).toEqual(["order_pb.ts", "order_grpc.ts"]);
    expect(ok(codeOf(compiled('syntax = "proto3"; message A {}'), "")).map(({ name }) => name)).toEqual([
      "order_pb.ts",
    ]);
  });

  test("refuses options as the plugin does", () => {
    expect(codeOf(order, "traget=ts")).toEqual({ error: expect.stringContaining('unknown option "traget=ts"') });
  });
});

test("the example's messages, each before those within it", () => {
  expect(messagesOf(order)).toEqual(["shop.v1.Order", "shop.v1.Order.Line", "shop.v1.GetOrderRequest"]);
});

describe("bytes", () => {
  test("of the example", () => {
    const { bytes, parts } = ok(bytesOf(order, inputs.type, inputs.json));
    expect(bytes.length).toBe(49);
    expect(parts.map(({ path }) => path)).toContain("lines[0].book");
  });

  test.each<[string, string, string]>([
    ["of JSON that is none", "{", "JSON"],
    ["of JSON with another field", '{ "x": 1 }', '"x"'],
  ])("%s are an error", (_, json, message) => {
    expect(bytesOf(order, inputs.type, json)).toEqual({ error: expect.stringContaining(message) });
  });

  test("of a message that is not there are an error", () => {
    expect(bytesOf(order, "shop.v1.Basket", "{}")).toEqual({ error: "There is no message shop.v1.Basket." });
  });
});

test("the example's change breaks, by bytes that are read as another price", () => {
  const { summary, changes } = comparisonOf(compiled(inputs.previous), order);
  expect(summary).toContain("1 breaking, 0 to review, 1 compatible");
  expect(changes[0]).toMatchObject({ severity: "error", rule: "field-type", line: 9 });
  expect(changes[0]!.witnesses[0]).toEqual({
    surface: "binary",
    way: "old → new",
    data: "1001",
    written: "{ price: 1 }",
    read: "{ price: -1 }",
  });
});

test("a schema that is the same has no changes", () => {
  expect(comparisonOf(order, order)).toEqual({
    summary: "0 breaking, 0 to review, 0 compatible; needs no new version",
    changes: [],
  });
});

test("the example's routes, and the line of a mistake", () => {
  expect(ok(routesOf(order, inputs.deployment))).toContain("<svg");
  const wrong = inputs.deployment.replace("orders-v2: 1", "orders-v3: 1");
  expect(routesOf(order, wrong)).toEqual({ error: expect.stringMatching(/^deployment\.yaml:6:\d+: .*orders-v3/) });
});

/** standardSchema: every issue of an init, at its path. Its consumers are in test/e2e/schemas. */
import { expect, test } from "@jest/globals";
import { standardSchema } from "@protoloom/protobuf";
import * as codeSize from "../../gen/ts/features/code_size_pb.js";
import * as proto2 from "../../gen/ts/interop/proto2_pb.js";
import * as proto3 from "../../gen/ts/interop/proto3_pb.js";

const { Order } = proto3;

function issuesOf(schema: { "~standard": { validate(value: unknown): unknown } }, value: unknown) {
  const result = schema["~standard"].validate(value) as { issues?: { path?: (string | number)[]; message: string }[] };
  return result.issues?.map(({ path, message }) => `${path?.join(".")}: ${message}`);
}

test("makes a message of an init", () => {
  const schema = standardSchema(Order);
  const result = schema["~standard"].validate({ author: "liuchao", items: [{ name: "book" }], more: 1, price: null });
  expect(result).toEqual({ value: new Order({ author: "liuchao", items: [{ name: "book" }] }) });
  expect((result as { value: object }).value).toBeInstanceOf(Order);
  expect(schema["~standard"]).toMatchObject({ version: 1, vendor: "protoloom" });
  const order = new Order({ price: 5 });
  expect(schema["~standard"].validate(order)).toEqual({ value: order });
});

test("finds every issue, with the path of properties", () => {
  const value = {
    author: 5,
    price: 2 ** 31,
    serial: "7",
    items: [{ name: "book" }, 5, { name: 1 }],
    tags: "abc",
    byName: { a: null, b: { name: true } },
    byId: { x: "y" },
    byFlag: new Map(),
    outcome: { case: "replacement", value: { name: 2 } },
    maybePrice: 1.5,
    created: { seconds: 1, nanos: 0 },
    digest: [1],
    attributes: 5,
  };
  expect(issuesOf(standardSchema(Order), value)).toEqual([
    "author: expected a string, got 5",
    "price: expected int32, got 2147483648: out of range",
    'serial: expected int64 as bigint, got "7"',
    "digest: expected a Uint8Array, got an array",
    "items.1: expected a message, got 5",
    "items.2.name: expected a string, got 1",
    'tags: expected an array, got "abc"',
    "byName.a: expected a message, got null",
    "byName.b.name: expected a string, got true",
    "byId.x: expected an integer key",
    "byFlag: expected an object, got Map",
    "maybePrice: expected int32, got 1.5",
    "attributes: expected a JSON object, got 5",
    "created.seconds: expected int64 as bigint, got 1",
    "outcome.value.name: expected a string, got 2",
  ]);
});

test.each([
  [undefined, ": expected a message, got undefined"],
  [[], ": expected a message, got an array"],
  [{ $typeName: "other.Message" }, ": expected interop.proto3.Order, got other.Message"],
  [{ outcome: { refusal: "no" } }, "outcome: expected { case, value }, got Object"],
  [
    { outcome: { case: "other" } },
    'outcome.case: expected case refusal or replacement or finalStatus or receipt or refund or jump, got "other"',
  ],
])("%j", (value, issue) => {
  expect(issuesOf(standardSchema(Order), value)).toEqual([issue]);
});

test("issues are bounded, and so is depth", () => {
  expect(issuesOf(standardSchema(Order), { items: Array.from({ length: 1e5 }, () => 1) })).toHaveLength(100);
  const cycle = { parent: {} };
  cycle.parent = cycle;
  expect(issuesOf(standardSchema(Order), cycle)).toEqual(["parent: it contains itself"]);
  let deep: object = {};
  for (let i = 0; i < 1e5; i++) deep = { parent: deep };
  expect(issuesOf(standardSchema(Order), deep)).toHaveLength(1);
});

test("an unset required field is an issue", () => {
  expect(issuesOf(standardSchema(proto2.Strict), {})).toEqual(["name: required field is not set"]);
});

test("a check of the message finds more", () => {
  const check = (order: InstanceType<typeof Order>) =>
    order.price === 0
      ? [
          { path: 'by_name["a.b"].name', message: "is required" },
          { path: "items[1].name", message: "too" },
          { path: "", message: "all" },
        ]
      : [];
  expect(issuesOf(standardSchema(Order, check), {})).toEqual([
    "byName.a.b.name: is required",
    "items.1.name: too",
    ": all",
  ]);
  expect(issuesOf(standardSchema(Order, check), { price: 1 })).toBeUndefined();
});

test("the compact form has the same", () => {
  const [type] = Object.values(codeSize).filter((value) => typeof value === "function" && "typeName" in value);
  expect(issuesOf(standardSchema(type as unknown as typeof Order), 5)).toEqual([": expected a message, got 5"]);
});

/** 64-bit integers that are numbers or strings in our classes, and bigints in what protobuf-es makes. */
import { create, equals, fromBinary, fromJson, mergeFromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import * as es from "../gen/es/interop/proto3_pb.js";
import * as number from "../gen/int64/number/interop/proto3_pb.js";
import * as string from "../gen/int64/string/interop/proto3_pb.js";

const init = { serial: -5n, ticket: "6", codes: [0n, 7n], totals: { all: 8n }, rank: 9n, ranks: [10n], weight: 0.5 };
const more = { outcome: { case: "jump", value: 11n }, created: { seconds: 12n }, parent: { serial: 13n } } as const;
const bytes = toBinary(es.OrderSchema, create(es.OrderSchema, { ...init, ...more }));

describe.each([
  { name: "number", ours: number as unknown as typeof string },
  { name: "string", ours: string },
])("int64=$name", ({ name, ours: { Order, OrderSchema } }) => {
  const order = Order.fromBinary(bytes);

  test("functions of protobuf-es read our instance", () => {
    expect(toBinary(OrderSchema, order)).toEqual(bytes);
    expect(toJson(OrderSchema, order)).toEqual(toJson(es.OrderSchema, fromBinary(es.OrderSchema, bytes)));
    expect(equals(OrderSchema, order, fromBinary(OrderSchema, bytes))).toBe(true);
  });

  test.each([
    ["an init with bigints", { ...init, ...more }],
    ["a message of protobuf-es, by our schema", fromBinary(OrderSchema, bytes)],
    ["a message of protobuf-es, by its own schema", fromBinary(es.OrderSchema, bytes)],
    ["our own message", order],
  ])("a constructor takes %s", (_, from) => {
    const made = new Order(from as never);
    expect(made).toEqual(order);
    expect([typeof made.serial, typeof made.codes[0], typeof made.totals.all]).toEqual([name, name, name]);
    expect(made.outcome).toEqual({ case: "jump", value: 11 }); // jstype goes before the option
    expect(made.toBinary()).toEqual(bytes);
  });

  test("what functions of protobuf-es write into our instance is encoded and compared as it is meant", () => {
    const merged = new Order();
    mergeFromBinary(OrderSchema, merged, bytes);
    expect(merged.toBinary()).toEqual(bytes);
    expect(order.equals(merged)).toBe(true);
    expect(order.equals(fromBinary(OrderSchema, bytes))).toBe(true);
    expect(order.equals(fromJson(OrderSchema, { serial: "5" }))).toBe(false);
    expect(merged.toJson$()).toEqual(order.toJson$());
  });
});

test("a number that no 64-bit integer equals is refused", () => {
  expect(() => new number.Order({ serial: 2n ** 60n })).toThrow("is not a safe integer");
  expect(() => new number.Order({ serial: 0.5 }).toBinary()).toThrow("expected a 64-bit integer");
  expect(() => new string.Order({ serial: "x" }).toBinary()).toThrow("expected a 64-bit integer");
});

/** names=proto: properties have the names of the proto file, for our functions and for those of protobuf-es. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, equals, fromBinary, isFieldSet, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { mergeFromJson } from "@protoloom/protobuf";
import { fieldMaskFromPaths, fieldMaskTrim } from "@protoloom/protobuf/wkt";
import { load } from "./load.js";

const source = readFileSync(join(import.meta.dirname, "golden/names-proto/shop/order.proto"), "utf8");

describe.each(["speed", "code_size"])("with optimize=%s", (optimize) => {
  // biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
  const module = (): Promise<any> =>
    load(`proto-names-${optimize}`, { "order.proto": source }, `target=js,names=proto,optimize=${optimize}`);

  const init = {
    user_name: "u",
    userName: 1,
    constructor$: "c",
    to_string: "t",
    order_lines: [{ line_name: "l", by_name: { a_b: 1n } }],
    pay_with: { case: "free_line", value: { line_name: "f" } },
    _leading__double_: 7,
  };
  const json = {
    userName: "u",
    renamed: 1,
    constructor: "c",
    toString: "t",
    orderLines: [{ lineName: "l", byName: { a_b: "1" } }],
    freeLine: { lineName: "f" },
    LeadingDouble: 7,
  };

  test("our functions", async () => {
    const { Order } = await module();
    const order = new Order(init);
    expect({ ...order }).toMatchObject(init);
    expect(order.toJson()).toEqual(json);
    expect(Order.fromJson(json).equals(order)).toBe(true);
    expect(Order.fromJsonString(JSON.stringify(json)).equals(order)).toBe(true);
    expect(Order.fromBinary(order.toBinary()).equals(order)).toBe(true);
    expect(order.clone().equals(order)).toBe(true);
    expect(mergeFromJson(order.clone(), { userName: null, cardNumber: "n" })).toMatchObject({
      user_name: undefined,
      pay_with: { case: "card_number" },
    });
    expect(fieldMaskTrim(fieldMaskFromPaths(["order_lines", "free_line"]), order).toJson()).toEqual({
      orderLines: json.orderLines,
      freeLine: json.freeLine,
    });
    expect(() => new Order({ ...init, pay_with: { case: "freeLine" } })).toThrow(
      "shop.Order.pay_with: expected case card_number or free_line or valueOf",
    );
    expect(() => new Order({ ...init, order_lines: [{ by_name: { a: "x" } }] }).toBinary()).toThrow(
      'shop.Order.order_lines[0].by_name["a"]: expected int64 as bigint',
    );
  });

  test("those of protobuf-es", async () => {
    const { Order, OrderSchema } = await module();
    const order = new Order(init);
    const plain = create(OrderSchema, init as object);
    expect(plain).toMatchObject({ user_name: "u", pay_with: { case: "free_line" } });
    expect(toBinary(OrderSchema, order)).toEqual(order.toBinary());
    expect(equals(OrderSchema, fromBinary(OrderSchema, order.toBinary()), plain)).toBe(true);
    expect(toJson(OrderSchema, order)).toEqual(json);
    expect(isFieldSet(order, OrderSchema.field.user_name)).toBe(true);
    expect(new Order(plain).equals(order)).toBe(true);
  });
});

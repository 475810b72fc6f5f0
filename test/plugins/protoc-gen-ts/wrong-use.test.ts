/** Values of the wrong kind are refused, with the field, where they are assigned and where they are given to a constructor. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { load } from "./load.js";

const sources = { "order.proto": readFileSync(new URL("drop-in/order.proto", import.meta.url), "utf8") };
const forms = { generated: "target=ts", compact: "target=ts,optimize=code_size" };

describe.each(Object.keys(forms) as (keyof typeof forms)[])("%s", (form) => {
  // biome-ignore lint/suspicious/noExplicitAny: values that do not fit the types are what is tested
  let Order: any;
  beforeAll(async () => {
    ({ Order } = await load(`wrong-use-${form}`, sources, forms[form]));
  }, 60_000);

  const assigned: [string, unknown, string][] = [
    ["author", undefined, "author: expected a string, got undefined"],
    ["price", undefined, "price: expected int32, got undefined"],
    ["items", undefined, "items: expected an array, got undefined"],
    ["items", [null], "items[0]: expected a message, got null"],
    ["items", ["x"], 'items[0]: expected a message, got "x"'],
    ["items", [new Date()], "items[0]: expected a message, got Date"],
    ["labels", { a: null }, 'labels["a"]: expected a string, got null'],
    ["payment", { case: "barter", value: "s" }, 'barter: expected a message, got "s"'],
    ["payment", { case: "card" }, "card: expected a string, got undefined"],
    ["paidAt", new Date(0), "paid_at: expected a message, got Date"],
    ["paidAt", new Map(), "paid_at: expected a message, got Map"],
    ["paidAt", [], "paid_at: expected a message, got an array"],
    ["extra", {}, "extra.type_url: expected a string, got undefined"],
  ];
  test.each(assigned)("%s = %p: %s", (key, value, reason) => {
    const order = Object.assign(new Order(), { [key]: value });
    expect(() => order.toBinary()).toThrow(`cannot encode field shop.v1.Order.${reason}`);
    expect(() => order.toJsonString()).toThrow(/^cannot encode to JSON field shop\.v1\.Order\./);
  });

  const given: [string, unknown, string][] = [
    ["items", {}, "cannot create a list: expected an array, got Object"],
    ["items", new Set([1]), "cannot create a list: expected an array, got Set"],
    ["items", [null], "cannot create message shop.v1.Order.Item: expected an object with its fields, got null"],
    [
      "items",
      [undefined],
      "cannot create message shop.v1.Order.Item: expected an object with its fields, got undefined",
    ],
    ["items", ["x"], 'cannot create message shop.v1.Order.Item: expected an object with its fields, got "x"'],
    ["labels", new Map([["a", "b"]]), "cannot create a map: expected an object with its entries, got Map"],
    ["labels", ["a"], "cannot create a map: expected an object with its entries, got an array"],
    ["payment", { case: "barter", value: null }, "cannot create message shop.v1.Order.Item: expected an object with"],
    [
      "paidAt",
      new Date(0),
      "cannot create message google.protobuf.Timestamp: expected an object with its fields, got Date",
    ],
    [
      "paidAt",
      "2026-11-30",
      "cannot create message google.protobuf.Timestamp: expected an object with its fields, got",
    ],
  ];
  test.each(given)("new Order({ %s: %p }): %s", (key, value, reason) => {
    expect(() => new Order({ [key]: value })).toThrow(reason);
  });

  test("objects of a program's own classes may have the fields", () => {
    class Item {
      name = "a";
    }
    expect(
      new Order({ items: [new Item(), { __proto__: null, name: "b" }] }).items.map(({ name }: Item) => name),
    ).toEqual(["a", "b"]);
  });
});

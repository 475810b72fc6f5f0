/** Values of the wrong kind are refused, with the field, where they are assigned and where they are given to a constructor. */
import { beforeAll, describe, expect, test } from "@jest/globals";
import { load } from "./load.js";

const sources = {
  "order.proto": `syntax = "proto3"; package shop.v1;
    import "google/protobuf/timestamp.proto"; import "google/protobuf/any.proto"; import "google/protobuf/struct.proto";
    message Order {
      string author = 1; int32 price = 2; repeated Item items = 5; map<string, string> labels = 6;
      oneof payment { string card = 7; Item barter = 9; }
      google.protobuf.Timestamp paid_at = 11; google.protobuf.Any extra = 12; repeated string tags = 14;
      google.protobuf.Struct notes = 15;
      message Item { string name = 1; repeated Item parts = 2; }
    }`,
};
/** The methods that walk through a message. */
interface Message {
  toBinary(): Uint8Array;
  toJson(): unknown;
  toJsonString(): string;
  clone(): Message;
  equals(other: unknown): boolean;
}

const forms = { generated: "target=ts", compact: "target=ts,optimize=code_size" };

describe.each(Object.keys(forms) as (keyof typeof forms)[])("%s", (form) => {
  // biome-ignore lint/suspicious/noExplicitAny: values that do not fit the types are what is tested
  let Order: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  let Item: any;
  beforeAll(async () => {
    ({ Order, Order_Item: Item } = await load(`wrong-use-${form}`, sources, forms[form]));
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
    ["items", {}, "items: expected an array, got Object"],
    ["items", new Set([1]), "items: expected an array, got Set"],
    ["tags", "abc", 'tags: expected an array, got "abc"'],
    ["tags", new Map(), "tags: expected an array, got Map"],
    ["labels", new Map([["a", "b"]]), "labels: expected an object, got Map"],
    ["labels", ["a"], "labels: expected an object, got an array"],
    ["labels", "ab", 'labels: expected an object, got "ab"'],
    ["payment", { case: "crad", value: "s" }, 'payment: expected case card or barter, got "crad"'],
    ["payment", { case: "toString", value: "s" }, 'payment: expected case card or barter, got "toString"'],
    ["payment", { card: "s" }, "payment: expected { case, value }, got Object"],
    ["payment", "card", 'payment: expected { case, value }, got "card"'],
    ["notes", new Map(), "notes: expected a JSON object, got Map"],
    ["notes", new Date(0), "notes: expected a JSON object, got Date"],
  ];
  test.each(assigned)("%s = %p: %s", (key, value, reason) => {
    const order = Object.assign(new Order(), { [key]: value });
    expect(() => order.toBinary()).toThrow(`cannot encode field shop.v1.Order.${reason}`);
    expect(() => order.toJsonString()).toThrow(`cannot encode to JSON field shop.v1.Order.${reason}`);
  });

  const given: [string, unknown, string][] = [
    ["items", {}, "items: expected an array, got Object"],
    ["items", new Set([1]), "items: expected an array, got Set"],
    ["items", [{}, null], "items[1]: expected a message, got null"],
    ["items", [undefined], "items[0]: expected a message, got undefined"],
    ["items", ["x"], 'items[0]: expected a message, got "x"'],
    ["items", [{ parts: [{}, { parts: new Set() }] }], "items[0].parts[1].parts: expected an array, got Set"],
    ["tags", "abc", 'tags: expected an array, got "abc"'],
    ["tags", new Uint8Array(3), "tags: expected an array, got Uint8Array"],
    ["labels", new Map([["a", "b"]]), "labels: expected an object, got Map"],
    ["labels", ["a"], "labels: expected an object, got an array"],
    ["payment", { case: "barter", value: null }, "barter: expected a message, got null"],
    ["payment", { case: "crad", value: "s" }, 'payment: expected case card or barter, got "crad"'],
    ["payment", { card: "s" }, "payment: expected { case, value }, got Object"],
    ["payment", "card", 'payment: expected { case, value }, got "card"'],
    ["paidAt", new Date(0), "paid_at: expected a message, got Date"],
    ["paidAt", "2026-11-30", 'paid_at: expected a message, got "2026-11-30"'],
    [
      "paidAt",
      { $typeName: "google.protobuf.Duration", seconds: 1n },
      "paid_at: expected google.protobuf.Timestamp, got google.protobuf.Duration",
    ],
  ];
  test.each(given)("new Order({ %s: %p }): %s", (key, value, reason) => {
    expect(() => new Order({ [key]: value })).toThrow(`cannot create field shop.v1.Order.${reason}`);
  });

  test.each([
    [null, "null"],
    ["x", '"x"'],
    [7, "7"],
    [[], "an array"],
    [new Date(0), "Date"],
    [new Map(), "Map"],
  ])("new Order(%p)", (value, shown) => {
    expect(() => new Order(value)).toThrow(`cannot create message shop.v1.Order: expected a message, got ${shown}`);
  });

  test("a Map is no JSON either", () => {
    expect(() => Order.fromJson(new Map())).toThrow("from JSON: expected object, got Map");
    expect(() => Order.fromJson({ labels: new Date(0) })).toThrow("Order.labels from JSON: expected object, got Date");
  });

  describe("a message that contains itself", () => {
    const itself = "items[1].parts[0].parts[0]: it contains itself";
    const cyclic = () => {
      const item = new Item();
      item.parts.push(new Item({ parts: [] }));
      item.parts[0].parts.push(item);
      return new Order({ items: [new Item(), item] });
    };
    test.each([
      ["toBinary", "encode", (order: Message) => order.toBinary()],
      ["toJson", "encode to JSON", (order: Message) => order.toJson()],
      ["toJsonString", "encode to JSON", (order: Message) => order.toJsonString()],
      ["JSON.stringify", "encode to JSON", (order: Message) => JSON.stringify(order)],
      ["clone", "clone", (order: Message) => order.clone()],
      ["equals", "compare", (order: Message) => order.equals(cyclic())],
    ])("%s tells where", (_, verb, use) => {
      expect(() => use(cyclic())).toThrow(`cannot ${verb} field shop.v1.Order.${itself}`);
    });

    test("the constructor tells where", () => {
      const item: { parts: object[] } = { parts: [] };
      item.parts.push(item);
      expect(() => new Item(item)).toThrow("cannot create field shop.v1.Order.Item.parts[0]: it contains itself");
    });

    test("one that only nests too deeply is not said to", () => {
      const deep = () => {
        let item = new Item();
        for (let i = 0; i < 100_000; i++) item = Object.assign(new Item(), { parts: [item] });
        return item;
      };
      const path = /Item\.parts\[0\]\.parts\[0\].*…|^cannot \w+ (to JSON )?message/;
      for (const use of [(m: Message) => m.toBinary(), (m: Message) => m.toJson(), (m: Message) => m.clone()]) {
        expect(() => use(deep())).toThrow("nested too deeply");
        expect(() => use(deep())).toThrow(path);
      }
      expect(() => deep().equals(deep())).toThrow("nested too deeply");
      let init = {};
      for (let i = 0; i < 100_000; i++) init = { parts: [init] };
      expect(() => new Item(init)).toThrow("nested too deeply");
    });
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

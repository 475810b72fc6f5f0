/** Messages that protobuf-es made: taken by our constructors, and in the midst of our own messages. */
import { create, type DescMessage, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { getExtension, setExtension } from "@protoloom/protobuf";
import * as esEdition2023 from "../gen/es/interop/edition2023_pb.js";
import * as esProto2 from "../gen/es/interop/proto2_pb.js";
import * as edition2023 from "../gen/ts/interop/edition2023_pb.js";
import * as proto2 from "../gen/ts/interop/proto2_pb.js";
import { dialects, type Loose } from "./dialects.js";

describe.each(dialects)("$name", ({ name, Order, Item, schema, esSchema, itemSchema, inits }) => {
  const unknown = Uint8Array.of(0xfa, 0x07, 0x01, 0x2a); // field 127, one byte
  const plainMessages = inits.flatMap((init, i) => {
    const bytes = Uint8Array.of(...toBinary(esSchema, create(esSchema, init)), ...unknown);
    return Object.entries({
      "of code by protoc-gen-es": fromBinary(esSchema, bytes),
      "of our schema": fromBinary(schema, bytes),
      "after structuredClone": structuredClone(fromBinary(esSchema, bytes)),
      "our own": Order.fromBinary(bytes),
      "our own after structuredClone": structuredClone(Order.fromBinary(bytes)),
      "our own, spread": { ...Order.fromBinary(bytes) },
    }).map(([kind, message]) => ({ title: `${kind}, init ${i}`, message: message as Loose, bytes }));
  });

  test.each(plainMessages)("a constructor takes a message $title", ({ message, bytes }) => {
    const order = new Order(message);
    expect(order.toBinary()).toEqual(bytes);
    expect(order.equals(message)).toBe(true);
    expect(strangers(order)).toEqual([]);
    expect(order.$unknown).toEqual([{ no: 127, wireType: 2, data: Uint8Array.of(1, 0x2a) }]);
    expect(order.$unknown).not.toBe(message.$unknown); // a later merge adds to it
  });

  test("a constructor takes nested messages of any maker", () => {
    const plain = create(itemSchema, { name: "plain" });
    const own = new Item({ name: "own" });
    const order = new Order({
      first: plain,
      items: [plain, own],
      byName: { plain },
      outcome: { case: "replacement", value: plain },
    });
    expect(strangers(order)).toEqual([]);
    expect(order.items[1]).toBe(own);
    expect(order.toBinary()).toEqual(
      toBinary(
        schema,
        create(schema, {
          first: plain,
          items: [plain, own],
          byName: { plain },
          outcome: { case: "replacement", value: plain },
        }),
      ),
    );
  });

  test("a field that a plain message leaves unset is unset in ours, at any depth", () => {
    const plain = () => create(itemSchema, { name: "plain" }) as Loose;
    const order = new Order();
    order.first = plain();
    order.items.push(plain(), plain());
    order.byName.a = plain();
    order.outcome = { case: "replacement", value: plain() };
    order.first.parts.push(plain());
    const expected = new Order(order);
    expect(strangers(order).length).toBe(6);
    expect(order.toBinary()).toEqual(expected.toBinary());
    expect(order.toBinary()).toEqual(toBinary(schema, order));
    expect(order.toJson$()).toEqual(toJson(schema, order));
    expect(order.equals(expected) && expected.equals(order)).toBe(true);
    expect(order.clone$().toBinary()).toEqual(expected.toBinary());
    expect(order.toBinary()).toEqual(toBinary(schema, Order.fromBinary(order.toBinary())));
  });

  test("a value equal to the default of a field that is not set differs", () => {
    if (name === "proto3") return; // no field has a default but zero
    const unset = create(itemSchema, {}) as Loose;
    expect(unset.count).toBe(1);
    expect(new Item({ count: 1 }).equals(unset)).toBe(false);
    expect(new Item(unset).count).toBeUndefined();
  });
});

// Why registering our classes with protobuf-es is not offered: what it creates is a literal where all fields are
// implicit or proto3, and otherwise an object whose prototype it has made of the defaults. Neither asks anybody.
test.each(dialects.filter(({ name }) => !name.includes("js")))(
  "$name: protobuf-es creates no class",
  ({ name, Order, schema }) => {
    const plain = create(schema, { author: "x" });
    expect(plain).not.toBeInstanceOf(Order);
    const prototype = Object.getPrototypeOf(plain);
    if (name === "proto3") return expect(prototype).toBe(Object.prototype);
    expect(Object.getPrototypeOf(prototype)).toBe(Object.prototype);
    return expect(prototype).toMatchObject({ paid: true, digest: Uint8Array.of(1, 2) });
  },
);

describe.each([
  { name: "proto2", ours: proto2, es: esProto2 },
  { name: "edition 2023", ours: edition2023, es: esEdition2023 },
])("$name", ({ ours: { Strict, StrictSchema, Order_Item, Order_ItemSchema, Order, gift, extras }, es }) => {
  test("a required field that is missing in a plain message is missed", () => {
    const strict = new Strict({ name: "outer" });
    Object.assign(strict, { inner: create(StrictSchema, {}) });
    expect(() => strict.toBinary()).toThrow("inner.name");
    expect(() => strict.toJsonString()).toThrow("inner.name");
    expect(() => new Strict(create(es.StrictSchema) as never).toBinary()).toThrow("name");
  });

  test("a plain message is taken as the value of an extension, and its extensions are taken over", () => {
    const order = new Order();
    setExtension(order as never, gift as never, create(Order_ItemSchema as DescMessage, { name: "gift" }));
    setExtension(
      order as never,
      extras as never,
      [create(Order_ItemSchema as DescMessage, {}), new Order_Item()] as never,
    );
    const copy = new Order(fromBinary(es.OrderSchema as DescMessage, order.toBinary()) as never);
    expect(getExtension(copy as never, gift as never)).toEqual(new Order_Item({ name: "gift" }));
    expect(getExtension(copy as never, extras as never)).toEqual([new Order_Item(), new Order_Item()]);
  });
});

/** The messages in a message that are of no class. */
function strangers(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  const isStranger = "$typeName" in value && !("toBinary" in value);
  return [...(isStranger ? [value] : []), ...Object.values(value).flatMap(strangers)];
}

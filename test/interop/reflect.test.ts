import { create, type DescField, type DescMessage, type Message, protoInt64 } from "@bufbuild/protobuf";
import {
  isReflectList,
  isReflectMap,
  isReflectMessage,
  type ReflectMessage,
  reflect,
  reflectList,
  reflectMap,
} from "@bufbuild/protobuf/reflect";
import { describe, expect, test } from "@jest/globals";
import { dialects } from "./dialects.js";

describe.each(dialects)("$name", ({ name, Order, Item, schema, esSchema, itemSchema, inits }) => {
  test.each(inits.map((init, i) => ({ i, init })))(
    "reads what it reads from a message of protobuf-es, init $i",
    ({ init }) => {
      const mine = reflect(schema, new Order(init) as Message);
      const theirs = reflect(esSchema, create(esSchema, init));
      for (const field of schema.fields) {
        const twin = esSchema.fields.find((other) => other.number === field.number)!;
        expect([field.name, mine.isSet(field)]).toEqual([field.name, theirs.isSet(twin)]);
        if (mine.isSet(field)) expect([field.name, read(mine, field)]).toEqual([field.name, read(theirs, twin)]);
      }
      for (const oneof of schema.oneofs)
        expect(mine.oneofCase(oneof)?.name).toBe(theirs.oneofCase(esSchema.oneofs[0]!)?.name);
      expect(mine.getUnknown()).toEqual(theirs.getUnknown());
    },
  );

  // The prototype of a message of protobuf-es has the defaults; a class of ours has own undefined properties, because
  // what is not set is to be seen as such. reflect() knows no other source, so it gives zero.
  test("a default that the schema declares is not what get() gives for a field that is not set", () => {
    if (name === "proto3") return; // has none
    const price = schema.field.price! as DescField & { fieldKind: "scalar" };
    expect(reflect(esSchema, create(esSchema)).get(esSchema.field.price!)).toBe(68);
    expect(reflect(schema, new Order() as Message).get(price)).toBe(0);
    expect(price.getDefaultValue()).toBe(68);
  });

  test("writes to our instance: scalars, messages, lists, maps, oneofs", () => {
    const order = new Order();
    const r = reflect(schema, order as Message);
    r.set(schema.field.author!, "liuchao");
    r.set(schema.field.serial!, protoInt64.parse("-5"));
    r.set(schema.field.ticket!, 7n);
    r.set(schema.field.first!, reflect(itemSchema, new Item({ name: "first" }) as Message));
    r.set(schema.field.refusal!, "no");
    expect(r.oneofCase(schema.oneofs[0]!)).toBe(schema.field.refusal);
    r.set(schema.field.replacement!, reflect(itemSchema, new Item({ name: "r" }) as Message));
    const items = r.get(schema.field.items!);
    if (!isReflectList(items)) throw new Error("expected a list");
    items.add(reflect(itemSchema, new Item() as Message));
    const byId = r.get(schema.field.byId!);
    if (!isReflectMap(byId)) throw new Error("expected a map");
    byId.set(-1, "minus one");
    r.set(schema.field.nickname!, wrapper(schema.field.nickname!.message!, "nick"));

    const expected = {
      author: "liuchao",
      serial: -5n,
      ticket: "7",
      first: { name: "first" },
      byId: { "-1": "minus one" },
    };
    const more = { items: [{}], outcome: { case: "replacement", value: { name: "r" } }, nickname: "nick" };
    expect(order.toBinary()).toEqual(new Order({ ...expected, ...more }).toBinary());
    expect(order.first).toBeInstanceOf(Item);

    r.clear(schema.field.replacement!);
    r.clear(schema.field.first!);
    items.clear();
    byId.delete(-1);
    expect(r.oneofCase(schema.oneofs[0]!)).toBeUndefined();
    const { first, ...rest } = expected;
    expect(order.toBinary()).toEqual(new Order({ ...rest, byId: {}, nickname: "nick" }).toBinary());
  });

  test("checks what it writes", () => {
    const r = reflect(schema, new Order() as Message);
    expect(() => r.set(schema.field.price!, "1")).toThrow("expected number (int32)");
    expect(() => r.set(itemSchema.field.name!, "x")).toThrow("cannot use field");
    expect(() => reflect(schema, new Item() as Message).get(schema.field.price!)).toThrow("cannot use field");
  });

  test("reflectList and reflectMap over the values of our message", () => {
    const order = new Order({ deltas: [1, 2], byId: { 3: "x" } });
    const deltas = reflectList(schema.field.deltas as never, order.deltas);
    deltas.add(3);
    expect([...deltas]).toEqual([1, 2, 3]);
    expect(order.deltas).toEqual([1, 2, 3]);
    expect([...reflectMap(schema.field.byId as never, order.byId)]).toEqual([[3, "x"]]);
  });

  test("a message that is not set is made when it is read, as protobuf-es does, and then is no class", () => {
    const order = new Order();
    const first = reflect(schema, order as Message).get(schema.field.first!);
    expect(isReflectMessage(first, itemSchema)).toBe(true);
    expect(order.first).toBeUndefined();
  });
});

function wrapper(desc: DescMessage, value: string): ReflectMessage {
  return reflect(desc, create(desc, { value }));
}

/** A value in a form that shows no identity of descriptors. */
function read(message: ReflectMessage, field: DescField): unknown {
  const value = message.get(field);
  if (isReflectList(value)) return [...value].map(plain);
  if (isReflectMap(value)) return [...value].map(([key, item]) => [key, typeof key, plain(item)]);
  return plain(value);
}

function plain(value: unknown): unknown {
  if (!isReflectMessage(value)) return value;
  const set = value.fields.filter((field) => value.isSet(field));
  return Object.fromEntries(set.map((field) => [field.name, read(value, field)]));
}

/** Our messages as objects: what copies, freezes, compares, drafts and prints objects in JavaScript works on them. */
import { create, fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { createRegistry } from "@protoloom/protobuf";
import { enablePatches, immerable, isDraftable, produce, produceWithPatches } from "immer";
import { Contact } from "../gen/ts/interop/types_pb.js";
import { dialects } from "./dialects.js";

enablePatches();

describe.each(dialects)("$name", ({ Order, Item, schema, inits, types }) => {
  const full = new Order(inits[1]);
  const bytes = full.toBinary();
  const registry = createRegistry(Contact);

  describe("shape", () => {
    test("$typeName comes first, then the members in their order, and nothing else; set or not", () => {
      const expected = ["$typeName", ...schema.members.map((member) => member.localName)];
      expect(Object.keys(new Order())).toEqual(expected);
      expect(Object.keys(full)).toEqual(expected);
      expect(Object.keys(Order.fromBinary(bytes))).toEqual(expected);
      expect(Reflect.ownKeys(full)).toEqual(expected); // no symbols, nothing hidden
    });

    test("every property is plain data", () => {
      for (const property of Object.values(Object.getOwnPropertyDescriptors(full))) {
        expect(property).toMatchObject({ writable: true, enumerable: true, configurable: true });
      }
    });

    test("$typeName cannot be missed, and names the class", () => {
      expect(Order.typeName).toBe(schema.typeName);
      expect(new Order().$typeName).toBe(schema.typeName);
    });
  });

  describe("structuredClone", () => {
    const copy = structuredClone(full);

    test("gives plain objects that the functions of protobuf-es take, and a constructor too", () => {
      expect(Object.getPrototypeOf(Object.getPrototypeOf(copy))).toBeNull();
      expect(create(schema, copy)).toBe(copy);
      expect(full.equals(copy)).toBe(true);
      expect(new Order(copy).toBinary()).toEqual(bytes);
      expect(new Order(copy).first).toBeInstanceOf(Item);
    });

    test("shares nothing", () => {
      copy.items[0].name = "changed";
      copy.digest.fill(7);
      expect(full.toBinary()).toEqual(bytes);
    });

    test("a message without anything set", () => {
      const empty = structuredClone(new Order());
      expect(new Order(empty).toBinary()).toEqual(new Uint8Array(0));
      expect(empty.outcome).toEqual({ case: undefined });
    });
  });

  describe("spread and Object.assign", () => {
    test("a copy is one level deep, and of the constructor's type again", () => {
      const spread = { ...full };
      expect(Object.getPrototypeOf(spread)).toBe(Object.prototype);
      expect(spread.items).toBe(full.items);
      expect(new Order(spread).toBinary()).toEqual(bytes);
      expect(new Order({ ...full, author: "other" }).author).toBe("other");
      expect(new Order({ ...full, author: undefined }).equals(new Order({ ...inits[1], author: undefined }))).toBe(
        true,
      );
    });

    test("a copy by constructor has lists and maps of its own", () => {
      const copy = new Order(full);
      copy.tags.push("more");
      copy.byId[99] = "more";
      expect(full.toBinary()).toEqual(bytes);
      expect(copy.first).toBe(full.first); // messages are shared: clone() copies them
    });

    test("Object.assign into an instance", () => {
      const target = Object.assign(new Order(), full);
      expect(target).toBeInstanceOf(Order);
      expect(target.toBinary()).toEqual(bytes);
    });

    test("Object.assign of an init leaves what it does not name", () => {
      const order = Object.assign(new Order({ author: "a", price: 1 }), { price: 2 });
      expect([order.author, order.price]).toEqual(["a", 2]);
    });
  });

  describe("JSON.stringify", () => {
    test("writes ProtoJSON, in which 64-bit integers are strings", () => {
      const order = new Order({ serial: -9007199254740993n, payload: undefined, level: 2 });
      expect(JSON.parse(JSON.stringify({ order, list: [order] }))).toEqual({
        order: { serial: "-9007199254740993", level: "LEVEL_HIGH" },
        list: [{ serial: "-9007199254740993", level: "LEVEL_HIGH" }],
      });
    });

    test("what it writes is read back", () => {
      const order = new Order({ ...inits[1], payload: undefined }); // an Any needs a registry
      expect(Order.fromJson(JSON.parse(JSON.stringify(order))).equals(order)).toBe(true);
    });
  });

  describe("frozen", () => {
    const frozen = deepFreeze(Order.fromBinary(bytes));

    test("is encoded, printed, compared and copied", () => {
      expect(frozen.toBinary()).toEqual(bytes);
      expect(frozen.equals(full)).toBe(true);
      expect(frozen.toJson$({ registry })).toEqual(full.toJson$({ registry }));
      expect(new Order(frozen).toBinary()).toEqual(bytes);
      const copy = frozen.clone$();
      copy.items.push(new Item());
      copy.first.name = "thawed";
      expect(frozen.toBinary()).toEqual(bytes);
    });

    test("its oneof can be set in a copy, also where none was set", () => {
      const copy = deepFreeze(new Order()).clone$();
      copy.outcome = { case: "refusal", value: "no" };
      expect(copy.toBinary()).toEqual(new Order({ outcome: { case: "refusal", value: "no" } }).toBinary());
    });
  });

  describe("Immer", () => {
    const classes = [Order, Item, types.Contact];

    // Our classes do not carry the mark: a class with a computed static key is one that esbuild never drops, and without
    // it Immer leaves instances alone, as it does any class. This line is what an application writes.
    test("draws no draft of a class that is not marked", () => {
      expect(isDraftable(new Order())).toBe(false);
    });

    test("drafts instances of classes that are marked, and leaves the rest as it was", () => {
      for (const type of classes) Object.assign(type, { [immerable]: true });
      const order = new Order(inits[1]);
      const next = produce(order, (draft) => {
        draft.author = "drafted";
        draft.first.name = "drafted";
        draft.items.push(new Item({ name: "new" }));
        draft.byName.new = new Item();
        draft.outcome = { case: "refusal", value: "no" };
      });
      expect(order.toBinary()).toEqual(bytes);
      expect(next).toBeInstanceOf(Order);
      expect(next.first).toBeInstanceOf(Item);
      expect(next.items[0]).toBe(order.items[0]);
      expect(next.contact).toBe(order.contact);
      expect(Object.keys(next)).toEqual(Object.keys(order));
      const expected = order.clone$();
      Object.assign(expected, { author: "drafted", outcome: { case: "refusal", value: "no" } });
      expected.first.name = "drafted";
      expected.items.push(new Item({ name: "new" }));
      expected.byName.new = new Item();
      expect(next.toBinary()).toEqual(expected.toBinary());
      expect(Object.isFrozen(next)).toBe(true);
    });

    test("a draft has the methods of its class", () => {
      for (const type of classes) Object.assign(type, { [immerable]: true });
      const [next, patches] = produceWithPatches(new Order({ first: { name: "x" } }), (draft) => {
        draft.mergeFromBinary(new Order({ author: "merged", tags: ["t"] }).toBinary());
        draft.first.count = draft.toBinary().length;
      });
      expect(next).toMatchObject({ author: "merged", tags: ["t"] });
      expect(patches.map(({ path }) => path.join("."))).toEqual(expect.arrayContaining(["author", "first.count"]));
    });
  });

  describe("comparisons", () => {
    test("shallow, as in React and Redux", () => {
      const next = new Order({ ...full, author: "other" });
      const changed = Object.keys(full).filter((key) => !Object.is(full[key], next[key]));
      const copied = changed.filter((key) => typeof full[key] === "object");
      expect(changed.filter((key) => !copied.includes(key))).toEqual(["author"]);
      expect(shallowEqual(full, Object.assign(new Order(), full))).toBe(true);
    });

    test("toEqual of jest, against our own and plain messages", () => {
      expect(Order.fromBinary(bytes)).toEqual(full);
      expect(Order.fromBinary(bytes)).toStrictEqual(full);
      expect(fromBinary(schema, bytes)).toEqual(fromBinary(schema, bytes));
      expect(full).toEqual(structuredClone(full));
      expect(new Order({ author: "a" })).not.toEqual(new Order({ author: "b" }));
      expect(new Order(inits[1])).toMatchObject({ author: "liuchao", first: { name: "first" } });
    });
  });
});

test("a message in a Map, a Set and a WeakMap is known by its identity", () => {
  const contact = new Contact({ name: "x" });
  expect(new Set([contact, new Contact({ name: "x" })]).size).toBe(2);
  expect(new WeakMap([[contact, 1]]).get(contact)).toBe(1);
});

/** Freezes all that can be frozen: not the elements of a Uint8Array. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

function shallowEqual(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.is(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

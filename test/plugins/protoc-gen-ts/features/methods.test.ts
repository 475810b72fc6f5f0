/**
 * The methods of classes, of which some are inherited: in both forms they do the same, whatever fields are called, and
 * whether they are called on the class or not.
 */
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { describe, expect, jest, test } from "@jest/globals";
import { createRegistry } from "@protoloom/protobuf";
import { Message } from "@protoloom/protobuf/codec";
import { JsonMessage } from "@protoloom/protobuf/json";
import { immerable, produce } from "immer";
import { writeFiles } from "../../../files.js";
import type { Sources } from "../../compile.js";
import { generate } from "../generate.js";
import { load } from "../load.js";
import { scratchFolder, typeCheck } from "../type-check.js";

const sources: Sources = {
  "methods.proto": `
    edition = "2023";
    package methods;
    message Order { string name = 1; Item item = 2; repeated Item items = 3; map<string, Item> by_name = 4; }
    message Item { int32 count = 1 [features.field_presence = IMPLICIT]; Strict strict = 2; }
    message Strict { string id = 1 [features.field_presence = LEGACY_REQUIRED]; }
    message Merges { string merge_from_binary = 1; Item item = 2; }
    message Encodes { string to_binary = 1; Item item = 2; }
    message Clones { string clone = 1; Item item = 2; Clones inner = 3; }
    message Equals { oneof equals { string text = 1; Item item = 2; } }
    message Writes { string to_json = 1; repeated string to_json_string = 2; string to_j_s_o_n = 3; }
    message Inherited { string type_name = 1; string info = 2; string from_binary = 3; Clones clones = 4; }
    message All {
      string merge_from_binary = 1; string to_binary = 2; string clone = 3; string equals = 4; string to_json = 5;
      string to_json_string = 6; map<string, All> all = 7;
    }
    message Extensible { extensions 100 to 199; }
    extend Extensible { Clones clones = 100; Order order = 101; }
  `,
};
const colliding = ["Merges", "Encodes", "Clones", "Equals", "Writes", "Inherited", "All"];

const modules: Record<string, Awaited<ReturnType<typeof load>>> = {
  speed: await load("methods-speed", sources, "target=ts,optimize=speed"),
  code_size: await load("methods-code_size", sources, "target=ts,optimize=code_size"),
};

setFlagsFromString("--allow-natives-syntax");
const haveSameMap = new Function("a", "b", "return %HaveSameMap(a, b)") as (a: object, b: object) => boolean;
setFlagsFromString("--no-allow-natives-syntax");

describe.each(["speed", "code_size"])("optimize=%s", (optimize) => {
  const module = modules[optimize]!;
  const { Order, Item, Strict } = module;
  const init = { name: "x", item: { count: 1 }, items: [{ count: 2 }, {}], byName: { a: { count: 3 } } };

  test("static methods need no class in front", () => {
    const { fromBinary, fromJson, fromJsonString } = Order;
    const order = new Order(init);
    expect([order.toBinary()].map(Order.fromBinary)[0]).toEqual(order);
    expect(fromBinary(order.toBinary())).toBeInstanceOf(Order);
    expect([order.toJson()].map(Order.fromJson)[0]).toEqual(order);
    expect(fromJson(order.toJson())).toBeInstanceOf(Order);
    expect(fromJsonString(order.toJsonString())).toEqual(order);
    expect([Order.fromBinary === fromBinary, Item.fromBinary === fromBinary]).toEqual([true, false]);
  });

  test("a class that extends a generated one has its static properties", () => {
    class Extended extends Order {}
    const Type = Extended as typeof Order;
    expect(Type.typeName).toBe("methods.Order");
    expect([Order.typeName, Item.typeName, Strict.typeName]).toEqual([
      "methods.Order",
      "methods.Item",
      "methods.Strict",
    ]);
    const own = Type.fromBinary(new Order(init).toBinary());
    expect([own instanceof Order, own instanceof Type]).toEqual([true, false]);

    const extended = new Type(init);
    expect(Type.fromJson(extended.toJson()).equals(extended)).toBe(true);
    expect(extended.clone()).toBeInstanceOf(Type);
    expect(extended.mergeFromBinary(extended.toBinary()).items.length).toBe(4);
  });

  test.each(["Order", "Merges"])(
    "a class that extends %s has properties of its own, and the prototype of its instances",
    (name) => {
      class Extended extends (module[name] as new (init?: object) => Message) {
        readonly note = "own";
        get size(): number {
          return this.note.length;
        }
      }
      const extended = new Extended({ item: { count: 1 } });
      expect([extended.note, extended.size, extended.constructor]).toEqual(["own", 3, Extended]);
      expect(extended).toMatchObject({ $typeName: `methods.${name}`, item: new Item({ count: 1 }) });
      expect(new (class extends Extended {})()).toBeInstanceOf(Extended);
    },
  );

  test("the engine has one hidden class for a message, whoever made it", () => {
    const order = new Order(init);
    const others = [
      new Order(),
      order.clone(),
      Order.fromBinary(order.toBinary()),
      Order.fromJson(order.toJson()),
      Order.fromJsonString(order.toJsonString()),
    ];
    expect(others.map((other) => haveSameMap(order, other))).toEqual(others.map(() => true));
    expect(haveSameMap(order.item, Order.fromBinary(order.toBinary()).items[0])).toBe(true);
    expect(haveSameMap(order, order.item)).toBe(false);
  });

  test("static methods can be replaced in tests", () => {
    const spy = jest.spyOn(Item, "fromBinary").mockReturnValue("mocked");
    expect(Item.fromBinary(new Uint8Array())).toBe("mocked");
    spy.mockRestore();
    expect(Item.fromBinary(new Uint8Array())).toBeInstanceOf(Item);
  });

  test("messages are instances of their class and of those of the runtime, with nothing but their fields", () => {
    const order = new Order(init);
    expect([order instanceof Message, order instanceof JsonMessage, order.item instanceof Item]).toEqual([
      true,
      true,
      true,
    ]);
    expect(order.constructor).toBe(Order);
    expect(Object.keys(order)).toEqual(["$typeName", "name", "item", "items", "byName"]);
    const keys: string[] = [];
    for (const key in order) keys.push(key);
    expect(keys).toEqual(Object.keys(order));
  });

  test("a clone shares nothing, and is of the same class", () => {
    const order = new Order(init);
    const copy = order.clone();
    expect(copy).toEqual(order);
    expect([copy.constructor, copy.item.constructor, copy.byName.a.constructor]).toEqual([Order, Item, Item]);
    copy.items[0].count = 5;
    expect([order.items[0].count, order.equals(copy), copy.equals(order)]).toEqual([2, false, false]);
    expect([order.equals({}), order.equals(undefined), order.equals(new Item())]).toEqual([false, false, false]);
  });

  test("structuredClone takes them, and the constructor what it gives", () => {
    const order = new Order(init);
    const stored = structuredClone(order);
    expect([stored instanceof Order, stored.$typeName, order.equals(stored)]).toEqual([false, "methods.Order", true]);
    expect(new Order(stored)).toEqual(order);
    expect(new Order({ ...order }).item).toBe(order.item);
  });

  test("a draft of Immer has the methods", () => {
    Object.assign(Order, { [immerable]: true });
    const order: JsonMessage & { name: string; toBinary(): Uint8Array } = new Order(init);
    const next = produce(order, (draft) => {
      expect([draft.toJson(), draft.clone().name, draft.equals(order)]).toEqual([order.toJson(), "x", true]);
      draft.name = "y";
    });
    expect([next instanceof Order, next.name, order.name, (next.toJson() as { name: string }).name]).toEqual([
      true,
      "y",
      "x",
      "y",
    ]);
    expect(Order.fromBinary(next.toBinary())).toEqual(next);
  });

  test("required fields are asked for by each method", () => {
    const order = new Order({ item: { strict: {} } });
    const path = "methods.Order.item.strict.id: required field is not set";
    const bytes = order.toBinary({ partial: true });
    expect(() => order.toBinary()).toThrow(`cannot encode field ${path}`);
    expect(() => order.toJson()).toThrow(`cannot encode field ${path}`);
    expect(() => Order.fromBinary(bytes)).toThrow(`cannot decode field ${path}`);
    expect(() => new Order().mergeFromBinary(bytes)).toThrow(`cannot decode field ${path}`);
    expect(() => Order.fromJson({ item: { strict: {} } })).toThrow(`cannot decode field ${path}`);
    expect(() => Order.fromJsonString('{"item":{"strict":{}}}')).toThrow(`cannot decode field ${path}`);
    expect(Order.fromBinary(bytes, { partial: true })).toEqual(order);
  });

  test.each(colliding)("%s has its methods with a dollar sign where fields have their names", (name) => {
    const type = module[name];
    expect(type.typeName).toBe(`methods.${name}`);
    const json = sampleOf(module[`${name}Schema`]);
    const message = type.fromJson(json);
    const call = (method: string, ...args: unknown[]): unknown =>
      (message[`${method}$`] ?? message[method]).call(message, ...args);

    expect(JSON.parse(JSON.stringify(message))).toEqual(json);
    expect(call("toJson")).toEqual(json);
    expect(type.fromJsonString(call("toJsonString"))).toEqual(message);
    const bytes = call("toBinary");
    expect(type.fromBinary(bytes)).toEqual(message);
    const copy = call("clone");
    expect(copy).toBeInstanceOf(type);
    expect(call("equals", copy)).toBe(true);
    const empty = new type();
    const merge = empty.mergeFromBinary$ ?? empty.mergeFromBinary;
    expect(merge.call(empty, bytes)).toEqual(message);
  });

  test("extensions may hold messages with such fields", () => {
    const { Extensible, clones, order } = module;
    const registry = createRegistry(clones, order);
    const json = { "[methods.clones]": { clone: "x", inner: { clone: "y" } }, "[methods.order]": { name: "z" } };
    const message = Extensible.fromJson(json, { registry });
    expect(Extensible.fromBinary(message.toBinary()).toJson({ registry })).toEqual(json);
  });
});

/** JSON with a value for each field. */
function sampleOf(schema: { fields: readonly { jsonName: string; fieldKind: string; message?: { name: string } }[] }) {
  const entries = schema.fields.map(({ jsonName, fieldKind, message }) => {
    const one = message === undefined ? `x ${jsonName}` : message.name === "Item" ? { count: 1 } : {};
    return [jsonName, fieldKind === "list" ? [one] : fieldKind === "map" ? { key: one } : one];
  });
  // of fields of one oneof the last one
  return Object.fromEntries(entries.filter(([key]) => key !== "text" || entries.length > 2));
}

test("code that has all of it type-checks, in TypeScript and by its declarations", () => {
  const folder = scratchFolder("methods-types");
  const usage = (from: string): string => `
    import { All, Clones, Order, type OrderInit } from "${from}";
    export const orders: Order[] = [new Uint8Array()].map((bytes) => Order.fromBinary(bytes)).map((order) => order.clone());
    export const read: (bytes: Uint8Array) => Order = Order.fromBinary;
    export const name: "methods.Order" = Order.typeName;
    export class Special extends Order {
      constructor(init?: OrderInit) { super(init); }
      twice(): this { return this.clone().mergeFromBinary(this.toBinary()); }
    }
    export const special: Special = new Special().clone();
    export const text: [string | undefined, Clones, boolean] = [new Clones().clone, new Clones().clone$(), new All().equals$(1)];
  `;
  for (const target of ["ts", "js"]) {
    for (const optimize of ["speed", "code_size"]) {
      for (const more of ["json=methods", "json=methods,json_types=true", "json=functions", "json=none"]) {
        const at = join(folder, target, optimize, more.replace(/\W/g, "-"));
        const files = generate(sources, `target=${target},optimize=${optimize},${more}`);
        writeFiles(at, [...files, ["usage.ts", usage("./methods_pb.js")]]);
      }
    }
  }
  expect(typeCheck(folder)).toBe("");
});

test("messages of all forms work together across files and packages", async () => {
  const folder = scratchFolder("methods-mixed");
  const files = {
    "inner.proto": `syntax = "proto3"; package mixed; message Inner { string clone = 1; repeated Inner inner = 2; int32 n = 3; }`,
    "outer.proto": `syntax = "proto3"; package mixed; import "inner.proto"; message Outer { Inner inner = 1; map<string, Inner> all = 2; repeated Inner list = 3; oneof x { Inner y = 4; } }`,
  };
  for (const inner of ["speed", "code_size"]) {
    for (const outer of ["speed", "code_size"]) {
      const at = join(folder, `${inner}-${outer}`);
      writeFiles(
        at,
        [...generate(files, `optimize=${inner}`)].filter(([name]) => name.startsWith("inner")),
      );
      writeFiles(
        at,
        [...generate(files, `optimize=${outer}`)].filter(([name]) => name.startsWith("outer")),
      );
      const { Outer } = await import(join(at, "outer_pb.ts"));
      const one = { clone: "x", inner: [{ n: 1 }] };
      const json = { inner: one, all: { key: one }, list: [one, {}], y: one };
      const message = Outer.fromJson(json);
      expect(Outer.fromJsonString(message.toJsonString())).toEqual(message);
      expect(Outer.fromBinary(message.toBinary()).toJson()).toEqual(json);
      expect(() => Outer.fromBinary(Uint8Array.of(10, 2, 18, 5))).toThrow("mixed.Outer.inner.inner[0]: truncated");
      message.list[0].inner[0].n = "1";
      expect(() => message.toBinary()).toThrow(`mixed.Outer.list[0].inner[0].n: expected int32, got "1"`);
    }
  }
});

/** Extensions and options: the functions of protobuf-es and ours, on our messages and plain ones, see the same bytes. */
import * as es from "@bufbuild/protobuf";
import { toText } from "@bufbuild/protobuf/txtpb";
import { describe, expect, test } from "@jest/globals";
import * as ours from "@protoloom/protobuf";
import * as esOptions from "../gen/es/interop/options_pb.js";
import * as esProto2 from "../gen/es/interop/proto2_pb.js";
import * as esService from "../gen/es/interop/service_pb.js";
import * as options from "../gen/ts/interop/options_pb.js";
import * as proto2 from "../gen/ts/interop/proto2_pb.js";
import * as service from "../gen/ts/interop/service_pb.js";
import { type Dialect, dialects } from "./dialects.js";

/** Name of the extension, a value in the init shape of protobuf-es, and the default. */
const values: [name: string, value: unknown, unset: unknown][] = [
  ["discount", 0, 10],
  ["steps", [3, -1, 0], []],
  ["gift", { name: "gift", parts: [{}] }, {}],
  ["shadow", -3, 1],
  ["extras", [{ name: "a" }, {}], []],
  ["remark", "", ""],
  ["blob", Uint8Array.of(1, 2), new Uint8Array(0)],
  ["stamp", "18446744073709551615", "0"],
];

const withExtensions = dialects.filter(({ name }) => name !== "proto3");

describe.each(withExtensions)("$name", (dialect) => {
  const { Order, Item, schema, esSchema, itemSchema, file, esFile, ours: module, es: esModule } = dialect;
  const color = module.Order_color as Extension<string>;

  test.each(values)("%s", (name, init, unset) => {
    const mine = module[name] as Extension<unknown>;
    const theirs = esModule[name] as es.DescExtension;
    const value = fromInit(dialect, init);
    const order = new Order({ author: "x" });
    expect([es.hasExtension(order, mine), ours.hasExtension(order, mine)]).toEqual([false, false]);
    expect(ours.getExtension(order, mine)).toEqual(typeof unset === "object" ? fromInit(dialect, unset) : unset);
    expect(es.getExtension(order, mine)).toEqual(es.getExtension(es.create(esSchema), theirs));

    // set by either, read by either
    const byEs = new Order({ author: "x" });
    es.setExtension(byEs, mine, value);
    ours.setExtension(order, mine, value);
    const expected = es.create(esSchema, { author: "x" });
    es.setExtension(expected, theirs, toEsValue(dialect, init));
    for (const message of [order, byEs]) {
      expect(message.toBinary()).toEqual(es.toBinary(esSchema, expected));
      expect([es.hasExtension(message, mine), ours.hasExtension(message, mine)]).toEqual([true, true]);
      expect(ours.getExtension(message, mine)).toStrictEqual(value);
      expect(es.getExtension(message, mine)).toEqual(es.getExtension(expected, theirs));
    }

    // JSON and text
    const registry = es.createRegistry(file);
    const json = es.toJson(esSchema, expected, { registry: es.createRegistry(esFile) });
    expect(es.toJson(schema, order, { registry })).toEqual(json);
    expect(order.toJson$({ registry: ours.createRegistry(mine) })).toEqual(json);
    expect(Order.fromJson(json, { registry: ours.createRegistry(mine) }).toBinary()).toEqual(order.toBinary());
    expect(es.toBinary(schema, es.fromJson(schema, json, { registry }))).toEqual(order.toBinary());
    expect(toText(schema, order, { registry })).toBe(
      toText(esSchema, expected, { registry: es.createRegistry(esFile) }),
    );

    // equals with extensions, and clone
    expect(es.equals(schema, order, byEs, { extensions: true, registry })).toBe(true);
    expect(es.equals(schema, order, new Order({ author: "x" }), { extensions: true, registry })).toBe(false);
    expect(ours.getExtension(es.clone(schema, order), mine)).toStrictEqual(value);
    expect(ours.getExtension(order.clone$(), mine)).toStrictEqual(value);

    es.clearExtension(order, mine);
    ours.clearExtension(byEs, mine);
    for (const message of [order, byEs]) {
      expect([es.hasExtension(message, mine), ours.hasExtension(message, mine)]).toEqual([false, false]);
      expect(message.toBinary()).toEqual(new Order({ author: "x" }).toBinary());
    }
  });

  test("an extension refuses a message that it does not extend", () => {
    expect(() => es.setExtension(new Order(), color, "red")).toThrow("can only be applied to message");
    expect(() => ours.setExtension(new Order(), color, "red")).toThrow(`extends ${itemSchema.typeName}, not`);
    const item = new Item();
    es.setExtension(item, color, "red");
    expect(ours.getExtension(item, color)).toBe("red");
  });
});

describe("getOption and hasOption", () => {
  const { OrderSchema, Order_StatusSchema } = proto2;
  const rows: [mine: object, theirs: object, option: object, esOption: object][] = [
    [OrderSchema.file, esProto2.OrderSchema.file, options.file_note, esOptions.file_note],
    [OrderSchema, esProto2.OrderSchema, options.message_note, esOptions.message_note],
    [OrderSchema.field.author, esProto2.OrderSchema.field.author, options.field_tags, esOptions.field_tags],
    [OrderSchema.field.author, esProto2.OrderSchema.field.author, options.field_rank, esOptions.field_rank],
    [OrderSchema.oneofs[0]!, esProto2.OrderSchema.oneofs[0]!, options.exclusive, esOptions.exclusive],
    [Order_StatusSchema, esProto2.Order_StatusSchema, options.enum_code, esOptions.enum_code],
    [Order_StatusSchema.values[0]!, esProto2.Order_StatusSchema.values[0]!, options.label, esOptions.label],
    [service.Shop, esService.Shop, options.host, esOptions.host],
    [service.Shop.methods[0]!, esService.Shop.methods[0]!, options.method_key, esOptions.method_key],
  ];

  // Each option goes with its kind of element, and here they are of all kinds: hence "never".
  test.each(rows)("of %s", (mine, theirs, option, esOption) => {
    expect(es.hasOption(mine as never, option as never)).toBe(es.hasOption(theirs as never, esOption as never));
    const value = es.getOption(mine as never, option as never);
    expect(value).toEqual(es.getOption(theirs as never, esOption as never));
    expect(es.getOption(theirs as never, option as never)).toEqual(value);
  });

  test("an element without options has none, even when it is the first that is asked", () => {
    const price = OrderSchema.field.price!;
    expect(es.hasOption(price, options.field_rank)).toBe(false);
    expect(es.getOption(price, options.field_rank)).toBe(7);
    expect(es.getOption(OrderSchema.field.price!, options.field_tags)).toEqual([]);
  });

  test("our own getExtension reads options too, and gives a class", () => {
    const note = ours.getExtension(OrderSchema.proto.options!, options.message_note as Extension<options.Note>);
    expect(note).toBeInstanceOf(options.Note);
    expect(note).toMatchObject({ text: "a purchase", weight: 3 });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: an extension of any message
type Extension<V> = es.DescExtension & ours.Extension<any, V>;

/** The value as our code has it: messages are instances. */
function fromInit({ Item }: Dialect, init: unknown): unknown {
  if (Array.isArray(init)) return init.map((item) => (typeof item === "object" ? new Item(item) : item));
  return isInit(init) ? new Item(init) : init;
}

function toEsValue({ es: module }: Dialect, init: unknown): never {
  const schema = module.Order_ItemSchema as es.DescMessage;
  const make = (item: unknown) => (isInit(item) ? es.create(schema, item) : item);
  return (Array.isArray(init) ? init.map(make) : make(init)) as never;
}

function isInit(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

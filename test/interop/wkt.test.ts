/** The helpers of protobuf-es for well-known types on our classes, and the two families of Any beside each other. */
import { create, createRegistry, fromJson, type Message, toBinary, toJson } from "@bufbuild/protobuf";
import * as es from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import * as ours from "@protoloom/protobuf/wkt";
import { dialects } from "./dialects.js";

describe.each(dialects)("google.protobuf.Any in $name", ({ Order, Item, schema, itemSchema, file, inits }) => {
  const order = new Order(inits[1]);

  test("packed by protobuf-es, unpacked by both", () => {
    const packed = es.anyPack(schema, order as Message);
    expect(es.anyIs(packed, schema)).toBe(true);
    expect(es.anyIs(packed, itemSchema)).toBe(false);
    expect(order.equals(es.anyUnpack(packed, schema))).toBe(true);
    expect(order.equals(es.anyUnpack(packed, createRegistry(file)))).toBe(true);
    expect(ours.anyUnpack(packed, Order)).toBeInstanceOf(Order);
    expect(ours.anyIs(packed, Order)).toBe(true);
    expect(new ours.Any(packed)).toBeInstanceOf(ours.Any);
  });

  test("packed by us, unpacked by both, into our instance too", () => {
    const packed = ours.anyPack(order as never);
    expect(packed).toEqual(es.anyPack(schema, order as Message));
    expect(es.anyIs(packed, schema.typeName)).toBe(true);
    expect(order.equals(es.anyUnpack(packed, schema))).toBe(true);
    expect(es.anyUnpack(packed, itemSchema)).toBeUndefined();
    const target = new Order();
    expect(es.anyUnpackTo(packed, schema, target as Message)).toBe(target);
    expect(target.toBinary()).toEqual(order.toBinary());
  });

  test("anyPack into our Any", () => {
    const any = new ours.Any();
    es.anyPack(itemSchema, new Item({ name: "x" }) as Message, any);
    expect(ours.anyUnpack(any, Item as never)).toEqual(new Item({ name: "x" }));
  });
});

test("timestamps", () => {
  const date = new Date("2026-11-22T10:11:12.345Z");
  const stamp = new ours.Timestamp(es.timestampFromDate(date));
  expect(stamp).toBeInstanceOf(ours.Timestamp);
  expect([es.timestampDate(stamp), es.timestampMs(stamp)]).toEqual([date, date.getTime()]);
  expect(stamp.equals(es.timestampFromMs(date.getTime()))).toBe(true);
  expect(new ours.Timestamp(es.timestampNow()).seconds).toBeGreaterThan(1_700_000_000n);
});

test("durations", () => {
  const duration = new ours.Duration(es.durationFromMs(-1500));
  expect(duration).toEqual(new ours.Duration({ seconds: -1n, nanos: -500_000_000 }));
  expect(es.durationMs(duration)).toBe(-1500);
});

test("isWrapper, isWrapperDesc, hasCustomJsonRepresentation", () => {
  expect(es.isWrapper(new ours.StringValue({ value: "x" }))).toBe(true);
  expect(es.isWrapper(new ours.Duration())).toBe(false);
  expect([es.isWrapperDesc(ours.BytesValueSchema), es.isWrapperDesc(ours.AnySchema)]).toEqual([true, false]);
  expect(es.hasCustomJsonRepresentation(ours.StructSchema)).toBe(es.hasCustomJsonRepresentation(es.StructSchema));
});

test.each([
  ["Timestamp", ours.TimestampSchema, ours.Timestamp, es.TimestampSchema, "2026-11-22T10:11:12.000000005Z"],
  ["Duration", ours.DurationSchema, ours.Duration, es.DurationSchema, "-1.500s"],
  ["FieldMask", ours.FieldMaskSchema, ours.FieldMask, es.FieldMaskSchema, "a.fooBar,b"],
  ["Struct", ours.StructSchema, ours.Struct, es.StructSchema, { a: [1, null, { b: "" }] }],
  ["Value", ours.ValueSchema, ours.Value, es.ValueSchema, null],
  ["ListValue", ours.ListValueSchema, ours.ListValue, es.ListValueSchema, [true, "x"]],
  ["StringValue", ours.StringValueSchema, ours.StringValue, es.StringValueSchema, "x"],
  ["Int64Value", ours.Int64ValueSchema, ours.Int64Value, es.Int64ValueSchema, "-9007199254740993"],
  ["BytesValue", ours.BytesValueSchema, ours.BytesValue, es.BytesValueSchema, "AAE="],
  ["Empty", ours.EmptySchema, ours.Empty, es.EmptySchema, {}],
])("JSON of %s, by our schema and by our class", (_, schema, type, esSchema, json) => {
  const expected = fromJson(esSchema, json as never);
  const message = type.fromJson(json as never);
  expect(message.toBinary()).toEqual(toBinary(esSchema as typeof es.EmptySchema, expected as es.Empty));
  expect(toJson(schema as typeof es.EmptySchema, message as es.Empty)).toEqual(json);
  expect(message.equals(fromJson(schema, json as never))).toBe(true);
  expect(message.equals(expected)).toBe(true);
  const copy = new type(expected as never);
  expect(copy.toJson()).toEqual(json);
  expect(create(schema as typeof es.EmptySchema, message as es.Empty)).toBe(message);
});

test("the descriptor of a file is one message to both", () => {
  const proto = es.file_google_protobuf_duration.proto;
  const own = new ours.FileDescriptorProto(proto as never);
  expect(own.toBinary()).toEqual(toBinary(es.FileDescriptorProtoSchema, proto));
  expect(own.messageType[0]).toBeInstanceOf(ours.DescriptorProto);
});

test("each descriptor that protobuf-es exports is exported under the same name", () => {
  const isDesc = (value: unknown) => typeof value === "object" && value !== null && "kind" in value && "proto" in value;
  const theirs = Object.entries(es).filter(([, value]) => isDesc(value));
  expect(theirs.length).toBeGreaterThan(100);
  for (const [name, desc] of theirs) expect([name, String(Reflect.get(ours, name))]).toEqual([name, String(desc)]);
});

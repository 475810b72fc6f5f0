/**
 * merge is what decoding the bytes of both, one after the other, gives: by the parser of protobuf-es, which shares no
 * code with ours. mergeFromJson is what the function of that name in protobuf-es does.
 */
import * as es from "@bufbuild/protobuf";
import { expect, test } from "@jest/globals";
import {
  getExtension,
  merge,
  mergeFromJson,
  mergeFromJsonString,
  ProtobufError,
  setExtension,
} from "@protoloom/protobuf";
import { Duration, DurationSchema, FieldMask, ListValue, Struct, Timestamp } from "@protoloom/protobuf/wkt";
// @ts-expect-error: JavaScript, which the corpus runs without a build
import { Random, randomMessage } from "../../corpus/random-message.mjs";
import * as codeSize from "../../gen/ts/features/code_size_pb.js";
import * as edition from "../../gen/ts/interop/edition2023_pb.js";
import * as proto2 from "../../gen/ts/interop/proto2_pb.js";
import * as proto3 from "../../gen/ts/interop/proto3_pb.js";
import * as types from "../../gen/ts/interop/types_pb.js";

// biome-ignore lint/suspicious/noExplicitAny: messages of all types, whose fields the test does not know
type Message = any;
interface Class {
  new (init?: object): Message;
  readonly typeName: string;
  fromBinary(bytes: Uint8Array, o?: object): Message;
}

const classes = [codeSize, edition, proto2, proto3, types].flatMap((module) => {
  const all = Object.values(module) as unknown[];
  const isSchema = (value: unknown): value is es.DescMessage => (value as es.DescMessage).kind === "message";
  return all.filter(isSchema).map((schema): [string, es.DescMessage, Class] => {
    const type = all.find(
      (value) => typeof value === "function" && (value as unknown as Class).typeName === schema.typeName,
    );
    return [schema.typeName, schema, type as Class];
  });
});
const partial = { partial: true };

/** Messages of the class in pairs, sparse and full. */
function* pairs(desc: es.DescMessage, type: Class): Generator<[Message, Message]> {
  const random = new Random(7);
  for (const density of [1, 0.5, 0.5, 0.2]) {
    const one = (): Message => {
      const bytes = es.toBinary(desc, randomMessage(desc, random, { depth: 3, density, anyTypes: [] }));
      try {
        return type.fromBinary(bytes, partial);
      } catch (e) {
        if (!/not a safe integer/.test(String(e))) throw e; // jstype = JS_NUMBER
        return one();
      }
    };
    yield [one(), one()];
  }
}

const bytesOf = (message: Message): Uint8Array =>
  "toBinary$" in message ? message.toBinary$(partial) : message.toBinary(partial);

test("there are messages of every form", () => {
  expect(classes.length).toBeGreaterThan(10);
  expect(classes.every(([, , type]) => type !== undefined)).toBe(true);
});

test.each(classes)("merge of %s", (_, desc, type) => {
  for (const [target, source] of pairs(desc, type)) {
    const expected = es.fromBinary(desc, Buffer.concat([bytesOf(target), bytesOf(source)]));
    const before = bytesOf(source).slice();
    expect(merge(target, source)).toBe(target);
    expect(es.equals(desc, es.fromBinary(desc, bytesOf(target)), expected)).toBe(true);
    expect(bytesOf(source)).toEqual(before);
  }
});

test.each(classes)("merge of %s from a message of protobuf-es", (_, desc, type) => {
  for (const [target, source] of pairs(desc, type)) {
    const expected = es.fromBinary(desc, Buffer.concat([bytesOf(target), bytesOf(source)]));
    merge(target, es.fromBinary(desc, bytesOf(source)));
    expect(es.equals(desc, es.fromBinary(desc, bytesOf(target)), expected)).toBe(true);
  }
});

test.each(classes)("mergeFromJson of %s", (_, desc, type) => {
  for (const [target, source] of pairs(desc, type)) {
    const text = es.toJsonString(desc, withNanos(es.fromBinary(desc, bytesOf(source))));
    const expected = es.mergeFromJsonString(desc, es.fromBinary(desc, bytesOf(target)), text);
    const other = type.fromBinary(bytesOf(target), partial);
    expect(mergeFromJsonString(target, text)).toBe(target);
    mergeFromJson(other, JSON.parse(text));
    for (const merged of [target, other]) {
      expect(es.equals(desc, es.fromBinary(desc, bytesOf(merged)), expected)).toBe(true);
    }
  }
});

/** protobuf-es does not reset the nanoseconds of the target for a Duration of whole seconds. */
function withNanos<M>(value: M): M {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (es.isMessage(value, DurationSchema)) value.nanos ||= value.seconds < 0n ? -1000 : 1000;
  Object.values(value).forEach(withNanos);
  return value;
}

const { Order } = proto3;

test("a merged message shares nothing with its source", () => {
  const source = new Order({ digest: Uint8Array.of(1), tags: ["a"], first: { name: "pen" } });
  const target = merge(new Order(), source);
  expect(target).toEqual(source);
  expect(target.digest.buffer).not.toBe(source.digest.buffer);
  expect(target.first).not.toBe(source.first);
});

test("required fields may be missing", () => {
  expect(() => merge(new proto2.Strict(undefined!), new proto2.Strict(undefined!))).not.toThrow();
});

test("extensions merge", () => {
  const target = new proto2.Order();
  const source = new proto2.Order();
  setExtension(target, proto2.discount, 1);
  setExtension(source, proto2.discount, 2);
  expect(getExtension(merge(target, source), proto2.discount)).toBe(2);
});

test("zero in JSON replaces, null unsets, and what is not there stays", () => {
  const order = () =>
    new Order({
      author: "liuchao",
      price: 5,
      contact: { name: "wang", email: "w@x" },
      tags: ["a"],
      outcome: { case: "refusal", value: "no" },
    });
  const merged = mergeFromJson(order(), { price: 0, contact: { name: "li" }, tags: ["b"] });
  expect(merged.toJson$()).toEqual({
    author: "liuchao",
    contact: { name: "li", email: "w@x" },
    tags: ["a", "b"],
    refusal: "no",
  });
  const unset = mergeFromJson(order(), { price: null, contact: null, tags: null, refusal: null, replacement: null });
  expect(unset.toJson$()).toEqual({ author: "liuchao", tags: ["a"] });
  expect(mergeFromJson(order(), { replacement: null }).outcome.case).toBe("refusal");
});

test("names that ignoreUnknownFields skips change nothing", () => {
  const order = new Order({ status: proto3.Order_Status.OPEN });
  mergeFromJson(order, { status: "STATUS_NONE", colour: "red" }, { ignoreUnknownFields: true });
  expect(order.status).toBe(proto3.Order_Status.OPEN);
});

test("well-known types with their own JSON", () => {
  expect(mergeFromJson(new Timestamp({ seconds: 1n, nanos: 5 }), "1970-01-01T00:00:07Z")).toEqual(
    new Timestamp({ seconds: 7n }),
  );
  expect(mergeFromJson(new Duration({ seconds: 1n, nanos: 5 }), "3s").nanos).toBe(0);
  expect(mergeFromJson(new FieldMask({ paths: ["a"] }), "b,c").paths).toEqual(["b", "c"]);
  expect(mergeFromJson(Struct.fromJson({ a: 1, b: 2 }), { b: 3 }).toJson()).toEqual({ a: 1, b: 3 });
  expect(mergeFromJson(ListValue.fromJson([1]), [2]).toJson()).toEqual([1, 2]);
});

test("wrong sources are refused, and the target stays as it was", () => {
  const order = new Order({ price: 5, tags: ["a"] });
  const before = order.clone$();
  expect(() => merge(order, new types.Contact() as never)).toThrow(
    "cannot merge message interop.proto3.Order: expected interop.proto3.Order, got interop.Contact",
  );
  expect(() => merge(order, new Order({ author: "x", price: 2 ** 31 }))).toThrow("interop.proto3.Order.price");
  expect(() => mergeFromJson(order, { author: "x", price: "many" })).toThrow(
    "cannot decode field interop.proto3.Order.price from JSON",
  );
  expect(() => mergeFromJsonString(order, '{"price":1,"price":2}')).toThrow(ProtobufError);
  expect(order).toEqual(before);
  const plain = es.create(proto3.OrderSchema);
  expect(() => merge(plain, order)).toThrow(
    "cannot merge message interop.proto3.Order: it is not an instance of a generated class",
  );
  expect(() => mergeFromJson(plain as never, {})).toThrow("it is not an instance of a class with JSON methods");
});

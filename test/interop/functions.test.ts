/** Each function of @bufbuild/protobuf on our classes and schemas, beside what it gives on those of protoc-gen-es. */
import {
  clearField,
  clone,
  create,
  createRegistry,
  type DescField,
  type DescMessage,
  equals,
  fromBinary,
  fromJson,
  fromJsonString,
  isFieldSet,
  isMessage,
  type Message,
  merge,
  mergeFromBinary,
  mergeFromJson,
  mergeFromJsonString,
  toBinary,
  toJson,
  toJsonString,
} from "@bufbuild/protobuf";
import { fromText, mergeFromText, toText } from "@bufbuild/protobuf/txtpb";
import { sizeDelimitedDecodeStream, sizeDelimitedEncode, sizeDelimitedPeek } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "@jest/globals";
import { file_interop_types as esTypes } from "../gen/es/interop/types_pb.js";
import { Contact, file_interop_types } from "../gen/ts/interop/types_pb.js";
import { dialects, type Loose } from "./dialects.js";

describe.each(dialects)("$name", ({ Order, Item, schema, esSchema, itemSchema, inits, file, esFile }) => {
  const registry = createRegistry(file, file_interop_types);
  const esRegistry = createRegistry(esFile, esTypes);
  const cases = inits.map((init, i) => ({ i, init }));

  describe.each(cases)("init $i", ({ init }) => {
    const order = new Order(init);
    const es = create(esSchema, init) as Loose;
    const bytes = toBinary(esSchema, es);
    const json = toJson(esSchema, es, { registry: esRegistry });
    const text = toText(esSchema, es, { registry: esRegistry });

    test("create gives the instance back, and takes an init", () => {
      expect(create(schema, order as Message)).toBe(order);
      expect(toBinary(schema, create(schema, init))).toEqual(bytes);
    });

    test("isMessage", () => {
      expect(isMessage(order)).toBe(true);
      expect(isMessage(order, schema)).toBe(true);
      expect(isMessage(order, itemSchema)).toBe(false);
    });

    test("toBinary gives the bytes of protobuf-es, as our own method does", () => {
      expect(toBinary(schema, order)).toEqual(bytes);
      expect(order.toBinary()).toEqual(bytes);
    });

    test("fromBinary and mergeFromBinary", () => {
      const plain = fromBinary(schema, bytes);
      expect(equals(schema, order, plain)).toBe(true);
      expect(Order.fromBinary(bytes).equals(plain)).toBe(true);
      const merged = mergeFromBinary(schema, new Order({ author: "other" }), bytes);
      expect(merged).toBeInstanceOf(Order);
      expect(toBinary(schema, merged)).toEqual(
        toBinary(esSchema, mergeFromBinary(esSchema, create(esSchema, { author: "other" }), bytes)),
      );
    });

    test("toJson and toJsonString give what protobuf-es gives, as our own methods do", () => {
      expect(toJson(schema, order, { registry })).toEqual(json);
      expect(toJsonString(schema, order, { registry })).toBe(JSON.stringify(json));
      expect(order.toJson$({ registry: ourRegistry })).toEqual(json);
      const always = { alwaysEmitImplicit: true };
      expect(order.toJson$({ registry: ourRegistry, ...always })).toEqual(
        toJson(esSchema, es, { registry: esRegistry, ...always }),
      );
    });

    test("fromJson, fromJsonString, and both as merges", () => {
      const expected = toBinary(esSchema, fromJson(esSchema, json, { registry: esRegistry }));
      expect(toBinary(schema, fromJson(schema, json, { registry }))).toEqual(expected);
      expect(toBinary(schema, fromJsonString(schema, JSON.stringify(json), { registry }))).toEqual(expected);
      expect(Order.fromJson(json, { registry: ourRegistry }).toBinary()).toEqual(expected);
      for (const merged of [
        mergeFromJson(schema, new Order(), json, { registry }),
        mergeFromJsonString(schema, new Order(), JSON.stringify(json), { registry }),
      ]) {
        expect(merged).toBeInstanceOf(Order);
        expect((merged as Loose).toBinary()).toEqual(expected);
      }
    });

    test("toText, fromText, mergeFromText", () => {
      expect(toText(schema, order, { registry })).toBe(text);
      expect(toBinary(schema, fromText(schema, text, { registry }))).toEqual(bytes);
      const merged = mergeFromText(schema, new Order(), text, { registry });
      expect((merged as Loose).toBinary()).toEqual(bytes);
    });

    test("clone, and equals in each combination", () => {
      const copy = clone(schema, order) as Loose;
      expect(toBinary(schema, copy)).toEqual(bytes);
      const all = [order, copy, create(schema, init), es];
      for (const a of all) for (const b of all) expect(equals(schema, a, b)).toBe(true);
      const other = new Order({ ...init, author: "another" });
      for (const a of all) expect(equals(schema, a, other)).toBe(false);
      for (const b of all) expect(order.equals(b)).toBe(true);
      expect(order.equals(create(schema, { ...init, author: "another" }))).toBe(false);
    });

    test("merge", () => {
      const target = new Order({ tags: ["before"], price: 5 });
      merge(schema, target, order);
      const esTarget = create(esSchema, { tags: ["before"], price: 5 });
      merge(esSchema, esTarget, es);
      expect(toBinary(schema, target)).toEqual(toBinary(esSchema, esTarget));
    });

    test("isFieldSet and clearField, of each field", () => {
      for (const field of schema.fields) {
        const mine = new Order(init);
        const theirs = create(esSchema, init);
        expect([field.name, isFieldSet(mine, field)]).toEqual([field.name, isFieldSet(theirs, twin(esSchema, field))]);
        clearField(mine, field);
        clearField(theirs, twin(esSchema, field));
        expect([field.name, isFieldSet(mine, field)]).toEqual([field.name, false]);
        expect(toBinary(schema, mine)).toEqual(toBinary(esSchema, theirs));
        expect(mine.toBinary()).toEqual(toBinary(esSchema, theirs));
        expect(mine.equals(theirs)).toBe(true);
      }
    });

    test("size-delimited", async () => {
      const encoded = sizeDelimitedEncode(schema, order);
      expect(encoded).toEqual(sizeDelimitedEncode(esSchema, es));
      expect(sizeDelimitedPeek(encoded)).toMatchObject({ eof: false, size: bytes.length });
      const decoded: Message[] = [];
      for await (const message of sizeDelimitedDecodeStream(schema, chunks(encoded, encoded))) decoded.push(message);
      expect(decoded.map((message) => toBinary(schema, message))).toEqual([bytes, bytes]);
    });
  });

  test("a schema refuses a message of another type", () => {
    const item = new Item({ name: "x" });
    expect(() => toBinary(schema, item)).toThrow("cannot use field");
    expect(() => toJson(schema, item)).toThrow();
    expect(equals(schema, item, item)).toBe(false);
  });
});

const ourRegistry = (await import("@protoloom/protobuf")).createRegistry(Contact);

function twin(schema: DescMessage, field: DescField): DescField {
  return schema.fields.find((other) => other.number === field.number)!;
}

async function* chunks(...parts: Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const part of parts) for (const byte of part) yield Uint8Array.of(byte);
}

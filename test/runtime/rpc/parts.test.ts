/** The small parts, where a transport would hide what they do. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Code, codeName, createServer, isStatusError, Metadata, type Service, StatusError } from "@protoloom/rpc";
import { ErrorInfo } from "@protoloom/rpc/google/rpc/error_details";
import { service } from "@protoloom/rpc/service";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { Order } from "../../gen/ts/rpc/orders_pb.js";

describe("codecs", () => {
  const codec = Orders.methods.echo.input;
  const order = new Order({ id: "7", author: "liuchao", lines: [{ what: "x" }] });

  test("size, encode into a buffer at an offset, decode a range", () => {
    const size = codec.size(order);
    expect(size).toBe(order.toBinary().length);
    const target = new Uint8Array(size + 1000).fill(255);
    expect(codec.encodeInto(order, target, 5)).toBe(5 + size);
    expect([...target.subarray(0, 5), ...target.subarray(5 + size)]).toEqual(Array(1000).fill(255));
    expect(codec.decode(target, 5, 5 + size).equals(order)).toBe(true);
    expect(codec.decode(Buffer.from(order.toBinary())).equals(order)).toBe(true);
  });

  test("a message that does not fit leaves what is before the offset", () => {
    for (const size of [10, 600, 2000]) {
      const large = new Order({ id: "7".repeat(size), photo: new Uint8Array(size) });
      const target = new Uint8Array(size + 5).fill(255);
      expect(codec.encodeInto(large, target, 5)).toBe(-1);
      expect([...target.subarray(0, 5)]).toEqual(Array(5).fill(255));
    }
  });

  test("a message that cannot be encoded fails with the field, and the next one is encoded", () => {
    const target = new Uint8Array(2000);
    const wrong = Object.assign(new Order(), { price: "1" as never });
    expect(() => codec.encodeInto(wrong, target, 0)).toThrow(/test\.rpc\.Order\.price/);
    expect(codec.encodeInto(order, target, 0)).toBe(codec.size(order));
  });

  test.each([3, 60, 70, 5000])("ranges of a larger buffer decode as they do alone: %i bytes", (length) => {
    const sent = new Order({ id: "é".repeat(length / 2), photo: new Uint8Array(length / 3).fill(9), price: 2n ** 60n });
    const bytes = sent.toBinary();
    const chunk = Buffer.concat([Buffer.alloc(7, 0xff), bytes, Buffer.alloc(9, 0xff)]);
    const received = codec.decode(chunk, 7, 7 + bytes.length);
    expect(received.toJson()).toEqual(Order.fromBinary(bytes).toJson());
    expect(received.photo.constructor).toBe(Uint8Array);
    expect(() => codec.decode(chunk, 7, 6 + bytes.length)).toThrow(/test\.rpc\.Order/);
  });

  test("bytes fields are plain Uint8Arrays, also out of a Buffer", () => {
    const { photo } = codec.decode(Buffer.from(new Order({ photo: new Uint8Array([1]) }).toBinary()));
    expect(Buffer.isBuffer(photo)).toBe(false);
  });
});

test("a service is frozen, with what the proto says", () => {
  expect(Object.isFrozen(Orders) && Object.isFrozen(Orders.methods) && Object.isFrozen(Orders.methods.echo)).toBe(true);
  expect(Orders.typeName).toBe("test.rpc.Orders");
  expect(Object.values(Orders.methods).map(({ path, kind, idempotency }) => [path, kind, idempotency])).toEqual([
    ["/test.rpc.Orders/Echo", "unary", "no_side_effects"],
    ["/test.rpc.Orders/List", "server_streaming", "unknown"],
    ["/test.rpc.Orders/Upload", "client_streaming", "unknown"],
    ["/test.rpc.Orders/Talk", "bidi_streaming", "unknown"],
    ["/test.rpc.Orders/Delete", "unary", "idempotent"],
  ]);
});

test.each([
  ["an object", {}],
  ["an instance of a class", new (class Served {})()],
])("%s has no handler for a method with the name of what every object has", (_, handlers) => {
  const { echo } = Orders.methods;
  const Odd = service<Service>("test.Odd", { hasOwnProperty: { ...echo, name: "HasOwnProperty" } });
  expect([...createServer().add(Odd, handlers).methods]).toEqual([]);
  expect([...createServer().add(Odd, { hasOwnProperty: () => ({}) }).methods]).toHaveLength(1);
});

describe("metadata", () => {
  test("keys have no case, values an order", () => {
    const metadata = new Metadata({ "X-A": ["1", "2"], "x-b-bin": new Uint8Array([1]) }).append("x-a", "3");
    expect(metadata.getAll("X-a")).toEqual(["1", "2", "3"]);
    expect(metadata.get("x-a")).toBe("1");
    expect([...metadata].map(([key]) => key)).toEqual(["x-a", "x-a", "x-a", "x-b-bin"]);
    expect(metadata.delete("x-A")).toBe(true);
    expect(metadata.has("x-a")).toBe(false);
    expect(new Metadata([["a", "b"]]).size).toBe(1);
  });

  test.each([
    ["a key with a space", "a b", "x"],
    ["an empty key", "", "x"],
    ["a line break", "a", "x\ny"],
    ["text beyond ASCII", "a", "é"],
    ["bytes for a text key", "a", new Uint8Array()],
    ["text for a binary key", "a-bin", "x"],
  ])("refuses %s", (_, key, value) => {
    expect(() => new Metadata().set(key, value as never)).toThrow(TypeError);
    expect(() => new Metadata().append(key, value as never)).toThrow(TypeError);
  });
});

describe("StatusError", () => {
  test("says what it is", () => {
    const error = new StatusError(Code.FailedPrecondition, "no stock", {
      cause: 7,
      details: [new ErrorInfo({ reason: "R" })],
    });
    expect(error.message).toBe("FAILED_PRECONDITION: no stock");
    expect(error.cause).toBe(7);
    expect(error.findDetails(ErrorInfo)[0]?.reason).toBe("R");
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "StatusError",
      code: "FAILED_PRECONDITION",
      text: "no stock",
      details: ["type.googleapis.com/google.rpc.ErrorInfo"],
    });
  });

  test("the guard", () => {
    const error = new StatusError(Code.NotFound, "");
    expect(isStatusError(error)).toBe(true);
    expect(isStatusError(error, Code.NotFound)).toBe(true);
    expect(isStatusError(error, Code.Aborted)).toBe(false);
    expect(isStatusError({ name: "StatusError", code: 5 })).toBe(false);
    expect(isStatusError(undefined)).toBe(false);
  });

  test("the names of codes", () => {
    expect(Object.values(Code).map(codeName)).toContain("DEADLINE_EXCEEDED");
    expect(codeName(99)).toBe("CODE_99");
  });
});

test("the package installs only ours and @bufbuild/protobuf", () => {
  const path = new URL("../../../runtime/rpc/package.json", import.meta.url);
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(path, "utf8"));
  const required = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  expect([...Object.keys(dependencies), ...required]).toEqual(["@protoloom/protobuf", "@bufbuild/protobuf"]);
});

import { expect, test } from "@jest/globals";
import { createRegistry } from "@protoloom/protobuf/json";
import { Any, anyIs, anyPack, anyUnpack, Duration, Empty, StringValue, Struct } from "@protoloom/protobuf/wkt";
import { Methods } from "../../../gen/ts/robustness/proto3_pb.js";

const registry = createRegistry(Any, Duration, StringValue, Struct, Empty);
const packed = anyPack(new StringValue({ value: "x" }));

test("a message is packed and unpacked, by class and by registry", () => {
  expect(packed.typeUrl).toBe("type.googleapis.com/google.protobuf.StringValue");
  expect(anyUnpack(packed, StringValue)?.value).toBe("x");
  expect(anyUnpack(packed, registry)).toBeInstanceOf(StringValue);
});

test("another type is not unpacked", () => {
  expect(anyUnpack(packed, Duration)).toBeUndefined();
  expect(anyUnpack(packed, createRegistry(Duration))).toBeUndefined();
  expect(anyUnpack(new Any(), registry)).toBeUndefined();
  expect(anyUnpack({ typeUrl: "foo/", value: new Uint8Array(0) }, registry)).toBeUndefined();
});

test("the prefix may end with a slash", () => {
  expect(anyPack(new Empty(), "example.com/types").typeUrl).toBe("example.com/types/google.protobuf.Empty");
  expect(anyPack(new Empty(), "example.com/").typeUrl).toBe("example.com/google.protobuf.Empty");
});

test("the type is known by class or name", () => {
  expect(anyIs(packed, StringValue)).toBe(true);
  expect(anyIs(packed, "google.protobuf.StringValue")).toBe(true);
  expect(anyIs(packed, Duration)).toBe(false);
  expect(anyIs(new Any(), "")).toBe(false);
});

test.each([
  [new StringValue({ value: "x" }), { value: "x", "@type": "type.googleapis.com/google.protobuf.StringValue" }],
  [new Empty(), { "@type": "type.googleapis.com/google.protobuf.Empty" }],
  [new Duration({ seconds: 1n }), { value: "1s", "@type": "type.googleapis.com/google.protobuf.Duration" }],
  [
    anyPack(new Duration({ seconds: 1n })),
    {
      value: { value: "1s", "@type": "type.googleapis.com/google.protobuf.Duration" },
      "@type": "type.googleapis.com/google.protobuf.Any",
    },
  ],
])("%s has the JSON of its type", (message, json) => {
  const any = anyPack(message);
  expect(any.toJson({ registry })).toEqual(json);
  expect(Any.fromJson(json, { registry }).equals(any)).toBe(true);
});

test("nested messages count through an Any", () => {
  let json: object = {};
  for (let i = 0; i < 99; i++) json = { "@type": "x/google.protobuf.Any", value: json };
  Any.fromJson(json as never, { registry });
  json = { "@type": "x/google.protobuf.Any", value: json };
  expect(() => Any.fromJson(json as never, { registry })).toThrow("maximum recursion depth of 100 reached");
});

test("a message whose fields have the names of methods is packed, and read and written as JSON", () => {
  const message = new Methods({ toBinary: "a", toJsonString: "b" });
  const any = anyPack(message);
  expect(anyUnpack(any, Methods)).toEqual(message);
  const options = { registry: createRegistry(Methods) };
  const json = { "@type": "type.googleapis.com/robustness.proto3.Methods", toBinary: "a", toJsonString: "b" };
  expect(any.toJson(options)).toEqual(json);
  expect(Any.fromJson(json, options)).toEqual(any);
});

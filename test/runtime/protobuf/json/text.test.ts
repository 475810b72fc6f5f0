import { expect, test } from "@jest/globals";
import {
  describeJson,
  indentJson,
  parseJson,
  readContext,
  writeContext,
} from "../../../../runtime/protobuf/src/json/index.js";
import { unknownKey } from "../../../../runtime/protobuf/src/json/tree/unknown-key.js";
import { readArray, readObject } from "../../../../runtime/protobuf/src/json/value.js";

test.each([
  ['{"a":1,"a":2}', "a"],
  ['{"a":1,"\\u0061":2}', "a"],
  ['{"a\\"":1,"a\\"":2}', 'a"'],
  ['{"a":"\\\\","a":1}', "a"],
  ['[{"x":1},{"x":{"y":1,"y":[]}}]', "y"],
  ['{"__proto__":1,"__proto__":2}', "__proto__"],
  ['{"a":1,"a":"\\u003a"}', "a"],
  ['{"a":1,"a":"\\u003A"}', "a"],
  ['{"x":"::","a:b":{"c:":":"},"a:b":[":"]}', "a:b"],
  [' { "" : [ ] , "" : 2 }', ""],
])("%s has a key twice", (text, key) => {
  expect(() => parseJson(text)).toThrow(`duplicate object key ${JSON.stringify(key)}`);
});

test.each([
  '{"a":{"a":1},"b":[{"a":"a"},{"a":"b"}]}',
  '{"a":"}{,\\"a\\":","b":1}',
  '["a","a",{"a":["a","a"]}]',
  '{"a":"\\u003a:","b":["::",{":":null}]}',
  '"a"',
  ' {"a\\\\":1,"a":"\\\\\\""}',
])("%s has no key twice", (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test("text that is no JSON is refused", () => {
  expect(() => parseJson('{"a":')).toThrow(expect.objectContaining({ name: "ProtobufError" }));
});

test("nesting deeper than the stack is read", () => {
  const text = "[".repeat(100_000) + "]".repeat(100_000);
  expect(parseJson(text)).toBeInstanceOf(Array);
});

const samples = [
  "[]",
  "{}",
  "1",
  '"a,b:{}[]"',
  '{"a":[],"b":{},"c":[1,{"d":"\\"}"}],"e":[[]]}',
  '[{"__proto__":null},"\\\\"]',
];

test.each(samples)("%s is indented as by JSON.stringify", (text) => {
  for (const spaces of [-1, 0, 1, 2, 2.7, 4, 10, 11]) {
    expect(indentJson(text, spaces)).toBe(JSON.stringify(JSON.parse(text), null, spaces));
  }
});

test("indentation keeps the order of keys, and -0", () => {
  expect(indentJson('{"b":-0,"1":2}', 1)).toBe('{\n "b": -0,\n "1": 2\n}');
});

test("errors say what was found, whatever its size", () => {
  expect(() => readObject([])).toThrow("expected object, got array");
  expect(() => readObject(null)).toThrow("expected object, got null");
  expect(() => readArray({})).toThrow("expected array, got object");
  expect(describeJson("x".repeat(1e6))).toBe("string of 1000000 characters");
  expect(describeJson('say "hi"')).toBe('"say \\"hi\\""');
  expect(() => unknownKey("nope", readContext(undefined))).toThrow('key "nope" is unknown');
  unknownKey("nope", readContext({ ignoreUnknownFields: true }));
});

test("a context passes through, options do not", () => {
  const context = readContext({ recursionLimit: 5 });
  expect(readContext(context)).toBe(context);
  expect(context).toMatchObject({ ignoreUnknownFields: false, recursionLimit: 5, depth: 0 });
  expect(writeContext(undefined)).toBe(writeContext(undefined));
  expect(writeContext({ enumAsInteger: true })).toMatchObject({ enumAsInteger: true, alwaysEmitImplicit: false });
});

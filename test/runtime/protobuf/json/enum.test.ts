import { expect, test } from "@jest/globals";
import { enumJson, readContext, writeContext, writeEnum } from "../../../../runtime/protobuf/src/json/index.js";
import { readEnum } from "../../../../runtime/protobuf/src/json/scalar/enum.js";

const color = enumJson({ RED: 0, GREEN: 1, VERDE: 1, toString: 2, ["__proto__"]: 3, NEGATIVE: -1 });
const closed = enumJson({ RED: 1 }, "closed");
const nullValue = enumJson({ NULL_VALUE: 0 }, "null");
const strict = readContext(undefined);
const lenient = readContext({ ignoreUnknownFields: true });

test.each([
  [0, '"RED"'],
  [1, '"GREEN"'],
  [2, '"toString"'],
  [3, '"__proto__"'],
  [-1, '"NEGATIVE"'],
  [4, "4"],
])("%p is written as %p", (value, text) => {
  expect(writeEnum(value, color, writeContext(undefined))).toBe(text);
  expect(writeEnum(value, color, writeContext({ enumAsInteger: true }))).toBe(String(value));
});

test("NullValue is null both ways", () => {
  expect(writeEnum(0, nullValue, writeContext({ enumAsInteger: true }))).toBe("null");
  expect(readEnum(null, nullValue, strict)).toBe(0);
  expect(readEnum("NULL_VALUE", nullValue, strict)).toBe(0);
});

test.each([
  ["RED", 0],
  ["VERDE", 1],
  ["toString", 2],
  ["__proto__", 3],
  [99, 99],
  [-0, 0],
])("%p is read as %p", (json, value) => {
  expect(readEnum(json, color, strict)).toBe(value);
});

test.each(["PURPLE", "constructor", "hasOwnProperty", "", "1"])("unknown name %p is refused or skipped", (name) => {
  expect(() => readEnum(name, color, strict)).toThrow(`expected name or number of an enum value, got "${name}"`);
  expect(readEnum(name, color, lenient)).toBeUndefined();
});

test.each([null, true, 1.5, 2147483648, Number.NaN, {}, []])("%p is no enum value", (json) => {
  expect(() => readEnum(json, color, lenient)).toThrow("expected name or number of an enum value, got ");
});

test("a closed enum refuses numbers that it does not declare", () => {
  expect(readEnum(1, closed, strict)).toBe(1);
  expect(() => readEnum(2, closed, lenient)).toThrow("got 2");
});

test("numbers beyond int32 are not written", () => {
  expect(() => writeEnum("RED" as never, color, writeContext(undefined))).toThrow('expected enum value, got "RED"');
  expect(() => writeEnum(1.5, color, writeContext(undefined))).toThrow("expected enum value, got 1.5");
});

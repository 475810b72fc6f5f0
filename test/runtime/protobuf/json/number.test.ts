import { expect, test } from "@jest/globals";
import {
  type JsonValue,
  readBool,
  readBoolKey,
  readDouble,
  readFloat,
  readInt32,
  readInt32Key,
  readInt64,
  readInt64Key,
  readUint32,
  readUint64,
  readUint64Key,
  writeBool,
  writeDouble,
  writeFloat,
  writeInt32,
  writeInt64,
  writeUint32,
  writeUint64,
} from "../../../../runtime/protobuf/src/json/index.js";
import { checkUniqueKeys } from "../../../../runtime/protobuf/src/json/tree/unknown-key.js";

const int64Max = 9223372036854775807n;
const uint64Max = 18446744073709551615n;

test.each([
  [writeInt32, 0, "0"],
  [writeInt32, -0, "0"],
  [writeInt32, -2147483648, "-2147483648"],
  [writeUint32, 4294967295, "4294967295"],
  [writeFloat, 3.4e38, "3.4e+38"],
  [writeFloat, Number.NEGATIVE_INFINITY, '"-Infinity"'],
  [writeDouble, -0, "-0"],
  [writeDouble, 5e-324, "5e-324"],
  [writeDouble, Number.NaN, '"NaN"'],
  [writeDouble, Number.POSITIVE_INFINITY, '"Infinity"'],
])("%p writes %p", (write, value, text) => {
  expect(write(value)).toBe(text);
});

test.each([
  [writeInt64, 0n, '"0"'],
  [writeInt64, -int64Max - 1n, '"-9223372036854775808"'],
  [writeInt64, "-9223372036854775808", '"-9223372036854775808"'],
  [writeInt64, "-12", '"-12"'],
  [writeInt64, -0, '"0"'],
  [writeInt64, 2 ** 60, '"1152921504606846976"'],
  [writeUint64, uint64Max, '"18446744073709551615"'],
  [writeUint64, "18446744073709551615", '"18446744073709551615"'],
  [writeUint64, 7, '"7"'],
])("%p writes %p", (write, value, text) => {
  expect(write(value)).toBe(text);
});

test.each<[(value: never) => string, unknown, string]>([
  [writeInt32, 3.5, "expected int32, got 3.5"],
  [writeInt32, 2147483648, "expected int32, got 2147483648"],
  [writeInt32, Number.NaN, "expected int32, got NaN"],
  [writeInt32, "5", 'expected int32, got "5"'],
  [writeInt32, 5n, "expected int32, got 5"],
  [writeInt32, undefined, "expected int32, got undefined"],
  [writeUint32, -1, "expected uint32, got -1"],
  [writeFloat, 3.5e38, "expected float, got 3.5e+38"],
  [writeDouble, "1", 'expected double, got "1"'],
  [writeInt64, int64Max + 1n, "expected int64, got 9223372036854775808"],
  [writeInt64, 1.5, "expected int64, got 1.5"],
  [writeInt64, "", 'expected int64, got ""'],
  [writeInt64, "-", 'expected int64, got "-"'],
  [writeInt64, "9223372036854775808", 'expected int64, got "9223372036854775808"'],
  [writeUint64, -1n, "expected uint64, got -1"],
  [writeUint64, "-1", 'expected uint64, got "-1"'],
  [writeUint64, -1, "expected uint64, got -1"],
  [writeBool, 1, "expected bool, got 1"],
])("%p refuses %p", (write, value, message) => {
  expect(() => write(value as never)).toThrow(message);
});

test.each<[(json: JsonValue) => unknown, JsonValue, unknown]>([
  [readInt32, -0, 0],
  [readInt32, "-0", 0],
  [readInt32, "1e5", 100000],
  [readInt32, "1.0", 1],
  [readInt32, "-2147483648", -2147483648],
  [readUint32, 4294967295, 4294967295],
  [readUint32, "4294967295", 4294967295],
  [readInt64, 5, 5n],
  [readInt64, "-9223372036854775808", -int64Max - 1n],
  [readInt64, 2 ** 62, 2n ** 62n],
  [readUint64, "18446744073709551615", uint64Max],
  [readFloat, "NaN", Number.NaN],
  [readFloat, "-Infinity", Number.NEGATIVE_INFINITY],
  [readFloat, 3.4028235e38, Math.fround(3.4028235e38)],
  [readDouble, -0, -0],
  [readDouble, "1.5", 1.5],
  [readDouble, "-0", -0],
  [readBool, true, true],
])("%p reads %p", (read, json, value) => {
  expect(read(json)).toBe(value);
});

test.each<[(json: JsonValue) => unknown, JsonValue[]]>([
  [readInt32, [2147483648, 1.5, "", " 1", "1 ", "1.5", "x", "NaN", Number.NaN, true, null, {}, [1]]],
  [readUint32, [-1, 4294967296, "-1", "", null]],
  [readInt64, ["9223372036854775808", "1.5", "", "x", 1.5, 2 ** 63, Number.NaN, true, null, {}, "9".repeat(1e6)]],
  [readUint64, [-1, "-1", "18446744073709551616", 2 ** 64]],
  [readFloat, [3.5e38, -3.5e38, "3.5e38", Number.NaN, Number.POSITIVE_INFINITY, "", " 1", "inf"]],
  [readDouble, ["1e400", Number.NEGATIVE_INFINITY, "", "1 ", "nan", true, null, []]],
  [readBool, ["true", 1, 0, null]],
])("%p refuses what is none", (read, inputs) => {
  for (const json of inputs) expect(() => read(json)).toThrow(/^expected (u?int\d\d|float|double|bool), got .{1,60}$/);
});

test.each<[(key: string) => unknown, string, unknown]>([
  [readBoolKey, "true", "true"],
  [readInt32Key, "-7", -7],
  [readInt64Key, "-7", "-7"],
  [readInt64Key, "-007", "-7"],
  [readInt64Key, "-0", "0"],
  [readInt64Key, "-9223372036854775808", "-9223372036854775808"],
  [readUint64Key, "0", "0"],
  [readUint64Key, "18446744073709551615", "18446744073709551615"],
])("%p reads key %p", (read, key, value) => {
  expect(read(key)).toBe(value);
});

test("refuses keys that are none", () => {
  expect(() => readBoolKey("1")).toThrow('expected bool, got "1"');
  expect(() => readInt32Key("2147483648")).toThrow("expected int32");
  expect(() => readInt64Key("")).toThrow("expected int64");
  expect(() => readUint64Key("-1")).toThrow("expected uint64");
});

test("refuses a map with the same integer key twice", () => {
  expect(() => checkUniqueKeys({ 1: true, "01": true }, readInt32Key)).toThrow('map key "01" is set multiple times');
  expect(() => checkUniqueKeys({ "01": true, "1.0": true }, readInt32Key)).toThrow("set multiple times");
  expect(() => checkUniqueKeys({ "-0": true, "00": true }, readInt64Key)).toThrow("set multiple times");
  checkUniqueKeys({ 1: true, "02": true, "003": true }, readInt64Key);
});

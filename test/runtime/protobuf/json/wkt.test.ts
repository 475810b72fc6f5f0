import { expect, test } from "@jest/globals";
import {
  type JsonObject,
  type JsonValue,
  type ListValueShape,
  readContext,
  readDurationJson,
  readFieldMaskJson,
  readStructJson,
  readStructObject,
  readTimestampJson,
  readValueJson,
  type StructShape,
  structFromJson,
  structToJson,
  type ValueShape,
  writeDurationJson,
  writeFieldMaskJson,
  writeStructJson,
  writeStructObject,
  writeTimestampJson,
  writeValueJson,
} from "@protoloom/protobuf/json";

class Struct implements StructShape {
  fields: { [key: string]: ValueShape } = {};
}
class Value implements ValueShape {
  kind: ValueShape["kind"] = { case: undefined };
}
class ListValue implements ListValueShape {
  values: ValueShape[] = [];
}
const make = { Struct, Value, ListValue };

const read = <M>(reader: (m: M, json: JsonValue, o: ReturnType<typeof readContext>) => M, m: M, json: JsonValue): M =>
  reader(m, json, readContext(undefined));
const readTimestamp = (json: JsonValue) => read(readTimestampJson, { seconds: 1n, nanos: 1 }, json);
const readDuration = (json: JsonValue) => read(readDurationJson, { seconds: 1n, nanos: 1 }, json);

test.each<[string, bigint, number]>([
  ["1970-01-01T00:00:00Z", 0n, 0],
  ["0001-01-01T00:00:00Z", -62135596800n, 0],
  ["9999-12-31T23:59:59.999999999Z", 253402300799n, 999999999],
  ["1969-12-31T23:59:59.900Z", -1n, 900000000],
  ["2024-02-29T12:34:56.000001Z", 1709210096n, 1000],
  ["0099-01-01T00:00:00Z", -59042995200n, 0],
])("timestamp %s", (text, seconds, nanos) => {
  expect(writeTimestampJson({ seconds, nanos })).toBe(`"${text}"`);
  expect(readTimestamp(text)).toEqual({ seconds, nanos });
});

test.each<[string, bigint, number]>([
  ["1970-01-01T01:00:00+01:00", 0n, 0],
  ["1969-12-31T00:01:00-23:59", 0n, 0],
  ["1970-01-01T00:00:00.5-00:00", 0n, 500000000],
])("timestamp %s is read", (text, seconds, nanos) => {
  expect(readTimestamp(text)).toEqual({ seconds, nanos });
});

test.each([
  "1970-01-01",
  "1970-01-01T00:00:00",
  "1970-01-01t00:00:00Z",
  "1970-01-01T00:00:00z",
  "1970-01-01T00:00:00.Z",
  "1970-01-01T00:00:00.1234567890Z",
  "1970-01-01T00:00:00Z\n",
  "1970-01-01T00:00:60Z",
  "1970-01-01T24:00:00Z",
  "1970-01-01T00:00:00+24:00",
  "1970-13-01T00:00:00Z",
  "1970-00-01T00:00:00Z",
  "2023-02-29T00:00:00Z",
  "2024-02-30T00:00:00Z",
  "2024-04-31T00:00:00Z",
])("%p is no timestamp", (text) => {
  expect(() => readTimestamp(text)).toThrow(`expected RFC 3339 timestamp, got ${JSON.stringify(text)}`);
});

test("a timestamp is from year 1 to year 9999", () => {
  for (const text of ["0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"]) {
    expect(() => readTimestamp(text)).toThrow("expected timestamp from 0001-01-01T00:00:00Z");
  }
  expect(() => writeTimestampJson({ seconds: 253402300800n, nanos: 0 })).toThrow("expected timestamp from");
  expect(() => writeTimestampJson({ seconds: -62135596801n, nanos: 0 })).toThrow("expected timestamp from");
  expect(() => writeTimestampJson({ seconds: 0n, nanos: -1 })).toThrow("expected nanos from 0 to 999999999, got -1");
  expect(() => writeTimestampJson({ seconds: 0n, nanos: 1e9 })).toThrow("expected nanos");
  expect(() => writeTimestampJson({ seconds: 0n, nanos: 0.5 })).toThrow("expected nanos");
  expect(() => readTimestamp(5)).toThrow("expected RFC 3339 timestamp, got 5");
});

test.each<[string, bigint, number]>([
  ["0s", 0n, 0],
  ["1.500s", 1n, 500000000],
  ["-0.500s", 0n, -500000000],
  ["-1.000001s", -1n, -1000],
  ["0.000000001s", 0n, 1],
  ["315576000000.999999999s", 315576000000n, 999999999],
  ["-315576000000s", -315576000000n, 0],
])("duration %s", (text, seconds, nanos) => {
  expect(writeDurationJson({ seconds, nanos })).toBe(`"${text}"`);
  expect(readDuration(text)).toEqual({ seconds, nanos });
});

test.each(["", "1", "s", "1S", "+1s", "1.s", ".5s", "1 s", "1s ", "1sx", "1s\n", "--1s", "1e2s", "0.1234567890s"])(
  "%p is no duration",
  (text) => {
    expect(() => readDuration(text)).toThrow(`expected duration in seconds, got ${JSON.stringify(text)}`);
  },
);

test("a duration is of at most 10,000 years, and of one sign", () => {
  expect(() => readDuration("315576000001s")).toThrow("expected duration from -315576000000s to 315576000000s");
  expect(() => readDuration(`${"9".repeat(400)}s`)).toThrow("expected duration from");
  expect(() => writeDurationJson({ seconds: -315576000001n, nanos: 0 })).toThrow("expected duration from");
  expect(() => writeDurationJson({ seconds: 1n, nanos: -1 })).toThrow("expected nanos with the sign of seconds");
  expect(() => writeDurationJson({ seconds: -1n, nanos: 1 })).toThrow("expected nanos with the sign of seconds");
  expect(() => writeDurationJson({ seconds: 0n, nanos: 1e9 })).toThrow("expected nanos from");
  expect(readDuration("-0.0s")).toEqual({ seconds: 0n, nanos: 0 });
});

test.each<[string, string[]]>([
  ["", []],
  ["foo", ["foo"]],
  ["fooBar,baz.quxQuux", ["foo_bar", "baz.qux_quux"]],
])("field mask %p", (text, paths) => {
  expect(writeFieldMaskJson({ paths })).toBe(JSON.stringify(text));
  expect(read(readFieldMaskJson, { paths: [] as string[] }, text)).toEqual({ paths });
});

test("a path that does not come back is refused", () => {
  for (const path of ["fooBar", "foo__bar", "foo_3_bar", "_", "foo_"]) {
    expect(() => writeFieldMaskJson({ paths: [path] })).toThrow(`path "${path}" has no reversible lowerCamelCase`);
  }
  expect(() => read(readFieldMaskJson, { paths: [] as string[] }, "foo_bar")).toThrow("lowerCamelCase");
});

const anyJson: JsonObject = JSON.parse(
  '{"null":null,"n":1.5,"s":"a\\"b","t":true,"o":{"__proto__":{"x":[]},"toString":1},"l":[1,[null,{}],"x"],"":0}',
);

test("any JSON is a Struct and comes back, in both shapes", () => {
  const text = JSON.stringify(anyJson);
  const struct = readStructJson(new Struct(), anyJson, readContext(undefined), make);
  expect(writeStructJson(struct)).toBe(text);
  expect(JSON.stringify(structToJson(struct))).toBe(text);
  expect(structFromJson(anyJson, make)).toEqual(struct);
  expect(writeStructObject(anyJson)).toBe(text);
  const copy = readStructObject(anyJson, readContext(undefined));
  expect(JSON.stringify(copy)).toBe(text);
  expect(copy.l).not.toBe(anyJson.l);
  expect(Object.getPrototypeOf(copy.o)).toBe(Object.prototype);
});

test("a Value has a value, and no number that JSON has not", () => {
  const o = readContext(undefined);
  expect(() => writeValueJson(new Value())).toThrow("google.protobuf.Value must have a value");
  const nan: ValueShape = { kind: { case: "numberValue", value: Number.NaN } };
  expect(() => writeValueJson(nan)).toThrow("google.protobuf.Value cannot be NaN");
  expect(() => readValueJson(new Value(), JSON.parse("1e400"), o, make)).toThrow("cannot be Infinity");
  expect(() => readStructObject({ a: ["\ud800"] }, o)).toThrow("lone surrogate");
  expect(() => writeStructObject({ a: undefined as never })).toThrow("expected JSON value, got undefined");
  expect(structToJson({ fields: { a: new Value() } })).toEqual({ a: null });
  expect(writeValueJson({ kind: { case: "nullValue", value: 7 } })).toBe("null");
});

test("nesting is bounded", () => {
  const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels)) as JsonValue;
  readValueJson(new Value(), nested(99), readContext(undefined), make);
  expect(() => readValueJson(new Value(), nested(100), readContext(undefined), make)).toThrow(
    "maximum recursion depth of 100 reached",
  );
  const cycle: JsonObject = {};
  cycle.a = [cycle];
  expect(() => writeStructObject(cycle)).toThrow("maximum depth of 1000 reached");
  expect(() => structFromJson(cycle, make)).toThrow("maximum depth of 1000 reached");
});

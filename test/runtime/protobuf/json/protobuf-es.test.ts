// Our ProtoJSON takes what protobuf-es takes, and writes what it writes: seeded random input, for every type with a
// form of its own. The exceptions are listed, each with its reason.

import { type DescMessage, fromJson, type JsonValue, toJsonString } from "@bufbuild/protobuf";
import * as es from "@bufbuild/protobuf/wkt";
import { expect, test } from "@jest/globals";
import * as json from "@protoloom/protobuf/json";

const o = json.writeContext(undefined);
const make = {
  Struct: class {
    fields = {};
  },
  Value: class {
    kind: json.ValueShape["kind"] = { case: undefined };
  },
  ListValue: class {
    values = [];
  },
};

let state = 1;
/** A number from 0 to n - 1 (mulberry32). */
function random(n: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % n;
}

const pick = <T>(items: ArrayLike<T>): T => items[random(items.length)]!;
const chars = (alphabet: string, max: number): string =>
  Array.from({ length: random(max + 1) }, () => pick(alphabet)).join("");

const numberText = () => chars("0123456789-+.eExnN_ ", 7);
const integer = () => (random(2) ? 1 : -1) * Math.floor((random(2 ** 31) / 2 ** 31) * 2 ** random(70));
const real = () => (random(2 ** 31) - 2 ** 30) * 10 ** (random(80) - 45);
const numbers = () => pick([numberText, integer, real, () => String(integer()), () => String(BigInt(integer()))])();
const base64 = () => chars("ABab019+/-_ \n!=", random(20) ? 12 : 300) + pick(["", "=", "=="]);
const digits = (n: number) => Array.from({ length: n }, () => random(10)).join("");
const fraction = () => pick(["", "", `.${digits(3)}`, `.${digits(9)}`, `.${digits(1 + random(10))}`]);
const two = (max: number) => String(random(max + 1)).padStart(2, "0");
const timestamp = () =>
  `${digits(4)}-${two(13)}-${two(32)}T${two(24)}:${two(60)}:${two(60)}${fraction()}${pick(["Z", "Z", `+${two(24)}:${two(60)}`, "-00:01", ""])}`;
const duration = () => `${pick(["", "-"])}${digits(random(14))}${fraction()}s`;
const path = () => chars("abAZ09_._,", 8);

function anyJson(depth = 4): JsonValue {
  switch (random(depth > 0 ? 5 : 3)) {
    case 0:
      return pick([null, true, false]);
    case 1:
      return pick([0, 1.5, -3, 1e300]);
    case 2:
      return pick(["", "x", "日本\n", '"']);
    case 3:
      return Array.from({ length: random(4) }, () => anyJson(depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random(4) }, () => [
          pick(["a", "b", "__proto__", "toString", "1", ""]),
          anyJson(depth - 1),
        ]),
      );
  }
}

const edges: JsonValue[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  0.5,
  "",
  " ",
  "0",
  "NaN",
  "-Infinity",
  "1e5",
  {},
  [],
  [1],
  { a: 1 },
];

interface Row {
  schema: DescMessage;
  random: () => JsonValue;
  both: (input: JsonValue) => string;
  /** Says why we refuse what protobuf-es takes. */
  refused?: (input: JsonValue) => boolean;
  /** Says what we take that protobuf-es refuses. */
  accepted?: (input: JsonValue) => boolean;
  /** Whether two texts that differ stand for the same value. */
  same?: (ours: string, theirs: string) => boolean;
}

type Reader<M> = (m: M, input: JsonValue, o: json.JsonReadContext, classes: typeof make) => M;

function row<M>(schema: DescMessage, input: () => JsonValue, empty: () => M, read: Reader<M>, write: (m: M) => string) {
  const both = (value: JsonValue) => write(read(empty(), value, json.readContext(undefined), make));
  return { schema, random: input, both };
}

const rows: Row[] = [
  {
    ...row(es.DoubleValueSchema, numbers, () => ({ value: 0 }), json.readDoubleValueJson, json.writeDoubleValueJson),
    refused: isNoDecimal,
  },
  {
    ...row(es.FloatValueSchema, numbers, () => ({ value: 0 }), json.readFloatValueJson, json.writeFloatValueJson),
    refused: isNoDecimal,
    // protobuf-es writes the digits of a double.
    same: (ours, theirs) => Math.fround(Number(ours)) === Math.fround(Number(theirs)) && ours.length <= theirs.length,
  },
  {
    ...row(es.Int64ValueSchema, numbers, () => ({ value: 0n }), json.readInt64ValueJson, json.writeInt64ValueJson),
    refused: isNoDecimal,
    accepted: isExponential,
  },
  {
    ...row(es.UInt64ValueSchema, numbers, () => ({ value: 0n }), json.readUInt64ValueJson, json.writeUInt64ValueJson),
    refused: isNoDecimal,
    accepted: isExponential,
  },
  {
    ...row(es.Int32ValueSchema, numbers, () => ({ value: 0 }), json.readInt32ValueJson, json.writeInt32ValueJson),
    refused: isNoDecimal,
  },
  {
    ...row(es.UInt32ValueSchema, numbers, () => ({ value: 0 }), json.readUInt32ValueJson, json.writeUInt32ValueJson),
    refused: isNoDecimal,
  },
  row(es.BoolValueSchema, numbers, () => ({ value: false }), json.readBoolValueJson, json.writeBoolValueJson),
  row(es.StringValueSchema, path, () => ({ value: "" }), json.readStringValueJson, json.writeStringValueJson),
  {
    ...row(
      es.BytesValueSchema,
      base64,
      () => ({ value: new Uint8Array() }),
      json.readBytesValueJson,
      json.writeBytesValueJson,
    ),
    // protobuf-es drops a character that is left over before padding: six bits are no byte.
    refused: (input) =>
      (input as string)
        .replace(/\s/g, "")
        .split("=")
        .some((part) => part.length % 4 === 1),
  },
  {
    ...row(
      es.TimestampSchema,
      timestamp,
      () => ({ seconds: 0n, nanos: 0 }),
      json.readTimestampJson,
      json.writeTimestampJson,
    ),
    // protobuf-es leaves these to Date.parse, and engines differ in them: RFC 3339 has no hour 24 and no February 30.
    refused: (input) => /T24|-(0[2469]|11)-3[01]|-02-29/.test(input as string),
  },
  row(es.DurationSchema, duration, () => ({ seconds: 0n, nanos: 0 }), json.readDurationJson, json.writeDurationJson),
  {
    ...row(es.FieldMaskSchema, path, () => ({ paths: [] }), json.readFieldMaskJson, json.writeFieldMaskJson),
    // An empty path comes back as no path.
    refused: (input) => /^,|,,|,$/.test(input as string),
  },
  row(es.StructSchema, anyJson, () => new make.Struct(), json.readStructJson, json.writeStructJson),
  row(es.ValueSchema, anyJson, () => new make.Value(), json.readValueJson, json.writeValueJson),
  row(es.ListValueSchema, anyJson, () => new make.ListValue(), json.readListValueJson, json.writeListValueJson),
];

/** protobuf-es takes all that BigInt() and Number() take, white space and hexadecimals too: ProtoJSON has decimal strings. */
function isNoDecimal(input: JsonValue): boolean {
  return typeof input === "string" && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(input);
}

/** protobuf-es takes integers with an exponent or a fraction of zeros in 32 bits alone; C++ and Go take them in 64, too. */
function isExponential(input: JsonValue): boolean {
  return typeof input === "string" && /^[+-]?\d*\.?\d*(e[+-]?\d+)?$/i.test(input) && Number.isInteger(Number(input));
}

test.each(rows.map((r) => [r.schema.typeName, r] as const))(
  "%s",
  (_, { schema, random: input, both, refused, accepted: ours64, same }) => {
    let accepted = 0;
    for (let i = -edges.length; i < 4000; i++) {
      const value = i < 0 ? edges[i + edges.length]! : input();
      const theirs = attempt(() => toJsonString(schema, fromJson(schema, value)));
      const ours = attempt(() => both(value));
      if (theirs !== undefined) accepted++;
      if (theirs === ours || (ours === undefined && refused?.(value))) continue;
      if (theirs === undefined && ours64?.(value)) continue;
      if (ours !== undefined && theirs !== undefined && same?.(ours, theirs)) continue;
      // JSON.stringify makes 0 of -0, which is a loss.
      if (ours?.includes("-0") && JSON.stringify(JSON.parse(ours)) === theirs) continue;
      expect([value, ours]).toEqual([value, theirs]);
    }
    expect(accepted).toBeGreaterThan(0);
  },
);

test("the same enum values are written and read", () => {
  const table = json.enumJson({ SYNTAX_PROTO2: 0, SYNTAX_PROTO3: 1, SYNTAX_EDITIONS: 2 });
  for (const value of [0, 1, 2, 3, -1]) {
    const schema = es.TypeSchema;
    const theirs = toJsonString(schema, fromJson(schema, { syntax: value }), { alwaysEmitImplicit: true });
    expect((JSON.parse(theirs) as { syntax: JsonValue }).syntax).toBe(JSON.parse(json.writeEnum(value, table, o)));
  }
});

/** The result of f. Undefined if it throws. */
function attempt(f: () => string): string | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}

import { expect, test } from "@jest/globals";
import {
  JsonReadContext,
  parseDoubles,
  parseFloats,
  parseInt32s,
  parseUint32s,
  writeDouble,
  writeDoubles,
  writeFloat,
  writeFloats,
  writeInt32,
  writeInt32s,
  writeInt64,
  writeInt64s,
  writeUint32,
  writeUint32s,
  writeUint64,
  writeUint64s,
} from "../../../../runtime/protobuf/src/json/index.js";
import { parseText } from "../../../../runtime/protobuf/src/json/text/reader.js";

// The text of a list is, element by element, what the writer of one element gives.

const lists = [
  [writeInt32s, writeInt32, [0, -0, 7, -7, 10, 99, 100, 999, 9999, 10000, 123456789, 2147483647, -2147483648]],
  [writeUint32s, writeUint32, [0, 9, 10000, 99999999, 100000000, 2147483648, 4294967295]],
  [writeInt64s, writeInt64, [0n, -1n, 2n ** 31n, -(2n ** 31n), -(2n ** 32n), 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]],
  [writeInt64s, writeInt64, ["7", "-9223372036854775808", 12, -0, 3n, 2 ** 60]],
  [writeUint64s, writeUint64, [0n, 99999999n, 100000000n, 10n ** 16n - 1n, 10n ** 16n, 2n ** 53n, 2n ** 64n - 1n]],
  [writeUint64s, writeUint64, ["18446744073709551615", 7]],
  [writeFloats, writeFloat, [0, -0, 0.5, Math.fround(0.1), Math.fround(1234.5678), 3.4e38, 1e-45, Number.NaN]],
  [writeDoubles, writeDouble, [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1e21]],
  [
    writeDoubles,
    writeDouble,
    [1e-5, 9.999999999999999e-6, 999999999.9999999, 1e9, 1.005, 0.29, 123.4, -0.07, 4294967296],
  ],
  [writeDoubles, writeDouble, [0.1 + 0.2, 7.11077, 15.134774208068848, 0.0009765625, 2 ** -16]],
  [writeDoubles, writeDouble, []],
] as unknown as [(list: unknown[]) => string, (v: unknown) => string, unknown[]][];

test.each(lists)("%p writes what %p writes, of %p", (writeAll, write, list) => {
  expect(writeAll(list)).toBe(`[${list.map(write).join(",")}]`);
});

/** A generator of pseudo-random doubles from 0 to 1; mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = createRandom(1);
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The doubles next to a short decimal, and the decimal itself. */
function beside(decimal: number): number {
  double[0] = decimal;
  words[0] = words[0]! + Math.floor(random() * 5) - 2;
  return double[0];
}

/** Any fraction, with an exponent from 2^-20 to 2^34. */
function anyDouble(): number {
  words[0] = random() * 2 ** 32;
  words[1] = ((1003 + Math.floor(random() * 54)) << 20) | Math.floor(random() * 2 ** 20);
  return double[0]!;
}

test.each([
  ["any doubles", anyDouble],
  ["floats", () => Math.fround((random() - 0.5) * 10 ** Math.floor(random() * 12))],
  ["short decimals", () => Math.floor(random() * 1e6) / 10 ** Math.floor(random() * 9)],
  ["doubles next to short decimals", () => beside(Math.floor(random() * 1e9) / 10 ** Math.floor(random() * 13))],
  ["doubles next to powers of ten", () => beside(10 ** (Math.floor(random() * 16) - 6))],
  ["fractions of powers of two", () => Math.floor(random() * 2 ** 30) / 2 ** Math.floor(random() * 45)],
])("%s are written as String does", (_, make) => {
  const list = Array.from({ length: 20_000 }, make);
  expect(writeDoubles(list).slice(1, -1).split(",")).toEqual(list.map((v) => (Object.is(v, -0) ? "-0" : String(v))));
});

test("integers of all lengths are written as String does", () => {
  const ints = Array.from({ length: 5000 }, () => Math.floor((random() - 0.5) * 2 ** (1 + random() * 31)));
  expect(writeInt32s(ints)).toBe(`[${ints.map((v) => v + 0).join(",")}]`);
  const longs = Array.from({ length: 5000 }, () => BigInt.asIntN(1 + Math.floor(random() * 64), anyLong()));
  expect(writeInt64s(longs)).toBe(`[${longs.map((v) => `"${v}"`).join(",")}]`);
  const ulongs = longs.map((v) => BigInt.asUintN(64, v));
  expect(writeUint64s(ulongs)).toBe(`[${ulongs.map((v) => `"${v}"`).join(",")}]`);
});

function anyLong(): bigint {
  return (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32));
}

// Long lists are written in pieces of 1,024 elements.
test.each([1023, 1024, 1025, 2048, 5000])("a list of %p has all its elements", (length) => {
  const list = Array.from({ length }, (_, i) => i - 600.25);
  expect(JSON.parse(writeDoubles(list))).toEqual(list);
});

test.each<[(list: never[]) => string, unknown[], string]>([
  [writeInt32s, [1, 1.5], "expected int32, got 1.5"],
  [writeInt32s, [1, undefined], "expected int32, got undefined"],
  [writeInt32s, [1, "5"], 'expected int32, got "5"'],
  [writeUint32s, [1, -1], "expected uint32, got -1"],
  [writeInt64s, [1n, 2n ** 63n], "expected int64, got 9223372036854775808"],
  [writeInt64s, [1n, 1.5], "expected int64, got 1.5"],
  [writeUint64s, [1n, -1n], "expected uint64, got -1"],
  [writeFloats, [1.5, 3.5e38], "expected float, got 3.5e+38"],
  [writeFloats, [1.5, "1.5"], 'expected float, got "1.5"'],
  [writeDoubles, [1.5, "1.5"], 'expected double, got "1.5"'],
  [writeDoubles, [1.5, null], "expected double, got null"],
  [writeDoubles, [1.5, 5n], "expected double, got 5"],
])("%p refuses %p", (write, list, message) => {
  expect(() => write(list as never[])).toThrow(message);
});

/** The value read from a text. Undefined if it is left to the tree reader. */
function parse(parseAll: (list: number[]) => void, text: string): number[] | undefined {
  const list: number[] = [];
  const fill = (m: number[]): number[] => {
    parseAll(m);
    return m;
  };
  return parseText(text, fill, list, new JsonReadContext(undefined)) ? list : undefined;
}

/** A decimal of as many digits as wanted, with a point anywhere. */
function anyDecimal(digits: number): string {
  const text = `${1 + Math.floor(random() * 9)}${Array.from({ length: digits - 1 }, () => Math.floor(random() * 10)).join("")}`;
  const point = Math.floor(random() * (digits + 1));
  const sign = random() < 0.5 ? "-" : "";
  if (point === digits) return sign + text;
  return `${sign}${point === 0 ? "0" : text.slice(0, point)}.${text.slice(point)}`;
}

/** The decimal halfway between two doubles, cut off or rounded up, where a mistake would show first. */
function halfway(): string {
  const v = 2 ** 52 + Math.floor(random() * 2 ** 52);
  const scale = Math.floor(random() * 8);
  const middle = ((BigInt(v) * 2n + 1n) * 5n ** BigInt(scale + 1)).toString();
  const point = middle.length - scale - 1;
  return `${middle.slice(0, point)}.${middle.slice(point)}`.slice(0, 17 + Math.floor(random() * 4)).replace(/\.$/, "");
}

test.each([
  ["decimals", () => anyDecimal(1 + Math.floor(random() * 20))],
  ["decimals of 16 to 18 digits", () => anyDecimal(16 + Math.floor(random() * 3))],
  ["doubles", () => String(anyDouble())],
  ["decimals halfway between doubles", halfway],
  ["with exponents", () => `${anyDecimal(5)}e${Math.floor(random() * 40) - 20}`],
])("%s are read as by JSON.parse", (_, make) => {
  const text = `[${Array.from({ length: 20_000 }, make).join(",")}]`;
  expect(parse(parseDoubles, text)).toEqual(JSON.parse(text));
});

test.each([
  "9007199254740992",
  "9007199254740993",
  "9007199254740993.0",
  "9007199254740994.9",
  "900719925474099.25",
  "0.1234567890123456789",
  "123456789.000000001",
  "999999999999999999",
  "1234567890",
  "1234567890.5",
  "-0",
  "-0.0",
  "1e-400",
])("%s is read as by JSON.parse", (text) => {
  expect(parse(parseDoubles, `[${text}]`)).toEqual([JSON.parse(text)]);
});

test("a list of doubles with anything but numbers is left to the reader of trees", () => {
  expect(parse(parseDoubles, '[1,"NaN","-Infinity","1.5", 2 ]')).toEqual([
    1,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    1.5,
    2,
  ]);
  for (const item of ["null", "1e400", "01.5", "1.", ".5", "+1", "-", '"a"', "[1]", "", "1 2", "0x1"]) {
    expect(parse(parseDoubles, `[1.5,${item}]`)).toBeUndefined();
    expect(parse(parseDoubles, `[${item},1.5]`)).toBeUndefined();
  }
  expect(parse(parseFloats, "[1.5,3.4e38]")).toEqual([1.5, Math.fround(3.4e38)]);
  expect(parse(parseFloats, "[1.5,3.5e38]")).toBeUndefined();
});

test("lists of integers are read in all their forms", () => {
  const text = '[0,7,-7,"5",1e2,1.0, 999999999 ,1000000000,2147483647,-2147483648,-0,12]';
  const ints = [0, 7, -7, 5, 100, 1, 999999999, 1000000000, 2147483647, -2147483648, 0, 12];
  expect(parse(parseInt32s, text)).toEqual(ints);
  expect(parse(parseUint32s, "[0,4294967295,7]")).toEqual([0, 4294967295, 7]);
  expect(parse(parseInt32s, "[ ]")).toEqual([]);
  for (const item of ["null", "1.5", "2147483648", "01", "00", "-", "", '"a"', "[1]", "1 2", "12345678901"]) {
    expect(parse(parseInt32s, `[1,${item},2]`)).toBeUndefined();
    expect(parse(parseInt32s, `[1,${item}]`)).toBeUndefined();
  }
  expect(parse(parseUint32s, "[1,-1,2]")).toBeUndefined();
  expect(parse(parseInt32s, "[1,2")).toBeUndefined();
  expect(parse(parseInt32s, "[1,")).toBeUndefined();
});

import { expect, test } from "@jest/globals";
import {
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

/**
 * Packed lists are read and written several bytes at a time: every size of varint, the shortest form and longer ones, at
 * every distance from the end of the input, must be what protobuf-es reads and writes one byte at a time.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "@jest/globals";
import { ListsSchema as EsListsSchema } from "../../gen/es/robustness/proto3_pb.js";
import { Lists } from "../../gen/ts/robustness/proto3_pb.js";

const LENGTH_DELIMITED = 2;
/** The fields of Lists whose elements are varints. */
const varints = [1, 2, 3, 4, 5, 6, 13, 14];

/** The varint of a 64-bit number in at least so many bytes. */
function varint(value: bigint, size = 1): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n || bytes.length + 1 < size; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** Numbers on both sides of every limit of a size, and their negatives. */
const numbers = Array.from({ length: 64 }, (_, bits) => 1n << BigInt(bits)).flatMap((n) => [n - 1n, n, n + 1n, -n]);

function packed(number: number, elements: readonly number[][]): Uint8Array {
  const content = elements.flat();
  return Uint8Array.from([(number << 3) | LENGTH_DELIMITED, ...varint(BigInt(content.length)), ...content]);
}

function same(bytes: Uint8Array): void {
  const expected = fromBinary(EsListsSchema, bytes);
  const lists = Lists.fromBinary(bytes);
  for (const [key, value] of Object.entries(expected)) {
    expect({ [key]: lists[key as keyof Lists] }).toEqual({ [key]: value });
  }
  expect(lists.toBinary()).toEqual(toBinary(EsListsSchema, expected));
}

for (const number of varints) {
  test(`field ${number}: every size, in the shortest form`, () => {
    for (const n of numbers) same(packed(number, [varint(n)]));
    same(
      packed(
        number,
        numbers.map((n) => varint(n)),
      ),
    );
  });

  test(`field ${number}: more bytes than needed`, () => {
    for (let size = 1; size <= 10; size++)
      same(
        packed(
          number,
          [0n, 1n, 127n, 300n].map((n) => varint(n, size)),
        ),
      );
  });

  test(`field ${number}: every size in front of every end`, () => {
    for (let size = 1; size <= 10; size++) {
      for (let behind = 0; behind <= 10; behind++) {
        same(packed(number, [varint(5n, size), ...Array.from({ length: behind }, () => [1])]));
      }
    }
  });

  test(`field ${number}: what goes on behind the end of the list is refused`, () => {
    const bytes = Uint8Array.from([...packed(number, [[1], [0x80]]), 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(() => Lists.fromBinary(bytes)).toThrow("truncated message");
    expect(() => Lists.fromBinary(packed(number, [[1], Array(10).fill(0x80)]))).toThrow(
      /truncated message|more than 10/,
    );
  });
}

test("a list grows when it is packed again", () => {
  const twice = new Uint8Array([
    ...packed(12, [Array(8).fill(1)]),
    ...packed(12, [Array(8).fill(2)]),
    ...packed(12, []),
  ]);
  same(twice);
  same(packed(12, []));
});

/** Floats and doubles are read and written 256 at a time. */
const lengths = [1, 2, 255, 256, 257, 513];
const reals = [0, -0, 1.5, -1e-45, 1.1, 2 ** 127, Number.NaN, Number.NEGATIVE_INFINITY];

test.each(["floats", "doubles"] as const)("%s on both sides of a stretch, in every kind of value", (key) => {
  for (const length of lengths) {
    const list = Array.from({ length }, (_, i) => reals[i % reals.length]!);
    const expected = toBinary(EsListsSchema, create(EsListsSchema, { [key]: list }));
    expect(new Lists({ [key]: list }).toBinary()).toEqual(expected);
    same(expected);
    same(Uint8Array.from([...expected, ...expected]));
  }
});

test("a list that encodes another one while it is read is written as it is", () => {
  for (const key of ["floats", "doubles"] as const) {
    const plain = new Lists({ [key]: Array.from({ length: 300 }, (_, i) => i / 2) });
    const other = new Lists({ [key]: Array<number>(300).fill(7) });
    const list = new Proxy(plain[key], {
      get(target, property) {
        if (property === "299") other.toBinary();
        return Reflect.get(target, property) as unknown;
      },
    });
    const message = new Lists();
    message[key] = list;
    expect(message.toBinary()).toEqual(plain.toBinary());
  }
});

/** A value just beyond the range of each kind of varint. */
const beyond = {
  int32s: 2 ** 31,
  uint32s: -1,
  sint32s: -(2 ** 31) - 1,
  int64s: 1n << 63n,
  uint64s: -1n,
  sint64s: -(1n << 63n) - 1n,
};

test.each(Object.entries(beyond))("%s: a value out of range is found at every place of a list", (key, value) => {
  for (let at = 0; at < 9; at++) {
    const list: unknown[] = Array.from({ length: 9 }, (_, i) => (typeof value === "bigint" ? BigInt(i) : i));
    list[at] = value;
    const message = Object.assign(new Lists(), { [key]: list });
    expect(() => message.toBinary()).toThrow(new RegExp(`Lists\\.${key}\\[${at}\\]`));
  }
});

/** Bytes explained: by hand for each kind of field, and for random messages that every byte belongs to one part. */
import { create, createFileRegistry, type DescMessage, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { explainBytes } from "../../../docs/playground/src/explain-bytes.js";
import { compile } from "../../plugins/compile.js";

const source = `edition = "2023";
package t;
enum Mood { option features.enum_type = OPEN; CALM = 0; WILD = 2; }
message All {
  string text = 1;
  int32 int = 2;
  sint32 zig = 3;
  double real = 4;
  float half = 5;
  bool flag = 6;
  bytes raw = 7;
  Mood mood = 8;
  All inner = 9;
  repeated int32 packed = 10;
  repeated int32 loose = 11 [features.repeated_field_encoding = EXPANDED];
  repeated All items = 12;
  map<string, All> by_name = 13;
  map<int32, Mood> by_id = 14;
  fixed32 four = 15;
  sfixed64 eight = 16;
  uint64 wide = 17;
  All group = 18 [features.message_encoding = DELIMITED];
  sint64 zag = 19;
  fixed64 f64 = 20;
  sfixed32 s32 = 21;
  uint32 u32 = 22;
  int64 i64 = 23;
}
message Nothing {}
`;

const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: compile({ "t.proto": source }) }));
const all: DescMessage = registry.getMessage("t.All")!;

const explain = (json: JsonValue, type = all): string[] =>
  shown(toBinary(all, fromJson(all, json, { registry })), type);

function shown(bytes: Uint8Array, type = all): string[] {
  return explainBytes(type, bytes).map(
    ({ start, end, kind, path, depth, text }) =>
      `${"  ".repeat(depth)}${Buffer.from(bytes.subarray(start, end)).toString("hex")} ${kind} ${path}: ${text}`,
  );
}

describe("a field of each kind", () => {
  test.each<[string, JsonValue, string[]]>([
    [
      "a string",
      { text: 'a "b"' },
      [
        "0a tag text: field 1, length-delimited: string text",
        "05 length text: 5 bytes follow",
        '6120226222 value text: "a \\"b\\""',
      ],
    ],
    ["an integer", { int: 300 }, ["10 tag int: field 2, varint: int32 int", "ac02 value int: 300"]],
    ["zigzag", { zig: -2 }, ["18 tag zig: field 3, varint: sint32 zig", "03 value zig: -2 (zigzag)"]],
    ["a double", { real: 0.5 }, ["21 tag real: field 4, 8 bytes: double real", "000000000000e03f value real: 0.5"]],
    ["a float", { half: 0.5 }, ["2d tag half: field 5, 4 bytes: float half", "0000003f value half: 0.5"]],
    ["a bool", { flag: true }, ["30 tag flag: field 6, varint: bool flag", "01 value flag: true"]],
    [
      "bytes",
      { raw: "/w==" },
      ["3a tag raw: field 7, length-delimited: bytes raw", "01 length raw: 1 byte follows", "ff value raw: 1 byte"],
    ],
    ["an enum", { mood: "WILD" }, ["40 tag mood: field 8, varint: Mood mood", "02 value mood: WILD (2)"]],
    [
      "an enum's number without a name",
      { mood: 7 },
      ["40 tag mood: field 8, varint: Mood mood", "07 value mood: a number without a name (7)"],
    ],
    [
      "a message",
      { inner: { int: 1 } },
      [
        "4a tag inner: field 9, length-delimited: All inner",
        "02 length inner: 2 bytes follow",
        "  10 tag inner.int: field 2, varint: int32 int",
        "  01 value inner.int: 1",
      ],
    ],
    [
      "a packed list",
      { packed: [1, 300] },
      [
        "52 tag packed: field 10, length-delimited: repeated int32 packed",
        "03 length packed: 3 bytes follow",
        "  01 value packed[0]: 1",
        "  ac02 value packed[1]: 300",
      ],
    ],
    [
      "a list that is not packed",
      { loose: [5, 6] },
      [
        "58 tag loose[0]: field 11, varint: repeated int32 loose",
        "05 value loose[0]: 5",
        "58 tag loose[1]: field 11, varint: repeated int32 loose",
        "06 value loose[1]: 6",
      ],
    ],
    [
      "a map of messages",
      { by_name: { a: {} } },
      [
        "6a tag by_name[0]: field 13, length-delimited: map<string, All> by_name",
        "05 length by_name[0]: 5 bytes follow",
        "  0a tag by_name[0].key: field 1, length-delimited: string key",
        "  01 length by_name[0].key: 1 byte follows",
        '  61 value by_name[0].key: "a"',
        "  12 tag by_name[0].value: field 2, length-delimited: All value",
        "  00 length by_name[0].value: 0 bytes follow",
      ],
    ],
    [
      "a group",
      { group: { int: 1 } },
      [
        "9301 tag group: field 18, start of a group: All group",
        "  10 tag group.int: field 2, varint: int32 int",
        "  01 value group.int: 1",
        "9401 tag group: field 18, end of a group",
      ],
    ],
    [
      "an unsigned integer of 64 bits",
      { wide: "18446744073709551615" },
      ["8801 tag wide: field 17, varint: uint64 wide", "ffffffffffffffffff01 value wide: 18446744073709551615"],
    ],
  ])("%s", (_, json, parts) => {
    expect(explain(json)).toEqual(parts);
  });

  test("fields that the schema does not know", () => {
    const json = { int: 7, text: "x", four: 1, group: { int: 1 } };
    expect(explain(json, registry.getMessage("t.Nothing")!)).toEqual([
      "0a tag #1: field 1, length-delimited: not in this schema",
      "01 length #1: 1 byte follows",
      "78 value #1: 1 byte",
      "10 tag #2: field 2, varint: not in this schema",
      "07 value #2: 7",
      "7d tag #15: field 15, 4 bytes: not in this schema",
      "01000000 value #15: 1",
      "9301 tag #18: field 18, start of a group: not in this schema",
      "  10 tag #18.#2: field 2, varint: not in this schema",
      "  01 value #18.#2: 1",
      "9401 tag #18: field 18, end of a group",
    ]);
  });

  test("a list whose elements come packed and one by one keeps counting", () => {
    expect(shown(Uint8Array.of(0x52, 2, 1, 2, 0x50, 3, 0x52, 1, 4)).filter((part) => part.includes("value"))).toEqual([
      "  01 value packed[0]: 1",
      "  02 value packed[1]: 2",
      "03 value packed[2]: 3",
      "  04 value packed[3]: 4",
    ]);
  });
});

test("every byte of a random message belongs to one part", () => {
  const random = randomFrom(1);
  let parts = 0;
  for (let i = 0; i < 100; i++) {
    const bytes = toBinary(all, fromJson(all, jsonOf(random, 3), { registry }));
    const found = explainBytes(all, bytes);
    parts += found.length;
    expect([0, ...found.map(({ end }) => end)]).toEqual([...found.map(({ start }) => start), bytes.length]);
  }
  expect(parts).toBeGreaterThan(2_000);
});

test.each<[string, number[], string]>([
  ["a length beyond the end", [0x0a, 5, 0x61], "the value of text is longer than the message"],
  ["a group that does not end", [0x93, 0x01, 0x10, 0x01], "the group group has no end"],
  ["a group that has not begun", [0x94, 0x01], "byte 0 ends group 18, which has not begun"],
  ["a field that is cut by its message", [0x4a, 1, 0x10, 0x01], "the value of inner ends within a field"],
  ["a number that is cut by its list", [0x52, 1, 0xff, 0x01], "the value of packed ends within a number"],
  [
    "messages without end",
    Array<number>(300)
      .fill(0x93)
      .flatMap((byte) => [byte, 1]),
    "more than 100 messages deep",
  ],
])("%s is an error that says where", (_, bytes, message) => {
  expect(() => explainBytes(all, Uint8Array.from(bytes))).toThrow(message);
});

type Random = (below: number) => number;

function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function jsonOf(random: Random, depth: number): { [name: string]: JsonValue } {
  const maybe = <T>(make: () => T): T | undefined => (random(2) === 0 ? undefined : make());
  const list = <T>(make: () => T): T[] => Array.from({ length: random(4) }, make);
  const inner = (): JsonValue => (depth === 0 ? {} : jsonOf(random, depth - 1));
  const values = {
    text: maybe(() => "täxt".repeat(random(60))),
    int: maybe(() => random(2 ** 31) - 2 ** 30),
    zig: maybe(() => random(2 ** 31) - 2 ** 30),
    real: maybe(() => random(1000) / 7),
    flag: maybe(() => true),
    raw: maybe(() => Buffer.alloc(random(9), 1).toString("base64")),
    mood: maybe(() => random(4)),
    inner: maybe(inner),
    packed: list(() => random(1000)),
    loose: list(() => random(1000)),
    items: list(inner),
    by_name: Object.fromEntries(list(() => [String(random(99)), inner()])),
    by_id: Object.fromEntries(list(() => [String(random(99)), random(3)])),
    group: maybe(inner),
    eight: maybe(() => String(-random(2 ** 31))),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [name: string]: JsonValue;
  };
}

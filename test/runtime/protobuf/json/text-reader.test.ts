/**
 * Messages are read from JSON text without a tree, or, where that gives up, from the tree that JSON.parse makes. Nobody
 * must see a difference: both make the same of every text, right or wrong.
 */
import { describe, expect, jest, test } from "@jest/globals";
import type { AnyMessage, MessageInfo } from "@protoloom/protobuf/codec";
import { type MessageJson, fromJsonString as readTree } from "@protoloom/protobuf/json";
import * as descriptor from "@protoloom/protobuf/wkt/descriptor";
import * as edition2023 from "../../../gen/ts/features/edition2023_pb.js";
import * as edition2024 from "../../../gen/ts/features/edition2024_pb.js";
import * as maps from "../../../gen/ts/features/maps_pb.js";
import * as oneofs from "../../../gen/ts/features/oneofs_pb.js";
import * as proto2 from "../../../gen/ts/features/proto2_pb.js";
import * as proto3 from "../../../gen/ts/features/proto3_pb.js";
import { Scalars } from "../../../gen/ts/robustness/proto3_pb.js";
import { sample } from "../../../plugins/protoc-gen-ts/sample.js";

interface Message extends AnyMessage {
  toBinary(options?: { deterministic?: boolean; partial?: boolean }): Uint8Array;
  toJsonString(): string;
}

interface Type {
  readonly name: string;
  readonly fromJsonString: (text: string) => Message;
  readonly fromTree: (text: string) => Message;
  /** A text with all fields. */
  readonly full: string;
}

const types = [proto3, proto2, edition2023, edition2024, maps, oneofs, descriptor].flatMap(typesOf);

describe.each(types)("$name", (type) => {
  test("text with all fields is read without JSON.parse", () => {
    const expected = type.fromTree(type.full);
    const parse = jest.spyOn(JSON, "parse");
    try {
      expect(type.fromJsonString(type.full)).toEqual(expected);
      expect(parse.mock.calls.filter(([text]) => text === type.full)).toEqual([]);
    } finally {
      parse.mockRestore();
    }
  });

  test("indented text too", () => {
    expect(type.fromJsonString(JSON.stringify(JSON.parse(type.full), undefined, "\r\n\t "))).toEqual(
      type.fromTree(type.full),
    );
  });

  test("damaged text is read as from the tree", () => {
    const random = createRandom(type.name.length);
    for (let i = 0; i < 400; i++) {
      const text = damage(type.full, random);
      expect({ text, ...outcome(type.fromJsonString, text) }).toEqual({ text, ...outcome(type.fromTree, text) });
    }
  });
});

const { Presence } = proto3;
const presence = types.find(({ name }) => name === "features.proto3.Presence")!;
const values = types.find(({ name }) => name === "features.maps.Values")!;

test.each([
  ["two values", "{}{}"],
  ["an array", "[]"],
  ["nothing", ""],
  ["no end", '{"text":"a"'],
  ["an open string", '{"text":"a'],
  ["a key twice", '{"text":"a","text":"a"}'],
  ["a key twice, once escaped", '{"text":"a","\\u0074ext":"a"}'],
  ["a comma too many", '{"text":"a",}'],
  ["no comma", '{"text":"a" "yes":true}'],
  ["a control character", '{"text":"a\u0001"}'],
  ["one far behind", `{"text":"${"é".repeat(100)}\n"}`],
  ["a lone high surrogate", '{"text":"\ud800"}'],
  ["a lone low surrogate", '{"text":"\udc00a"}'],
  ["two low surrogates", `{"text":"${"a".repeat(50)}\ud83c\udf89\udf89"}`],
  ["two high surrogates", `{"text":"${"a".repeat(50)}\ud83c\ud83c\udf89"}`],
  ["a high surrogate at the end", `{"text":"${"a".repeat(50)}\ud83c"}`],
  ["an escaped lone surrogate", '{"text":"\\ud800"}'],
  ["a wrong escape", '{"text":"\\x"}'],
  ["an escape at the end", '{"text":"\\'],
])("%s is refused as from the tree", (_, text) => {
  expect(() => Presence.fromJsonString(text)).toThrow(outcome(presence.fromTree, text).error);
});

test.each(['""', '"AAE="', '"A AE="', '"\n"', '"AAE=\n"', '"AA\nE="', '"AAEC\n"', '"\t\n\r\n"', '"AA\\nE="'])(
  "bytes %j are read as from the tree",
  (bytes) => {
    const text = `{"blob":${bytes}}`;
    expect(outcome(presence.fromJsonString, text)).toEqual(outcome(presence.fromTree, text));
  },
);

// Behind a long string, what follows is looked at as well.
test.each([
  ["a control character", '"a\u0001"'],
  ["a lone surrogate", '"\ud800"'],
  ["a pair and a lone surrogate", `"${"a".repeat(30)}🎉\udf89"`],
  ["a line break between tokens", '\n"a"'],
  ["no flaw", `"${"é🎉".repeat(40)}"`],
  ["a line break within", `"${"é🎉".repeat(40)}\n"`],
  ["an escape", `"${"é🎉".repeat(40)}\\n"`],
])("%s in a long text is read as from the tree", (_, value) => {
  for (const length of [30, 1000, 8190, 8191, 8192, 20_000]) {
    for (const filler of ["漢", "🎉"]) {
      const text = `{"string":{"1":"${filler.repeat(length)}","2":${value},"3":"${filler.repeat(length)}","4":"b"}}`;
      expect(outcome((t) => maps.Values.fromJsonString(t), text)).toEqual(outcome(values.fromTree, text));
    }
  }
});

test("64-bit integers in quotes are exact, whatever their size", () => {
  const random = createRandom(64);
  const parse = jest.spyOn(JSON, "parse");
  let parsed = 0;
  for (let i = 0; i < 20_000; i++) {
    const bits = (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));
    const [aInt64, aUint64] = [BigInt.asIntN(1 + random(64), bits), BigInt.asUintN(1 + random(64), bits)];
    const message = Scalars.fromJsonString(`{"aInt64":"${aInt64}","aUint64":"${aUint64}"}`);
    parsed += parse.mock.calls.splice(0).length;
    if (message.aInt64 !== aInt64 || message.aUint64 !== aUint64) expect(message).toMatchObject({ aInt64, aUint64 });
  }
  parse.mockRestore();
  expect(parsed).toBe(0);
});

test.each([
  ["aInt64", "9223372036854775807"],
  ["aInt64", "9223372036854775808"],
  ["aInt64", "-9223372036854775808"],
  ["aInt64", "-9223372036854775809"],
  ["aInt64", "9999999999999999999"],
  ["aUint64", "9999999999999999999"],
  ["aUint64", "18446744073709551615"],
  ["aUint64", "18446744073709551616"],
  ["aUint64", "99999999999999999999"],
  ["aUint64", "-1763370000123456789"],
])("%s %s is read as from the tree", (field, digits) => {
  const text = `{"${field}":"${digits}"}`;
  const fromTree = (text: string) => Scalars.fromJson(JSON.parse(text)) as Message;
  expect(outcome((text) => Scalars.fromJsonString(text) as Message, text)).toEqual(outcome(fromTree, text));
});

test("a text that is no string is refused", () => {
  for (const text of [undefined, null, 7, {}] as unknown as string[]) {
    expect(() => Presence.fromJsonString(text)).toThrow(expect.objectContaining({ name: "ProtobufError" }));
  }
});

test("long texts do not keep what they were cut from", () => {
  const entries = Array.from({ length: 3000 }, (_, i) => [
    `key ${i}`,
    `value ${i} of a text that is far longer than a window`,
  ]);
  const text = JSON.stringify({ string: Object.fromEntries(entries) });
  expect(maps.Values.fromJsonString(text).string).toEqual(Object.fromEntries(entries));
  const long = "x".repeat(300_000);
  expect(Presence.fromJsonString(JSON.stringify({ text: long })).text).toBe(long);
});

function typesOf(module: Record<string, unknown>): Type[] {
  return Object.entries(module).flatMap(([name, value]) => {
    const Class = value as MessageClass;
    if (Class.$json?.parse === undefined) return [];
    const schema = module[`${name}Schema`] as Parameters<typeof sample>[0];
    const fromTree = (text: string) => readTree(Class.$json!, Class.$info, new Class(), text);
    const full = new Class(sample(schema, 2)).toJsonString();
    return [{ name: schema.typeName, full, fromTree, fromJsonString: (text) => Class.fromJsonString(text) }];
  });
}

interface MessageClass {
  readonly $info: MessageInfo<Message>;
  readonly $json?: MessageJson<Message>;
  new (init?: Record<string, unknown>): Message;
  fromJsonString(text: string): Message;
}

function outcome(read: (text: string) => Message, text: string): { bytes?: string; json?: string; error?: string } {
  try {
    const message = read(text);
    const bytes = message.toBinary({ deterministic: true, partial: true });
    return { bytes: bytes.join(), json: message.toJsonString() };
  } catch (e) {
    if ((e as Error).name !== "ProtobufError") throw e;
    return { error: (e as Error).message };
  }
}

const TOKEN = /"(?:\\.|[^"\\])*"|-?[\d.]+(?:[eE][+-]?\d+)?|\w+|[{}[\]:,]/g;

/** Values that fields of other kinds have, and texts that only look like values. */
const OTHER_TOKENS = [
  ...[
    "null",
    "true",
    "false",
    "tru",
    "nul",
    "NaN",
    "{}",
    "[]",
    "[null]",
    '{"a":null}',
    "",
    " \t\r\n",
    ",",
    ":",
    "}",
    "]",
  ],
  ...["0", "-0", "7", "-7", "01", "-", "+1", ".5", "1.", "1.0", "1.5", "1e2", "1E+2", "1e", "1e400", "-1e-400"],
  ...[
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "0.1",
    "123456789012345678",
  ],
  ...[
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "3.5e38",
    "0.30000000000000004",
  ],
  ...[
    '""',
    '"7"',
    '"-7"',
    '"007"',
    '"1.5"',
    '"1e2"',
    '" 7"',
    '"999999999999999999"',
    '"-999999999999999999"',
    '"1000000000"',
  ],
  ...[
    '"4294967296000000000"',
    '"-4294967296"',
    '"NaN"',
    '"-Infinity"',
    '"true"',
    '"a\\u0062\\n"',
    '"\\ud83c\\udf89"',
    '"\\ud83c"',
  ],
  ...[
    '"🎉"',
    '"\ud83c"',
    '"\u0001"',
    '"AAE="',
    '"AAE"',
    '"A"',
    '"\\/+8="',
    `"${"long ".repeat(20)}"`,
    `"${"é🎉".repeat(40)}\\t"`,
  ],
];

/** The text with one to three tokens replaced, dropped, doubled or exchanged. */
function damage(text: string, random: (n: number) => number): string {
  const tokens = text.match(TOKEN)!;
  for (let n = random(3); n >= 0; n--) {
    const at = random(tokens.length);
    const other = random(tokens.length);
    switch (random(5)) {
      case 0:
        tokens.splice(at, 1);
        break;
      case 1:
        tokens.splice(at, 0, tokens[other] ?? "");
        break;
      case 2:
        tokens[at] = tokens[other] ?? "";
        break;
      default:
        tokens[at] = OTHER_TOKENS[random(OTHER_TOKENS.length)]!;
    }
  }
  return tokens.join("");
}

/** Numbers from 0 to below n, the same in every run. */
function createRandom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

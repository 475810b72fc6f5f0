import { expect, jest, test } from "@jest/globals";
import {
  readBytes,
  readString,
  writeBytes,
  writeKey,
  writeString,
} from "../../../../runtime/protobuf/src/json/index.js";

test("a string is written as JSON.stringify does", () => {
  for (let code = 0; code < 0x10000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const text = `a${String.fromCharCode(code)}b`;
    if (writeString(text) !== JSON.stringify(text)) throw new Error(`U+${code.toString(16)}`);
  }
  expect(writeString("")).toBe('""');
  expect(writeString("😀")).toBe('"😀"');
});

test.each(["\ud800", "a\udc00b", "\udc00\ud800", '"\ud83d'])("a lone surrogate is refused", (text) => {
  expect(() => writeString(text)).toThrow("expected well-formed text, got a lone surrogate");
  expect(() => readString(text)).toThrow("expected well-formed text, got a lone surrogate");
});

// Long texts are looked at in pieces of 8,192 code units, four units at a time.
test.each([47, 48, 49, 50, 51, 100, 8191, 8192, 8193, 20_000])(
  "what is special is found anywhere in %p units",
  (length) => {
    const plain = "漢".repeat(length);
    const places = [0, 1, 2, 3, length >> 1, length - 4, length - 3, length - 2, 8190, 8191, 8192].filter(
      (i) => i < length - 1,
    );
    for (const i of places) {
      const withText = (text: string): string => plain.slice(0, i) + text + plain.slice(i + text.length);
      for (const text of ["🎉", '"', "\\", "\n", "\u001f", "🎉🎉", '🎉"', "\u007f"]) {
        expect(writeString(withText(text))).toBe(JSON.stringify(withText(text)));
      }
      for (const text of ["\ud83c", "\udf89", "\udf89\ud83c", "\ud83c\ud83c", "🎉\udf89", '"\ud83c', '\ud83c"']) {
        expect(() => writeString(withText(text))).toThrow("expected well-formed text, got a lone surrogate");
      }
    }
    expect(() => writeString(`${plain}\ud83c`)).toThrow("lone surrogate");
  },
);

test.each(["", "a", "__proto__", "é", '"', "\n", "🎉", "a".repeat(39), "a".repeat(40)])(
  "the key %p of a map is a string with a colon",
  (key) => {
    expect(writeKey(key, 0)).toBe(`${JSON.stringify(key)}:`);
    expect(writeKey(key, 1)).toBe(`,${JSON.stringify(key)}:`);
  },
);

test("other values than strings are refused", () => {
  expect(() => writeString(undefined as never)).toThrow("expected string, got undefined");
  expect(() => readString(5)).toThrow("expected string, got 5");
  expect(() => readString(null)).toThrow("expected string, got null");
});

test("bytes of every length come back", () => {
  for (let length = 0; length < 400; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length) & 255);
    const base64 = Buffer.from(bytes).toString("base64");
    expect(writeBytes(bytes)).toBe(`"${base64}"`);
    expect(readBytes(base64)).toEqual(bytes);
    expect(readBytes(base64.replace(/=+$/, ""))).toEqual(bytes);
    expect(readBytes(base64.replaceAll("+", "-").replaceAll("/", "_"))).toEqual(bytes);
    expect(readBytes(base64.replace(/(.{20})/g, "$1\r\n "))).toEqual(bytes);
  }
});

test("bytes of a view are those of the view", () => {
  expect(writeBytes(new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3))).toBe('"AgM="');
});

test.each<[string, number[]]>([
  ["", []],
  ["=", []],
  ["AQ==AQ==", [1, 1]],
  ["AQI", [1, 2]],
  ["A Q I D", [1, 2, 3]],
  ["AR==", [1]],
])("%p are bytes", (text, bytes) => {
  expect(readBytes(text)).toEqual(Uint8Array.from(bytes));
});

test.each(["A", "AAAAA", "AAA!", "AQ==A", "Łaaa", "😀AAA", "AA\u00a0A"])("%p are no bytes", (text) => {
  expect(() => readBytes(text)).toThrow("expected bytes in base64, got ");
  expect(() => readBytes("AAAA".repeat(100) + text)).toThrow("expected bytes in base64, got string of ");
});

test("what has no base64 is refused", () => {
  expect(() => readBytes([1])).toThrow("expected bytes in base64, got array");
  expect(() => writeBytes("AQ==" as never)).toThrow('expected bytes, got "AQ=="');
});

test("without native base64 the same is written and read", async () => {
  const global = globalThis as { Buffer?: unknown };
  const { Buffer } = globalThis;
  let plain: typeof import("../../../../runtime/protobuf/src/json/scalar/bytes.js") | undefined;
  await jest.isolateModulesAsync(async () => {
    global.Buffer = undefined;
    plain = await import("../../../../runtime/protobuf/src/json/scalar/bytes.js");
    global.Buffer = Buffer;
  });
  expect(plain!.writeBytes).not.toBe(writeBytes);
  for (let length = 0; length < 400; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length) & 255);
    const base64 = Buffer.from(bytes).toString("base64");
    expect(plain!.writeBytes(bytes)).toBe(`"${base64}"`);
    expect(plain!.readBytes(base64)).toEqual(bytes);
  }
});

import { expect, test } from "@jest/globals";
import { StringValue } from "@protoloom/protobuf/wkt";
import {
  sizeDelimitedDecodeStream,
  sizeDelimitedEncode,
  sizeDelimitedPeek,
} from "../../../../runtime/protobuf/src/size-delimited.js";

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.slice(i, i + size);
}

async function decode(stream: AsyncIterable<Uint8Array>, options?: Parameters<typeof sizeDelimitedDecodeStream>[2]) {
  const values: string[] = [];
  for await (const message of sizeDelimitedDecodeStream(StringValue, stream, options)) values.push(message.value);
  return values;
}

const values = ["", "a", "b".repeat(127), "c".repeat(20000), "", "d".repeat(300)];
const stream = Buffer.concat(values.map((value) => sizeDelimitedEncode(new StringValue({ value }))));

test.each([1, 2, 3, 7, 100, 4096, 1e6])("chunks of %p bytes give the same messages", async (size) => {
  expect(await decode(chunksOf(stream, size))).toEqual(values);
});

test("a message that was read stays as it is", async () => {
  const seen: StringValue[] = [];
  for await (const message of sizeDelimitedDecodeStream(StringValue, chunksOf(stream, 50), { bytes: "view" })) {
    seen.push(message);
  }
  expect(seen.map((message) => message.value)).toEqual(values);
});

test("a stream that ends within a message is an error, wherever it ends", async () => {
  const short = sizeDelimitedEncode(new StringValue({ value: "x".repeat(200) }));
  for (let length = 1; length < short.length; length++) {
    await expect(decode(chunksOf(short.subarray(0, length), 64))).rejects.toThrow(
      "cannot decode message google.protobuf.StringValue: the stream ended within it",
    );
  }
  expect(await decode(chunksOf(new Uint8Array(0), 1))).toEqual([]);
});

test("a size over the limit is refused at once", async () => {
  async function* endless() {
    yield Uint8Array.of(0xff, 0xff, 0xff, 0x7f);
    throw new Error("nothing more is to be read");
  }
  await expect(decode(endless())).rejects.toThrow("its size 268435455 is over 67108864");
  await expect(decode(chunksOf(stream, 10), { maxSize: 100 })).rejects.toThrow("its size 129 is over 100");
});

test("a size is a varint of 32 bits", () => {
  expect(sizeDelimitedPeek(Uint8Array.of())).toEqual({ eof: true, size: null, offset: null });
  expect(sizeDelimitedPeek(Uint8Array.of(0x80, 0x80, 0x80, 0x80))).toMatchObject({ eof: true });
  expect(sizeDelimitedPeek(Uint8Array.of(0x05, 0xff))).toEqual({ eof: false, size: 5, offset: 1 });
  expect(sizeDelimitedPeek(Uint8Array.of(0x80, 0x00))).toEqual({ eof: false, size: 0, offset: 2 });
  expect(sizeDelimitedPeek(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f))).toMatchObject({ size: 0xffffffff, offset: 5 });
  for (const last of [0x10, 0x7f, 0x80]) {
    expect(() => sizeDelimitedPeek(Uint8Array.of(0xff, 0xff, 0xff, 0xff, last))).toThrow("varint over 32 bits");
  }
});

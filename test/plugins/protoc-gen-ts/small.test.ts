/** optimize=size: the same bytes and JSON as always from a smaller runtime, whose errors name the message. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { ProtobufError } from "@protoloom/protobuf";
import { buildSync } from "esbuild";
import { generate } from "./generate.js";
import { load } from "./load.js";
import { scratchFolder } from "./type-check.js";

const root = join(import.meta.dirname, "../../..");
const sources = {
  "order.proto": readFileSync(join(import.meta.dirname, "golden/optimize-size/order.proto"), "utf8"),
};
const small = await load("small-size", sources, "target=js,optimize=size");
const fast = await load("small-speed", sources, "target=js,optimize=speed");

const init = {
  author: "liuchao",
  raw: "\udcff",
  labels: { k: "本".repeat(9), "": "" },
  parts: [{ author: "é".repeat(70), price: 0 }],
  price: 68,
};

describe.each([0, 1, 23, 24, 25, 127, 128, 20_000, 70_000])("strings of %d characters", (length) => {
  test.each(["a", "é", "本", "😀"])("%s: the same bytes, and back", (c) => {
    const text = c.repeat(length);
    const bytes = new fast.Order({ ...init, author: text, raw: text }).toBinary();
    expect(new small.Order({ ...init, author: text, raw: text }).toBinary()).toEqual(bytes);
    expect(small.Order.fromBinary(bytes).author === text && small.Order.fromBinary(bytes).raw === text).toBe(true);
  });
});

test("bytes, JSON, copies and comparisons are the same", () => {
  const [a, b] = [new small.Order(init), new fast.Order(init)];
  expect(a.toBinary()).toEqual(b.toBinary());
  expect(small.Order.fromBinary(b.toBinary()).equals(a)).toBe(true);
  expect(a.clone().equals(a)).toBe(true);
  const { raw: _, ...sound } = init;
  const json = new fast.Order(sound).toJsonString();
  expect(new small.Order(sound).toJsonString()).toBe(json);
  expect(small.Order.fromJsonString(json).equals(new small.Order(sound))).toBe(true);
});

test.each<[name: string, run: (type: typeof small.Order) => unknown, said: string]>([
  ["malformed input", (Order) => Order.fromBinary(Uint8Array.of(34, 2, 10, 9)), "decode message golden.size.Order: "],
  ["ill-formed text", (Order) => Order.fromBinary(Uint8Array.of(10, 1, 0xff)), "decode message golden.size.Order: "],
  [
    "a lone surrogate",
    (Order) => new Order({ price: 1, author: "\ud800" }).toBinary(),
    "encode message golden.size.Order: ",
  ],
  ["a value of another type", (Order) => new Order({ price: "1" }).toBinary(), "encode message golden.size.Order: "],
  ["no text", (Order) => new Order({ price: 1, author: 5 }).toBinary(), "encode message golden.size.Order: "],
  ["an init of another type", (Order) => new Order({ price: 1, parts: {} }), "create message golden.size.Order: "],
  [
    "a missing field",
    (Order) => new Order({}).toBinary(),
    "encode field golden.size.Order.price: required field is not set",
  ],
])("%s is refused", (_, run, said) => {
  expect(() => run(small.Order)).toThrow(ProtobufError);
  expect(() => run(small.Order)).toThrow(`cannot ${said}`);
  expect(() => run(fast.Order)).toThrow(ProtobufError);
});

test("one message is bundled to 12 KB, 4.5 KB gzipped, without windows and paths", () => {
  const folder = scratchFolder("small-bundle");
  const proto = readFileSync(join(root, "bench/protos/order.proto"), "utf8");
  for (const [name, text] of generate({ "order.proto": proto }, "target=js,json=none,optimize=size")) {
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(
    join(folder, "entry.js"),
    `import { Order } from "./order_pb.js"; export const decode = (b) => Order.fromBinary(b), encode = (m) => m.toBinary();`,
  );
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, "entry.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  const { text } = outputFiles[0]!;
  expect(text.length).toBeLessThan(12_000);
  expect(gzipSync(text, { level: 9 }).length).toBeLessThan(4_500);
  expect(text).not.toContain("it contains itself");
});

/** Ten everyday lines of programs for protobuf-es: what compiles runs, with the classes and with the shapes. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { toJson } from "@bufbuild/protobuf";
import { expect, test } from "@jest/globals";
import { writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "drop-in");
const sources = { "order.proto": readFileSync(join(folder, "order.proto"), "utf8") };
const lines = readFileSync(join(folder, "use.txt"), "utf8");

/** Generates with these options, beside a program; returns the folder and what the compiler says. */
function project(name: string, parameter: string, program: string): { folder: string; said: string } {
  const folder = scratchFolder(`drop-in-${name}`);
  writeFiles(folder, [...generate(sources, parameter), ["use.ts", program]]);
  return { folder, said: typeCheck(folder) };
}

test.each(["target=ts,message_types=shape", "target=js,message_types=shape"])(
  "compile and run with %s",
  async (parameter) => {
    const { folder, said } = project(`shape-${parameter.slice(7, 9)}`, parameter, lines);
    expect(said).toBe("");
    const { a, b, d, g, h, i, j, k } = await import(join(folder, "use.ts"));
    const { Order, OrderSchema, Order_Item } = await import(join(folder, `order_pb.${parameter.slice(7, 9)}`));
    expect([d.getTime(), g, h.author, k.author]).toEqual([1000, 1n, "y", "x"]);
    for (const message of [a, b, h, k, j]) {
      const order = new Order(message);
      expect(order).toBeInstanceOf(Order);
      expect(Order.fromBinary(order.toBinary()).toBinary()).toEqual(order.toBinary());
      if (message.extra === undefined) expect(order.toJson()).toEqual(toJson(OrderSchema, order));
    }
    expect(new Order_Item(i).toBinary()).toEqual(new Uint8Array([10, 1, 110]));
  },
  60_000,
);

test("the type of the class has methods, which a spread and a message of protobuf-es do not have", () => {
  const expected = lines.replace(/^(export const [hk]: Order)/gm, "// @ts-expect-error it has no methods\n$1");
  expect(project("class", "target=ts", expected).said).toBe("");
}, 60_000);

test("what has methods by its type has them", async () => {
  const program = `
    import { create } from "@bufbuild/protobuf";
    import { Order, OrderSchema } from "./order_pb.js";
    const order: { toBinary(): Uint8Array } = new Order({ items: [{ name: "a" }] });
    export const sizes: number[] = [order.toBinary().length, new Order({ items: [{}] }).items[0]!.toBinary().length];
    // @ts-expect-error made by protobuf-es
    export const failing = (): unknown => create(OrderSchema).toBinary();`;
  for (const types of ["class", "shape"]) {
    const { folder, said } = project(`methods-${types}`, `target=ts,message_types=${types}`, program);
    expect(said).toBe("");
    const { sizes, failing } = await import(join(folder, "use.ts"));
    expect(sizes).toEqual([5, 0]);
    expect(failing).toThrow(TypeError);
  }
}, 60_000);

/** oneofs=getters: members of oneofs as properties that are not there, in both forms of generated code, and their types. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { load } from "./load.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const proto = readFileSync(join(import.meta.dirname, "golden/oneofs-getters/shop/payment.proto"), "utf8");
const sources = { "payment.proto": proto };

describe.each(["speed", "code_size"])("getters with optimize=%s", (optimize) => {
  // biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
  const module = (): Promise<any> =>
    load(`oneofs-${optimize}`, sources, `target=js,oneofs=getters,optimize=${optimize}`);

  test("read the member that is set", async () => {
    const { Payment } = await module();
    const payment = new Payment({ method: { case: "voucher", value: 5n } });
    expect(payment.voucher).toBe(5n);
    expect(payment.card).toBeUndefined();
    expect(new Payment().voucher).toBeUndefined();
    expect(Payment.fromBinary(payment.toBinary()).voucher).toBe(5n);
    expect(Payment.fromJson({ cash: { coins: [1] } }).cash.coins).toEqual([1]);
  });

  test("set a member, and unset it", async () => {
    const { Payment, Payment_Cash } = await module();
    const payment = new Payment({ method: { case: "voucher", value: 5n } });
    payment.card = "1234";
    expect(payment.method).toEqual({ case: "card", value: "1234" });
    payment.voucher = undefined; // another one is set
    expect(payment.card).toBe("1234");
    payment.card = undefined;
    expect(payment.method).toEqual({ case: undefined });
    payment.cash = new Payment_Cash({ coins: [2] });
    payment.yes = false;
    expect(payment.toJson()).toEqual({ cash: { coins: [2] }, yes: false });
  });

  test("are members in an init, too", async () => {
    const { Payment, Payment_Cash } = await module();
    const payment = new Payment({ note: "n", cash: { coins: [1] }, class: Uint8Array.of(1) });
    expect(payment.method.value).toBeInstanceOf(Payment_Cash);
    expect(payment.inFull).toEqual({ case: "class", value: Uint8Array.of(1) });
    expect(new Payment({ voucher: 0n, card: null, cash: undefined }).method).toEqual({ case: "voucher", value: 0n });
    expect(new Payment({ voucher: 1n, card: "c" }).method.case).toBe("voucher"); // the last one in the schema
    expect(new Payment({ method: { case: "card", value: "c" }, voucher: 1n }).card).toBe("c");
    expect(new Payment({ method: null, voucher: 1n }).voucher).toBe(1n);
    expect(new Payment(payment).equals(payment)).toBe(true);
    expect(new Payment({ ...payment, note: "m" }).cash.coins).toEqual([1]);
    expect(() => new Payment({ cash: 5 })).toThrow("cannot create field shop.Payment.cash: expected a message, got 5");
    expect(() => new Payment(5)).toThrow("cannot create message shop.Payment: expected a message, got 5");
  });

  test("leave messages as they are to everything else", async () => {
    const { Payment, PaymentSchema } = await module();
    const payment = new Payment({ card: "c", note: "n" });
    expect(Object.keys(payment)).toEqual(["$typeName", "note", "method", "inFull"]);
    expect(structuredClone(payment)).not.toHaveProperty("card");
    const plain = create(PaymentSchema, { note: "n", method: { case: "card", value: "c" } } as object);
    expect(toBinary(PaymentSchema, payment)).toEqual(toBinary(PaymentSchema, plain));
    expect(equals(PaymentSchema, fromBinary(PaymentSchema, payment.toBinary()), plain)).toBe(true);
    expect(payment.equals(plain)).toBe(true);
    expect(payment.clone().card).toBe("c");
  });
});

const user = `
import { create, type MessageShape } from "@bufbuild/protobuf";
import { Payment, type Payment_Cash, type PaymentInit, PaymentSchema } from "./payment_pb.js";

const init: PaymentInit = { card: "c" };
export const payment: Payment = new Payment(init);
export const card: string | undefined = payment.card;
export const cash: Payment_Cash | undefined = payment.cash;
payment.voucher = 5n;
payment.voucher = undefined;
// @ts-expect-error: not its type
payment.voucher = "5";
// @ts-expect-error: it may be unset
export const sure: string = payment.card;
// @ts-expect-error: not a member
payment.paper;
// @ts-expect-error: not the type of the member
new Payment({ card: 5 });

/** The shape that protobuf-es makes has no getters. */
const shape: MessageShape<typeof PaymentSchema> = create(PaymentSchema, { method: { case: "card", value: "c" } });
// @ts-expect-error: not in the shape
shape.card;
// @ts-expect-error: nor is the declaration for types
shape.$getters;
export const literal: MessageShape<typeof PaymentSchema> = { ...payment };
`;

/** The switch of the README, which does not compile once a case is missing. */
const exhaustive = `
import type { Payment } from "./payment_pb.js";

export function describe({ method }: Payment): string {
  switch (method.case) {
    case "card":
      return method.value.toUpperCase();
    case "voucher":
      return \`voucher \${method.value + 1n}\`;
    case "cash":
      return \`\${method.value.coins.length} coins\`;
    case "kind":
      return \`kind \${method.value}\`;
    case undefined:
      return "unpaid";
    default:
      return method satisfies never;
  }
}
`;

test.each(["", "optimize=code_size", "enums=const"])("types with %s", (more) => {
  const folder = scratchFolder(`oneofs-types-${more.replace("=", "-")}`);
  writeFiles(folder, generate(sources, `oneofs=getters,${more}`));
  writeFiles(folder, [
    ["user.ts", user],
    ["exhaustive.ts", exhaustive],
  ]);
  expect(typeCheck(folder)).toBe("");
  writeFiles(folder, [["exhaustive.ts", exhaustive.replace(/ +case "cash":\n.*\n/, "")]]);
  expect(typeCheck(folder)).toMatch(/exhaustive.ts.*does not satisfy the expected type 'never'/);
});

test("types of message_types=shape", () => {
  const folder = scratchFolder("oneofs-types-of-shapes");
  writeFiles(folder, generate(sources, "oneofs=getters,message_types=shape"));
  writeFiles(folder, [["exhaustive.ts", exhaustive]]);
  writeFiles(folder, [
    [
      "user.ts",
      `import { Payment } from "./payment_pb.js";\nexport const card: string | undefined = new Payment({ card: "c" }).card;\nexport const shape: Payment = { ...new Payment() };\n`,
    ],
  ]);
  expect(typeCheck(folder)).toBe("");
});

test("every method of a message is a name that no getter may have", async () => {
  const { Payment } = await load("oneofs-methods", sources, "target=js");
  const names = new Set<string>();
  for (let type = Payment.prototype; type !== Object.prototype; type = Object.getPrototypeOf(type))
    for (const name of Object.getOwnPropertyNames(type)) names.add(name);
  expect(names.size).toBeGreaterThan(6);
  for (const name of names) {
    const source = `syntax = "proto3"; message A { oneof b { string ${name} = 1; } }`;
    expect(() => generate({ "a.proto": source }, "oneofs=getters")).toThrow(`cannot write a getter for A.${name}:`);
  }
});

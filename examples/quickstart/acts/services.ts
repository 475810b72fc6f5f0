import { deepStrictEqual } from "node:assert/strict";
import { Code, createClient, createServer, isStatusError, type Server, type StatusError } from "@protoloom/rpc";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { PurchaseOrderService, type PurchaseOrderServiceClient } from "../gen/order_grpc.js";
import type { Act } from "../main.js";
import { createShop } from "../shop.js";
import { code, paint, result, say } from "../terminal.js";

const date = "2026-11-22";
const author = "liuchao";

/** Shows the generated service: a server and a client over gRPC, all four kinds of calls, and failures. */
export const services: Act = {
  title: "Services",
  async play() {
    const server = createServer().add(PurchaseOrderService, createShop());
    const port = await server.listen("127.0.0.1:0");
    const transport = grpcTransport({ address: `127.0.0.1:${port}` });
    const client = createClient(PurchaseOrderService, transport);
    say("A server and a client of the same agreement. The handlers are in shop.ts.");
    code(
      "const server = createServer().add(PurchaseOrderService, createShop());",
      `const port = await server.listen("127.0.0.1:0");`,
      `const transport = grpcTransport({ address: \`127.0.0.1:\${port}\` });`,
      "const client = createClient(PurchaseOrderService, transport);",
    );
    await showModes(client);
    await showErrors(client);
    await showDrain(server, client);
    transport.close();
  },
};

async function showModes(client: PurchaseOrderServiceClient): Promise<void> {
  say("Unary: one message each way.");
  const reply = await client.purchase({ date, classname: "gRPC", author, price: 68 });
  code(`const reply = await client.purchase({ date, classname: "gRPC", author, price: 68 });`);
  result("reply.accepted", reply.accepted, true);
  result("reply.orderNumber", reply.orderNumber, 1n);

  say("Client streaming: many requests, one answer.");
  const sum = await client.upload(async function* () {
    for (const price of [10, 20, 30]) yield { date, classname: `class for ${price}`, author, price };
  });
  code(
    "const sum = await client.upload(async function* () {",
    "  for (const price of [10, 20, 30]) yield { …, price };",
    "});",
  );
  result("sum.count", sum.count, 3);
  result("sum.total", sum.total, 60);

  say("Server streaming: one request, many answers.");
  const prices: number[] = [];
  for await (const order of client.listOrders({ author })) prices.push(order.price);
  code("for await (const order of client.listOrders({ author })) prices.push(order.price);");
  result("prices", prices, [68, 10, 20, 30]);

  say("Bidirectional: each side sends when it likes. Here, an order follows on the answer to the one before.");
  const answers: bigint[] = [];
  for await (const { orderNumber } of client.talk(ordersAfter(answers))) answers.push(orderNumber);
  code("for await (const { orderNumber } of client.talk(orders)) answers.push(orderNumber);");
  result("answers", answers, [5n, 6n, 7n]);
}

/** Three orders, each when the answer to the one before is there. */
async function* ordersAfter(answers: readonly bigint[]) {
  for (let i = 0; i < 3; i++) {
    while (answers.length < i) await new Promise((resolve) => setTimeout(resolve, 1));
    yield { date, classname: `talk ${i}`, author, price: i };
  }
}

async function showErrors(client: PurchaseOrderServiceClient): Promise<void> {
  say("A deadline, in milliseconds. The handler is told too, and stops its work.");
  const start = performance.now();
  const late = await errorOf(client.purchase({ classname: "a slow one" }, { deadline: 100 }));
  code(`await client.purchase({ classname: "a slow one" }, { deadline: 100 });`);
  result("isStatusError(error, Code.DeadlineExceeded)", isStatusError(late, Code.DeadlineExceeded), true);
  result("it took less than a second", performance.now() - start < 1000, true);

  say("An error with details, which are found by their type.");
  const error = await errorOf(client.purchase({ date, classname: "gRPC", author, price: -1 }));
  code(`await client.purchase({ …, price: -1 });`);
  deepStrictEqual(error.message, "/shop.v1.PurchaseOrderService/Purchase: INVALID_ARGUMENT: bad order");
  console.log(`    ${paint("error", error.message)}`);
  code("const [bad] = error.findDetails(BadRequest);");
  const [bad] = error.findDetails(BadRequest);
  result("bad.fieldViolations[0].description", bad?.fieldViolations[0]?.description, "-1 is negative");
}

async function showDrain(server: Server, client: PurchaseOrderServiceClient): Promise<void> {
  say("A clean shutdown: what runs may finish, what comes now is refused.");
  const running = client.purchase({ classname: "a slow one", price: 1 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  code(`const running = client.purchase({ classname: "a slow one", price: 1 });`);
  const closed = server.close({ grace: 5000 });
  code("const closed = server.close({ grace: 5000 });");
  const refused = await errorOf(client.purchase({}));
  result("(the next call) error.code === Code.Unavailable", refused.code === Code.Unavailable, true);
  result("(await running).accepted", (await running).accepted, true);
  await closed;
  result("await closed", undefined, undefined);
}

/** The error that a call fails with. */
async function errorOf(call: Promise<unknown>): Promise<StatusError> {
  const error = await call.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (isStatusError(error)) return error;
  throw new Error("expected the call to fail with a StatusError", { cause: error });
}

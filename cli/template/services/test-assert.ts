import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient, inMemoryTransport } from "@protoloom/rpc";
import { OrderService } from "../src/gen/shop/v1/order_grpc.js";
import { orderServer } from "../src/orders.js";

const orders = createClient(OrderService, inMemoryTransport(orderServer()));

test("an order gets a number", async () => {
  const { id } = await orders.placeOrder({ title: "Dune", count: 2 });
  assert.equal(id, "order-1");
});

test("an order of nothing is refused", async () => {
  await assert.rejects(orders.placeOrder({ title: "Dune" }), { code: Code.InvalidArgument });
});

import { expect, test } from "RUNNER";
import { Code, createClient, inMemoryTransport } from "@protoloom/rpc";
import { OrderService } from "../src/gen/shop/v1/order_grpc.js";
import { orderServer } from "../src/orders.js";

const orders = createClient(OrderService, inMemoryTransport(orderServer()));

test("an order gets a number", async () => {
  const { id } = await orders.placeOrder({ title: "Dune", count: 2 });
  expect(id).toBe("order-1");
});

test("an order of nothing is refused", async () => {
  await expect(orders.placeOrder({ title: "Dune" })).rejects.toMatchObject({ code: Code.InvalidArgument });
});

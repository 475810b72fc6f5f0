import { Code, createClient, createServer, inMemoryTransport, StatusError } from "@protoloom/rpc";
import { OrderService, type OrderServiceHandlers } from "../src/gen/shop/v1/orders_grpc";
import { Status, WatchOrderResponse } from "../src/gen/shop/v1/orders_pb";
import { waitUntilSent } from "../src/shipping";

/** A client of handlers of this test, through real calls in memory: nothing is mocked. */
function clientOf(watchOrder: OrderServiceHandlers["watchOrder"]) {
  return createClient(OrderService, inMemoryTransport(createServer().add(OrderService, { watchOrder })));
}

test("an order that is sent", async () => {
  const orders = clientOf(function* () {
    yield { status: Status.PACKED };
    yield { status: Status.SENT };
  });
  await expect(waitUntilSent(orders, "order-1")).resolves.toBeUndefined();
});

test("an order that is not there", async () => {
  const orders = clientOf(() => {
    throw new StatusError(Code.NotFound, "no order order-1");
  });
  await expect(waitUntilSent(orders, "order-1")).rejects.toMatchObject({ code: Code.NotFound });
});

test("a service that is silent, until the deadline", async () => {
  const orders = clientOf(async function* (_, { signal }) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  });
  await expect(waitUntilSent(orders, "order-1", 50)).rejects.toMatchObject({ code: Code.DeadlineExceeded });
});

test("messages are compared by their fields", () => {
  const sent = new WatchOrderResponse({ status: Status.SENT });
  expect(WatchOrderResponse.fromBinary(sent.toBinary())).toEqual(sent);
});

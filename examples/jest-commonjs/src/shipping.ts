import type { OrderServiceClient } from "./gen/shop/v1/orders_grpc";
import { Status } from "./gen/shop/v1/orders_pb";

/** Waits until an order is sent. Throws the error of the call, or one of its own if the order ends in another way. */
export async function waitUntilSent(orders: OrderServiceClient, id: string, deadline = 60_000): Promise<void> {
  for await (const { status } of orders.watchOrder({ id }, { deadline })) if (status === Status.SENT) return;
  throw new Error(`${id} was never sent`);
}

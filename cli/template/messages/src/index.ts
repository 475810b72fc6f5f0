import type { Order } from "./gen/shop/v1/order_pb.js";

export { Order } from "./gen/shop/v1/order_pb.js";

/** The price of an order, in cents. */
export function totalOf({ lines }: Order): number {
  return lines.reduce((sum, { count, price }) => sum + count * price, 0);
}

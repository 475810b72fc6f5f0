import { Code, StatusError } from "@protoloom/rpc";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import type { PurchaseOrderServiceHandlers } from "./gen/order_grpc.js";
import type { Order, OrderReply } from "./gen/order_pb.js";

/** The shop's side of the agreement. It keeps its orders in memory. */
export function createShop(): PurchaseOrderServiceHandlers {
  const orders: Order[] = [];

  function take(order: Order): Pick<OrderReply, "accepted" | "orderNumber" | "order"> {
    if (order.price < 0) {
      const violation = { field: "price", description: `${order.price} is negative` };
      throw new StatusError(Code.InvalidArgument, "bad order", {
        details: [new BadRequest({ fieldViolations: [violation] })],
      });
    }
    return { accepted: true, orderNumber: BigInt(orders.push(order)), order };
  }

  return {
    async purchase(order, context) {
      if (order.classname === "a slow one") await pause(1000, context.signal);
      return take(order);
    },

    *listOrders({ author }) {
      for (const order of orders) if (order.author === author) yield order;
    },

    async upload(uploaded) {
      const reply = { count: 0, total: 0 };
      for await (const order of uploaded) {
        take(order);
        reply.count++;
        reply.total += order.price;
      }
      return reply;
    },

    async *talk(asked) {
      for await (const order of asked) yield take(order);
    },
  };
}

/** Waits, but not longer than somebody wants the answer. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

import { Code, createServer, type Server, StatusError } from "@protoloom/rpc";
import { OrderService } from "./gen/shop/v1/order_grpc.js";

/** A server that takes orders. */
export function orderServer(): Server {
  let taken = 0;
  return createServer().add(OrderService, {
    placeOrder: ({ title, count }) => {
      if (count === 0) throw new StatusError(Code.InvalidArgument, `how many of ${title}?`);
      taken++;
      return { id: `order-${taken}` };
    },
  });
}

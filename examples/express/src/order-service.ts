import { timestampNow } from "@protoloom/protobuf/wkt";
import { Code, createServer, type Server, StatusError } from "@protoloom/rpc";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import { OrderService } from "./gen/shop/v1/orders_grpc.js";
import { Status } from "./gen/shop/v1/orders_pb.js";

/** The service behind the API. It would be a program of its own. */
export function orderServer(): Server {
  const orders = new Set<string>();
  return createServer().add(OrderService, {
    placeOrder({ title, count }) {
      const fieldViolations = [
        ...(title === "" ? [{ field: "title", description: "is empty" }] : []),
        ...(count === 0 ? [{ field: "count", description: "is 0" }] : []),
      ];
      if (fieldViolations.length > 0)
        throw new StatusError(Code.InvalidArgument, "bad order", { details: [new BadRequest({ fieldViolations })] });
      const id = `order-${orders.size + 1}`;
      orders.add(id);
      return { id, placedAt: timestampNow() };
    },
    async *watchOrder({ id }) {
      if (!orders.has(id)) throw new StatusError(Code.NotFound, `no order ${id}`);
      for (const status of [Status.PLACED, Status.PACKED, Status.SENT]) yield { status };
    },
  });
}

import { toGrpcJs } from "@protoloom/rpc/grpc-js";
import { createChannel, createClient, createServer } from "nice-grpc";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { Order, Query } from "../../../test/gen/js/rpc/orders_pb.js";

export const name = "nice-grpc, our codecs";

/** nice-grpc requires a handler for each method of the definition. */
const { echo, list } = toGrpcJs(Orders);
const definition = { echo, list };

export function serve(message) {
  const order = new Order(message);
  const server = createServer();
  server.add(definition, {
    echo: async (request) => request,
    async *list({ count }) {
      for (let i = 0; i < count; i++) yield order;
    },
  });
  return server.listen("127.0.0.1:0");
}

export function dial(port, message) {
  const client = createClient(definition, createChannel(`127.0.0.1:${port}`));
  const order = new Order(message);
  return {
    unary: () => client.echo(order),
    async stream(count) {
      for await (const _ of client.list(new Query({ count })));
    },
  };
}

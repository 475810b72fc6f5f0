import { createClient, createServer } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { Order } from "../../../test/gen/js/rpc/orders_pb.js";

export const name = "protoloom";

export function serve(message) {
  const order = new Order(message);
  const handlers = {
    echo: (request) => request,
    *list({ count }) {
      for (let i = 0; i < count; i++) yield order;
    },
  };
  return createServer().add(Orders, handlers).listen("127.0.0.1:0");
}

export function dial(port, message) {
  return callsOf(createClient(Orders, grpcTransport({ address: `127.0.0.1:${port}` })), message);
}

export function callsOf(client, message) {
  const order = new Order(message);
  return {
    unary: () => client.echo(order),
    async stream(count) {
      for await (const _ of client.list({ count }));
    },
  };
}

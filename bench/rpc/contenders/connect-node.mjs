import { createServer } from "node:http2";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
import { OrderSchema, Orders } from "../../../test/gen/js/rpc/orders_pb.js";

export const name = "connect-node, gRPC";

export function serve(message) {
  const order = create(OrderSchema, message);
  const handlers = {
    echo: (request) => request,
    async *list({ count }) {
      for (let i = 0; i < count; i++) yield order;
    },
  };
  const server = createServer(connectNodeAdapter({ routes: (router) => router.service(Orders, handlers) }));
  const port = () => /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(port())));
}

export function dial(port, message) {
  const transport = createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` });
  const client = createClient(Orders, transport);
  const order = create(OrderSchema, message);
  return {
    unary: () => client.echo(order),
    async stream(count) {
      for await (const _ of client.list({ count }));
    },
  };
}

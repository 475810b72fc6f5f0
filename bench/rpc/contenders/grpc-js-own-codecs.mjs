import { credentials, makeGenericClientConstructor, Server, ServerCredentials } from "@grpc/grpc-js";
import { toGrpcJs } from "@protoloom/rpc/grpc-js";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { Order, Query } from "../../../test/gen/js/rpc/orders_pb.js";
import { dialWith, serveWith } from "../shared/grpc-js.mjs";

/** The reference for our layer: plain grpc-js with the same codecs. */
export const name = "grpc-js, our codecs";

export const serve = (message) => serveWith({ Server, ServerCredentials }, toGrpcJs(Orders), new Order(message));

export function dial(port, message) {
  const Client = makeGenericClientConstructor(toGrpcJs(Orders), "Orders");
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return dialWith(client, new Order(message), (count) => new Query({ count }));
}

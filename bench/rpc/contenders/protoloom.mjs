import { createClient, createServer } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { callsOf, handlersOf } from "../shared/protoloom.mjs";

export const name = "protoloom";

export function serve(message) {
  return createServer().add(Orders, handlersOf(message)).listen("127.0.0.1:0");
}

export function dial(port, message) {
  return callsOf(createClient(Orders, grpcTransport({ address: `127.0.0.1:${port}` })), message);
}

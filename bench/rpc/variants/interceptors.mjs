import { createClient, createServer } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { callsOf, handlersOf } from "../shared/protoloom.mjs";

/** One interceptor on each side, which only passes the call on. */
const interceptors = [(call, next) => next(call)];

export function serve(message) {
  return createServer({ interceptors }).add(Orders, handlersOf(message)).listen("127.0.0.1:0");
}

export function dial(port, message) {
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  return callsOf(createClient(Orders, transport, { interceptors }), message);
}

import { createClient } from "@protoloom/rpc";
import { grpcJsTransport } from "@protoloom/rpc/grpc-js";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { callsOf } from "../shared/protoloom.mjs";

export const name = "protoloom-grpc-js";
export { serve } from "./protoloom.mjs";

export function dial(port, message) {
  return callsOf(createClient(Orders, grpcJsTransport({ address: `127.0.0.1:${port}` })), message);
}

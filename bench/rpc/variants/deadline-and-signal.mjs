import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { callsOf } from "../shared/protoloom.mjs";

export { serve } from "../contenders/protoloom.mjs";

/** Each call has a deadline, which is new each time, and a signal, which all share. */
export function dial(port, message) {
  const client = createClient(Orders, grpcTransport({ address: `127.0.0.1:${port}` }));
  const { signal } = new AbortController();
  return callsOf(client, message, () => ({ deadline: 5000, signal }));
}

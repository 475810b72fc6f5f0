import { createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { callsOf, handlersOf } from "../shared/protoloom.mjs";

/** The process of the server only waits: the client has both sides. */
export const serve = () => Promise.resolve(0);

export function dial(_, message) {
  const server = createServer().add(Orders, handlersOf(message));
  return callsOf(createClient(Orders, inMemoryTransport(server)), message);
}

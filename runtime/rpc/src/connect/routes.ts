import type { DescMethodBiDiStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";
import type { ConnectRouter, HandlerContext } from "@connectrpc/connect";
import type { ServedMethod } from "../call/served-method.js";
import type { Server } from "../server/server.js";
import { ConnectIncomingCall } from "./incoming-call.js";
import { toConnectMethod } from "./method.js";

/**
 * The services of a server as Connect routes, for its adapters to Node, Fastify, Express and fetch handlers: gRPC,
 * gRPC-Web and the Connect protocol, in the binary format and as JSON. Add all services before calling it.
 *
 *     http2.createServer(connectNodeAdapter({ routes: connectRoutes(server) })).listen(8080);
 */
export function connectRoutes(server: Server): (router: ConnectRouter) => void {
  return (router) => {
    for (const served of server.methods) addRoute(router, server, served);
  };
}

function addRoute(router: ConnectRouter, server: Server, served: ServedMethod): void {
  const desc = toConnectMethod(served.method);
  const open = (requests: AsyncIterable<Message>, context: HandlerContext): ConnectIncomingCall => {
    const call = new ConnectIncomingCall(served.method, requests, context);
    server.handle(served, call);
    return call;
  };
  // Connect distinguishes the kinds by descriptor; in types, the widest kind of each direction covers both.
  switch (served.method.kind) {
    case "unary":
    case "client_streaming":
      router.rpc(desc as DescMethodUnary, (requests: unknown, context: HandlerContext) =>
        open(toStream(requests), context).response(),
      );
      break;
    default:
      router.rpc(desc as DescMethodBiDiStreaming, (requests: unknown, context: HandlerContext) =>
        open(toStream(requests), context).responses(),
      );
  }
}

function toStream(requests: unknown): AsyncIterable<Message> {
  if (Symbol.asyncIterator in (requests as object)) return requests as AsyncIterable<Message>;
  return (async function* () {
    yield requests as Message;
  })();
}

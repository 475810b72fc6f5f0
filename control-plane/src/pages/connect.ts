import { createConnectRouter } from "@connectrpc/connect";
import { createFetchHandler } from "@connectrpc/connect/protocol";
import type { Server } from "@protoloom/rpc";
import { connectRoutes } from "@protoloom/rpc/connect";
import type { Page } from "./router.js";

const MAX_BYTES = 4 << 20;

/** The services of a server for clients without gRPC: the Connect protocol, JSON included, and gRPC-Web. */
export function connectPage(server: Server): Page {
  const router = createConnectRouter({ readMaxBytes: MAX_BYTES });
  connectRoutes(server)(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, createFetchHandler(handler)]));
  return (request, { pathname }) => handlers.get(pathname)?.(request);
}

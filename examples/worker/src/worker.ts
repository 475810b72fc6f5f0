import { createConnectRouter } from "@connectrpc/connect";
import { createFetchHandler } from "@connectrpc/connect/protocol";
import { createServer } from "@protoloom/rpc";
import { connectRoutes } from "@protoloom/rpc/connect";
import { LinkService } from "./gen/links/v1/links_grpc.js";
import { linkOf, linkService } from "./links.js";

interface Env {
  readonly LINKS: KVNamespace;
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const call = handlersOf(env).get(pathname);
    if (call !== undefined) return call(request as unknown as globalThis.Request);
    const link = await linkOf(env.LINKS, pathname.slice(1));
    return link === undefined ? new Response("no such link\n", { status: 404 }) : Response.redirect(link.url, 302);
  },
} satisfies ExportedHandler<Env>;

type FetchHandler = ReturnType<typeof createFetchHandler>;

/** By path, for the bindings of this Worker, which stay the same while it runs. */
function handlersOf(env: Env): Map<string, FetchHandler> {
  handlers ??= new Map(routes(env).map((handler) => [handler.requestPath, createFetchHandler(handler)]));
  return handlers;
}

let handlers: Map<string, FetchHandler> | undefined;

function routes(env: Env) {
  const server = createServer().add(LinkService, linkService(env.LINKS));
  const router = createConnectRouter();
  connectRoutes(server)(router);
  return router.handlers;
}

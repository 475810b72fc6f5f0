import { fastifyConnectPlugin } from "@connectrpc/connect-fastify";
import { Code, createClient, inMemoryTransport, isStatusError, type Server } from "@protoloom/rpc";
import { connectRoutes } from "@protoloom/rpc/connect";
import { type FastifyInstance, fastify } from "fastify";
import { CatalogService } from "./gen/shop/v1/catalog_grpc.js";

/** The services over gRPC-Web, Connect and JSON, and beside them a route of the usual kind, which calls them in memory. */
export async function createApp(server: Server): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(fastifyConnectPlugin, { routes: connectRoutes(server) });
  const catalog = createClient(CatalogService, inMemoryTransport(server));

  app.get<{ Params: { isbn: string } }>("/books/:isbn", async (request) => {
    const { book } = await catalog.getBook({ isbn: request.params.isbn });
    return book; // a message has toJSON
  });

  app.setErrorHandler((error, _, reply) => {
    if (!isStatusError(error)) throw error;
    const status = { [Code.NotFound]: 404, [Code.InvalidArgument]: 400 }[error.code as number] ?? 500;
    return reply.status(status).send({ error: status === 500 ? "internal error" : error.text });
  });
  return app;
}

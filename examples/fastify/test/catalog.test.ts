import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { Code, createClient } from "@protoloom/rpc";
import { connectTransport } from "@protoloom/rpc/connect";
import { createApp } from "../src/app.js";
import { catalogServer } from "../src/catalog.js";
import { CatalogService } from "../src/gen/shop/v1/catalog_grpc.js";

const app = await createApp(catalogServer());
let baseUrl: string;

before(async () => {
  baseUrl = await app.listen({ host: "127.0.0.1", port: 0 });
});
after(() => app.close());

test("a route of Fastify answers with a message as JSON", async () => {
  const found = await app.inject("/books/978-0553293357");
  // 64 bits are text in JSON, so nothing is rounded
  assert.deepEqual(found.json(), { isbn: "978-0553293357", title: "Foundation", sold: "9007199254740993" });
  const missing = await app.inject("/books/1");
  assert.deepEqual([missing.statusCode, missing.json()], [404, { error: "no book 1" }]);
});

test("a client of the browser gets a stream and an error by gRPC-Web", async () => {
  const web = connectTransport(createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }));
  const catalog = createClient(CatalogService, web);
  const titles: string[] = [];
  for await (const { book } of catalog.searchBooks({ text: "Dune" })) titles.push(book?.title ?? "");
  assert.deepEqual(titles, ["Dune", "Dune Messiah"]);
  await assert.rejects(catalog.getBook({ isbn: "1" }), { code: Code.NotFound, text: "no book 1" });
});

test("curl gets JSON", async () => {
  const response = await fetch(`${baseUrl}/shop.v1.CatalogService/GetBook`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ isbn: "978-0441013593" }),
  });
  assert.deepEqual(await response.json(), { book: { isbn: "978-0441013593", title: "Dune", sold: "20000000" } });
});

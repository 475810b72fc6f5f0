/** The Connect protocol with JSON, as curl and fetch speak it. */

import { createConnectRouter, createRouterTransport } from "@connectrpc/connect";
import { createFetchHandler } from "@connectrpc/connect/protocol";
import { expect, test } from "@jest/globals";
import { Code, createClient, createServer, StatusError } from "@protoloom/rpc";
import { connectRoutes, connectTransport } from "@protoloom/rpc/connect";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { collect, failure } from "./failures.js";

const server = createServer({ onError: () => {} }).add(Orders, {
  echo(order) {
    if (order.id === "bad") throw new StatusError(Code.NotFound, "no such order");
    return order;
  },
  *list({ count }) {
    for (let i = 0; i < count; i++) yield { id: String(i), price: 1n << 60n };
  },
});
const router = createConnectRouter();
connectRoutes(server)(router);

async function call(method: string, body: unknown, type = "application/json"): Promise<Response> {
  const handler = router.handlers.find(({ requestPath }) => requestPath === `/test.rpc.Orders/${method}`)!;
  const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const init = { method: "POST", headers: { "content-type": type }, body: text as string };
  return createFetchHandler(handler)(new Request(`http://localhost/test.rpc.Orders/${method}`, init));
}

test("a unary call takes and gives ProtoJSON", async () => {
  const order = { id: "7", price: "1152921504606846976", photo: "AQL/", line: { what: "x", count: 3 }, lines: [{}] };
  const answer = await call("Echo", order);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(await answer.json()).toEqual(order);
  expect(await (await call("Echo", {})).json()).toEqual({});
});

test("JSON that does not fit the message fails with INVALID_ARGUMENT and names the field", async () => {
  const answer = await call("Echo", { price: "many" });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("price") });
});

test("the error of a handler is JSON", async () => {
  const answer = await call("Echo", { id: "bad" });
  expect([answer.status, await answer.json()]).toEqual([404, { code: "not_found", message: "no such order" }]);
});

test("a stream is JSON, message by message", async () => {
  const json = new TextEncoder().encode(JSON.stringify({ count: 2 }));
  const answer = await call("List", new Uint8Array([0, 0, 0, 0, json.length, ...json]), "application/connect+json");
  const text = new TextDecoder().decode(await answer.arrayBuffer());
  expect(text).toContain('{"id":"0","price":"1152921504606846976"}');
  expect(text).toContain('{"id":"1","price":"1152921504606846976"}');
});

test("a client of ours speaks JSON over a Connect transport that does", async () => {
  const connect = createRouterTransport(connectRoutes(server), { transport: { useBinaryFormat: false } });
  const client = createClient(Orders, connectTransport(connect, { format: "json" }));
  const order = { id: "7", price: 1n << 60n, photo: new Uint8Array([1, 2]), lines: [{ what: "x", count: 3 }] };
  expect((await client.echo(order)).toJson()).toEqual({
    ...{ id: "7", price: "1152921504606846976", photo: "AQI=" },
    lines: [{ what: "x", count: 3 }],
  });
  expect((await collect(client.list({ count: 2 }))).map(({ id }) => id)).toEqual(["0", "1"]);
  expect((await failure(client.echo({ id: "bad" }))).code).toBe(Code.NotFound);
  expect((await failure(client.echo({ price: "x" as never }))).text).toContain("cannot encode the request");
});

test("a format that is not that of the Connect transport is INTERNAL", async () => {
  const binary = createRouterTransport(connectRoutes(server), { transport: { useBinaryFormat: true } });
  const json = createRouterTransport(connectRoutes(server), { transport: { useBinaryFormat: false } });
  for (const transport of [connectTransport(binary, { format: "json" }), connectTransport(json)])
    expect((await failure(createClient(Orders, transport).echo({ id: "1" }))).code).toBe(Code.Internal);
});

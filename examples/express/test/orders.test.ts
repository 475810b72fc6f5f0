import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { createApp } from "../src/app.js";
import { OrderService } from "../src/gen/shop/v1/orders_grpc.js";
import { PlaceOrderResponse } from "../src/gen/shop/v1/orders_pb.js";
import { orderServer } from "../src/order-service.js";

const service = orderServer();
let transport: ReturnType<typeof grpcTransport>;
let web: Server;
let url: string;

before(async () => {
  transport = grpcTransport({ address: `127.0.0.1:${await service.listen("127.0.0.1:0")}` });
  web = createApp(createClient(OrderService, transport)).listen(0, "127.0.0.1");
  await once(web, "listening");
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});

after(async () => {
  web.close();
  web.closeAllConnections();
  transport.close();
  await service.close({ grace: 0 });
});

function place(order: unknown): Promise<Response> {
  return fetch(`${url}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order),
  });
}

test("an order is placed, and its events arrive", async () => {
  const response = await place({ title: "Dune", count: 2 });
  assert.equal(response.status, 201);
  const placed = PlaceOrderResponse.fromJsonString(await response.text());
  assert.ok(placed.placedAt);
  const events = await (await fetch(`${url}/orders/${placed.id}/events`)).text();
  assert.equal(
    events,
    ["PLACED", "PACKED", "SENT"].map((status) => `data: {"status":"STATUS_${status}"}\n\n`).join(""),
  );
});

test("what the service refuses names the fields", async () => {
  const response = await place({ title: "Dune" });
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), { error: "bad order", fields: [{ field: "count", description: "is 0" }] });
});

test("a body of another form names the field", async () => {
  const response = await place({ title: "Dune", count: "many" });
  assert.equal(response.status, 400);
  assert.match(((await response.json()) as { error: string }).error, /shop\.v1\.PlaceOrderRequest\.count/);
});

test("an order that is not there", async () => {
  const response = await fetch(`${url}/orders/order-9/events`);
  assert.equal(response.status, 404);
  assert.deepEqual(await response.json(), { error: "no order order-9" });
});

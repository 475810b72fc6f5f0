import "reflect-metadata";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { INestApplication } from "@nestjs/common";
import { Test } from "@nestjs/testing";
import { Code, createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { AppModule } from "../src/app.module.js";
import { OrderService } from "../src/gen/shop/v1/orders_grpc.js";
import { Status } from "../src/gen/shop/v1/orders_pb.js";
import { GRPC_ADDRESS, GrpcServer } from "../src/grpc.server.js";

let app: INestApplication;
let transport: ReturnType<typeof grpcTransport>;
let url: string;

before(async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(GRPC_ADDRESS)
    .useValue("127.0.0.1:0")
    .compile();
  app = module.createNestApplication({ logger: ["error"] });
  await app.listen(0, "127.0.0.1");
  url = await app.getUrl();
  transport = grpcTransport({ address: `127.0.0.1:${app.get(GrpcServer).port}` });
});

after(async () => {
  transport.close();
  await app.close();
});

function place(order: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(`${url}/orders`, { method: "POST", headers, body: JSON.stringify(order) });
}

test("an order that was placed by HTTP is watched by gRPC", async () => {
  const response = await place({ title: "Dune", count: 2 });
  assert.equal(response.status, 201);
  const { id } = (await response.json()) as { id: string };
  const seen: Status[] = [];
  for await (const { status } of createClient(OrderService, transport).watchOrder({ id })) seen.push(status);
  assert.deepEqual(seen, [Status.PLACED, Status.PACKED, Status.SENT]);
  const events = await (await fetch(`${url}/orders/${id}/events`)).text();
  assert.match(events, /data: \{"status":"STATUS_SENT"\}/);
});

test("an error has its code in gRPC and its status in HTTP", async () => {
  const orders = createClient(OrderService, transport);
  await assert.rejects(orders.placeOrder({ title: "Dune" }), { code: Code.InvalidArgument });
  const refused = await place({ title: "Dune" });
  assert.deepEqual([refused.status, await refused.json()], [400, { error: "an order has a title and a count" }]);
  const wrong = await place({ title: 5 });
  assert.equal(wrong.status, 400);
  assert.match(((await wrong.json()) as { error: string }).error, /shop\.v1\.PlaceOrderRequest\.title/);
});

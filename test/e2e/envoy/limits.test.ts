/** A limit is what its line says, whichever way calls come: by every method, as canaries, as REST, with a query behind the path. */
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Code, createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders, type OrdersClient } from "../../gen/ts/rpc/orders_grpc.js";
import { PROVISION_MS } from "../provision.js";
import { report } from "../report.js";
import { freePort, provideEnvoy, type Running, startEnvoy } from "./envoy.js";
import { type Backend, orders, rest, startBackend } from "./shop.js";
import { codeOf } from "./stage.js";

jest.setTimeout(60_000);

let envoy: string;
let shop: Backend;
beforeAll(async () => {
  envoy = await provideEnvoy();
  shop = await startBackend("shop");
}, PROVISION_MS);
afterAll(() => shop?.close());

test("5 in a period let 5 through, whatever the calls are", async () => {
  const port = await freePort();
  const running = await startEnvoy(envoy, {
    protos: orders(rest),
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    cluster: shop
    rate_limit: { requests: 5, per: 1h }
    canaries: [{ cluster: shop, header: x-canary, value: "1" }, { cluster: shop, header: x-canary, value: "2" }]
    methods:
      Upload: { rate_limit: { requests: 3, per: 1h } }
clusters: { shop: { endpoints: [{ address: 127.0.0.1:${shop.port} }] } }
`,
  });
  await withClient(port, running, async (client) => {
    const ways = [
      () => client.echo({}),
      () => client.delete({}),
      () => client.echo({}, { metadata: { "x-canary": "1" } }),
      () => client.delete({}, { metadata: { "x-canary": "2" } }),
    ];
    const codes: (Code | undefined)[] = [];
    for (let i = 0; i < 5; i++) for (const call of ways) codes.push(await codeOf(call()));
    expect(codes.filter((code) => code === undefined).length).toBe(5);
    expect(new Set(codes)).toEqual(new Set([undefined, Code.ResourceExhausted]));
    expect((await fetch(`http://127.0.0.1:${port}/v1/orders/7`)).status).toBe(429);
    const uploads: (Code | undefined)[] = [];
    for (let i = 0; i < 5; i++) uploads.push(await codeOf(client.upload([{ id: "1" }])));
    expect(uploads.filter((code) => code === undefined).length).toBe(3); // a limit of its own
    report(`${codes.length} calls by four ways and a limit of 5: ${shop.calls - 3} passed`);
    expect(shop.calls).toBe(8);
  });
});

async function withClient(port: number, running: Running, use: (client: OrdersClient) => Promise<void>): Promise<void> {
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  try {
    await use(createClient(Orders, transport));
  } finally {
    transport.close();
    await running.stop();
  }
}

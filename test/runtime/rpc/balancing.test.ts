/** Several addresses: which of them get calls, and what becomes of those that are down. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { createClient, createServer, type Server } from "@protoloom/rpc";
import { type GrpcTransport, type GrpcTransportOptions, grpcTransport } from "@protoloom/rpc/grpc";
import { serviceConfig } from "@protoloom/rpc/service-config";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { until } from "./failures.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(id: string, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer().add(Orders, { echo: () => ({ id }) });
  cleanups.push(() => server.close({ grace: 0 }));
  return { server, port: await server.listen(`127.0.0.1:${port}`) };
}

function dial(ports: number[], options: Partial<GrpcTransportOptions> = {}): GrpcTransport {
  const transport = grpcTransport({
    address: `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(",")}`,
    ...options,
  });
  cleanups.push(() => transport.close());
  return transport;
}

const roundRobin = serviceConfig({ loadBalancingConfig: [{ round_robin: {} }] });

/** The servers that answer 20 calls, with the number of calls that each answers. */
async function answers(transport: GrpcTransport): Promise<Record<string, number>> {
  const client = createClient(Orders, transport, { waitForReady: true });
  const found: Record<string, number> = {};
  for (let i = 0; i < 20; i++) {
    const { id } = await client.echo({});
    found[id] = (found[id] ?? 0) + 1;
  }
  return found;
}

describe("round_robin", () => {
  test("calls all servers in turn, and one that is back again", async () => {
    const [a, b] = [await serve("a"), await serve("b")];
    const transport = dial([a.port, b.port], { serviceConfig: roundRobin });
    await transport.connect();
    await until(() => transport.connections === 2);
    expect(await answers(transport)).toEqual({ a: 10, b: 10 });
    await a.server.close({ grace: 0 });
    await until(() => transport.connections === 1);
    expect(await answers(transport)).toEqual({ b: 20 });
    await serve("a again", a.port);
    await until(() => transport.connections === 2);
    expect(await answers(transport)).toEqual({ "a again": 10, b: 10 });
  });
});

describe("pick_first", () => {
  test("calls one server, and another when that is gone", async () => {
    const [a, b] = [await serve("a"), await serve("b")];
    const transport = dial([a.port, b.port]);
    expect(await answers(transport)).toEqual({ a: 20 });
    expect(transport.connections).toBe(1);
    await a.server.close({ grace: 0 });
    await until(() => transport.state !== "ready");
    expect(await answers(transport)).toEqual({ b: 20 });
  });

  test("takes the second address where the first is down", async () => {
    const { server, port } = await serve("a");
    await server.close({ grace: 0 });
    expect(await answers(dial([port, (await serve("b")).port]))).toEqual({ b: 20 });
  });
});

test("a policy that is not ours is refused, and one that is ours is taken in its place", async () => {
  const other = serviceConfig({ loadBalancingConfig: [{ grpclb: {} }] });
  expect(() => dial([1], { serviceConfig: other })).toThrow(
    "invalid service config: expected loadBalancingConfig to have pick_first or round_robin, got grpclb",
  );
  const [a, b] = [await serve("a"), await serve("b")];
  const mixed = serviceConfig({ loadBalancingConfig: [{ grpclb: {} }, { round_robin: {} }, { pick_first: {} }] });
  const transport = dial([a.port, b.port], { serviceConfig: mixed });
  await transport.connect();
  await until(() => transport.connections === 2);
});

test("a connection without calls is closed after its time, and the next call gets another", async () => {
  const { server, port } = await serve("a");
  const transport = dial([port], { idleTimeout: 50 });
  expect(await answers(transport)).toEqual({ a: 20 });
  await until(() => transport.connections === 0 && server.connections === 0);
  expect(transport.state).toBe("idle");
  expect(await answers(transport)).toEqual({ a: 20 });
});

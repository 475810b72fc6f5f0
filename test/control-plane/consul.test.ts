/** npm's `consul`, unchanged, against the control plane: registering, checks, and blocking queries. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ControlPlane, type ControlPlaneOptions } from "@protoloom/control-plane";
import Consul from "consul";
import { until } from "../runtime/rpc/failures.js";

const orders = {
  name: "orders",
  id: "orders-1",
  address: "10.0.0.1",
  port: 8080,
  tags: ["a", "version=v2"],
  meta: { Team: "shop" },
};
const withTtl = { ...orders, check: { name: "ttl", ttl: "30s" } }; // its types ask for more than its code
let plane: ControlPlane;
let consul: Consul;
let port: number;

async function open(options: ControlPlaneOptions = {}): Promise<void> {
  plane = await new ControlPlane(options).start();
  port = await plane.listen("127.0.0.1:0");
  consul = new Consul({ host: "127.0.0.1", port });
}

beforeEach(() => open());
afterEach(() => plane.close({ grace: 0 }));

describe("npm consul", () => {
  test("registers a service, which is listed with its tags and metadata, and deregisters it", async () => {
    await consul.agent.service.register(orders);
    const [found] = await consul.health.service("orders");
    expect(found.Service).toMatchObject({
      ID: "orders-1",
      Service: "orders",
      Address: "10.0.0.1",
      Port: 8080,
      Tags: ["a", "version=v2"],
      Meta: { Team: "shop" },
    });
    expect(found.Checks[0].Status).toBe("passing");
    expect(await consul.catalog.service.list()).toEqual({ orders: ["a", "version=v2"] });
    expect(await consul.catalog.service.nodes("orders")).toMatchObject([{ ServiceID: "orders-1", ServicePort: 8080 }]);
    expect(await consul.agent.service.list()).toMatchObject({ "orders-1": { Service: "orders" } });
    expect(plane.registry.list("default")).toMatchObject([{ version: "v2" }]);
    await consul.agent.service.deregister("orders-1");
    expect(await consul.health.service("orders")).toEqual([]);
  });

  test("a TTL check is critical until it passes, and as it says afterwards", async () => {
    await consul.agent.service.register(withTtl as never);
    const status = async () => (await consul.health.service("orders"))[0].Checks[0];
    expect((await status()).Status).toBe("critical");
    expect(await consul.health.service({ service: "orders", passing: true })).toEqual([]);
    await consul.agent.check.pass("service:orders-1");
    expect((await status()).Status).toBe("passing");
    await consul.agent.service.register(withTtl as never);
    expect((await status()).Status).toBe("passing"); // again is no illness
    await consul.agent.check.fail({ id: "service:orders-1", note: "out of paper" });
    expect(await status()).toMatchObject({ Status: "critical", Output: "out of paper" });
    await expect(consul.agent.check.pass("service:nobody")).rejects.toThrow(/Unknown check ID|not found/i);
  });

  test("maintenance takes a service out, and brings it back", async () => {
    await consul.agent.service.register(orders);
    await consul.agent.service.maintenance({ id: "orders-1", enable: true });
    expect(await consul.health.service({ service: "orders", passing: true })).toEqual([]);
    await consul.agent.service.maintenance({ id: "orders-1", enable: false });
    expect(await consul.health.service({ service: "orders", passing: true })).toHaveLength(1);
  });

  test("a blocking query waits for a change of what it asks for, or for its time", async () => {
    await consul.agent.service.register(orders);
    const first = await fetch(`http://127.0.0.1:${port}/v1/health/service/orders?index=0`);
    const index = first.headers.get("x-consul-index")!;
    expect(Number(index)).toBeGreaterThan(0);
    const watching = (async () => {
      for (let next = index; ; ) {
        const answer = await fetch(`http://127.0.0.1:${port}/v1/health/service/orders?index=${next}&wait=60s`);
        next = answer.headers.get("x-consul-index")!;
        if (((await answer.json()) as unknown[]).length === 2) return next;
      }
    })();
    await consul.agent.service.register({ ...orders, name: "other", id: "other-1" }); // no change of orders
    await consul.agent.service.register({ ...orders, id: "orders-2" });
    const next = await watching;
    expect(Number(next)).toBeGreaterThan(Number(index));
    const idle = await fetch(`http://127.0.0.1:${port}/v1/health/service/orders?index=${next}&wait=50ms`);
    expect(idle.headers.get("x-consul-index")).toBe(next);
  });

  test("its watch learns of each change", async () => {
    const seen: number[] = [];
    const watch = consul.watch({ method: consul.health.service, options: { service: "orders" } as never });
    watch.on("change", (data: unknown[]) => seen.push(data.length));
    await until(() => seen.length === 1);
    await consul.agent.service.register(orders);
    await until(() => seen.at(-1) === 1);
    await consul.agent.service.deregister("orders-1");
    await until(() => seen.at(-1) === 0);
    watch.end();
  });
});

test("the token of Consul counts", async () => {
  await plane.close({ grace: 0 });
  await open({ grants: [{ name: "shop", token: "s3cret", namespaces: ["shop"] }] });
  const register = (token: string) =>
    fetch(`http://127.0.0.1:${port}/v1/agent/service/register`, {
      method: "PUT",
      headers: { "x-consul-token": token },
      body: JSON.stringify(orders),
    });
  expect((await register("wrong")).status).toBe(401);
  expect((await register("s3cret")).status).toBe(200);
  expect(plane.registry.list("shop")).toHaveLength(1);
});

test.each([
  ["PUT", "/v1/agent/service/register", "{", 400],
  ["PUT", "/v1/agent/service/register", "{}", 400],
  ["PUT", "/v1/agent/check/update/service:x", "{}", 404],
  ["GET", "/v1/agent/service/register", undefined, 405],
  ["GET", "/v1/kv/x", undefined, 404],
  ["GET", "/v1/health/service/%E0%A4%A", undefined, 400],
])("%s %s with %j is status %i", async (method, path, body, status) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body !== undefined && { body }) });
  expect(answer.status).toBe(status);
});

import { afterEach, describe, expect, test } from "@jest/globals";
import { Code, createClient } from "@protoloom/rpc";
import { createHealth, Health, ServingStatus } from "@protoloom/rpc/health";
import { failure } from "./failures.js";
import { peers, Stage } from "./peers.js";

describe.each(peers.slice(0, 2))("grpc.health.v1 over $name", (peer) => {
  const stage = new Stage(peer);
  afterEach(() => stage.clear());

  const open = async () => {
    const health = createHealth();
    const { server, transport } = await stage.open((s) => s.add(Health, health));
    return { health, server, client: createClient(Health, transport) };
  };

  test("check and list", async () => {
    const { health, client } = await open();
    expect((await client.check({})).status).toBe(ServingStatus.SERVING);
    expect((await failure(client.check({ service: "shop" }))).code).toBe(Code.NotFound);
    health.set("shop", ServingStatus.NOT_SERVING);
    expect((await client.check({ service: "shop" })).status).toBe(ServingStatus.NOT_SERVING);
    expect(Object.keys((await client.list({})).statuses)).toEqual(["", "shop"]);
    health.delete("shop");
    expect((await failure(client.check({ service: "shop" }))).code).toBe(Code.NotFound);
  });

  test("watch tells of changes, and ends when the server drains", async () => {
    const { health, server, client } = await open();
    const replies = client.watch({ service: "shop" });
    const next = async () => (await replies.next()).value?.status;
    expect(await next()).toBe(ServingStatus.SERVICE_UNKNOWN);
    health.set("shop", ServingStatus.SERVING);
    expect(await next()).toBe(ServingStatus.SERVING);
    health.set("other", ServingStatus.SERVING);
    health.set("shop", ServingStatus.NOT_SERVING);
    expect(await next()).toBe(ServingStatus.NOT_SERVING);
    health.set("shop", ServingStatus.SERVING);
    expect(await next()).toBe(ServingStatus.SERVING);
    const closing = server.close();
    expect(await next()).toBe(ServingStatus.NOT_SERVING);
    expect((await replies.next()).done).toBe(true);
    await closing;
  });
});

/** Settings of whole proxies, of connections, and of the way to an endpoint, each proven once on a real Envoy, with their defaults. */
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { connect as connectHttp2, type Settings } from "node:http2";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { Code } from "@protoloom/rpc";
import { report } from "../report.js";
import { resetting } from "./backends.js";
import { freePort, until, Workplace } from "./envoy.js";
import { answered, rawCall } from "./raw-call.js";
import { type Backend, orders, rest } from "./shop.js";
import { codeOf, openStage } from "./stage.js";
import type { Stub } from "./stub.js";

jest.setTimeout(60_000);

const { cleanups, backend, stub, proxy, clientOf } = openStage(orders(rest));

const endpointsOf = (...shops: readonly { port: number }[]) =>
  `endpoints: [${shops.map(({ port }) => `{ address: 127.0.0.1:${port} }`).join(", ")}]`;

describe("a proxy at the edge", () => {
  test("limits streams and windows, rejects ambiguous names, and redirects escaped slashes", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    await proxy({
      deployment: `
profile: edge
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop } }
clusters: { shop: { ${endpointsOf(shop)} } }
`,
    });
    const at = `http://127.0.0.1:${port}`;
    const session = connectHttp2(at);
    const [settings] = (await once(session, "remoteSettings")) as [Settings];
    session.destroy();
    expect([settings.maxConcurrentStreams, settings.initialWindowSize]).toEqual([100, 65_536]);
    expect(await answered(at, {})).toBe(true);
    expect(await answered(at, { x_under: "1" })).toBe(false);
    const escaped = await fetch(`${at}/v1%2Forders/7`, { redirect: "manual" });
    expect([escaped.status, escaped.headers.get("location")]).toEqual([307, "/v1/orders/7"]);
    expect((await fetch(`${at}//v1//orders//7`)).status).toBe(200);
    expect(shop.calls).toBe(2);
  });

  test("closes connections beyond the limit of the whole proxy", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    const running = await proxy({
      deployment: `
overload: { connections: 10 }
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop } }
clusters: { shop: { ${endpointsOf(shop)} } }
`,
    });
    const held = Array.from({ length: 20 }, () => connectTcp(port, "127.0.0.1"));
    let closed = 0;
    for (const socket of held) {
      socket.resume().on("error", () => undefined);
      socket.on("close", () => closed++);
    }
    await until(() => closed >= 10);
    for (const socket of held) socket.destroy();
    const refused = await running.stat(`listener.127.0.0.1_${port}.downstream_global_cx_overflow`);
    report(`20 connections, ${refused} of them closed, with overload: { connections: 10 }`);
    expect(refused).toBeGreaterThanOrEqual(10);
  });
});

test("connections to endpoints have a number of requests, of streams, a window and an age", async () => {
  const [few, young] = [await stub(), await stub()];
  const narrow: Stub = await stub(async () => {
    await until(() => narrow.calls.length > 1); // two calls at a time
    return Buffer.alloc(0);
  });
  const port = await freePort();
  await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    cluster: few
    canaries: [{ header: x-to, value: narrow, cluster: narrow }, { header: x-to, value: young, cluster: young }]
clusters:
  few: { ${endpointsOf(few)}, limits: { requests: 1 } }
  narrow: { ${endpointsOf(narrow)}, limits: { streams: 1, stream_window: 70000, connection_window: 80000 } }
  young: { ${endpointsOf(young)}, limits: { age: 500ms } }
`,
  });
  const at = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 3; i++) await rawCall(at);
  expect(few.sessions.size).toBe(3);

  await Promise.all(Array.from({ length: 2 }, () => rawCall(at, { "x-to": "narrow" })));
  expect(narrow.sessions.size).toBe(2);
  const windows = [...narrow.sessions].map(({ remoteSettings }) => remoteSettings.initialWindowSize);
  expect(windows).toContain(70_000);

  await rawCall(at, { "x-to": "young" });
  const [first] = young.sessions;
  if (!first!.closed) await once(first!, "close");
  await rawCall(at, { "x-to": "young" });
  expect(young.sessions.size).toBe(2);
});

test("another priority helps by the spill factor, when some endpoints are ill", async () => {
  const [main, spare, port] = [await backend("main"), await backend("spare"), await freePort()];
  const cluster = (factor: number) => `
    spill_factor: ${factor}
    health_check: { tcp: true, interval: 100ms, timeout: 90ms, healthy: 1, unhealthy: 1 }
    endpoints:
      - { address: 127.0.0.1:${main.port} }
      - { address: 127.0.0.1:1 }
      - { address: 127.0.0.1:${spare.port}, priority: 1 }`;
  const running = await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: early, canaries: [{ header: x-late, cluster: late }] } }
clusters:
  early: ${cluster(1)}
  late: ${cluster(2)}
`,
  });
  const client = clientOf(port);
  const served = async (metadata: Record<string, string>) => {
    let spares = 0;
    for (let i = 0; i < 100; i++) spares += Number((await client.echo({}, { metadata })).author === "spare");
    return spares;
  };
  for (const name of ["early", "late"])
    await until(async () => (await running.stat(`cluster.${name}.membership_healthy`)) === 2);
  await until(async () => (await client.echo({})).author === "spare"); // workers learn of it later
  await until(async () => (await client.echo({}, { metadata: { "x-late": "1" } })).author === "main");
  const counts = [await served({}), await served({ "x-late": "1" })];
  report(
    `half of a priority is ill: of 100 calls ${counts[0]} went to the next with spill_factor 1, ${counts[1]} with 2`,
  );
  expect(counts[0]).toBeGreaterThan(20);
  expect(counts[0]).toBeLessThan(80);
  expect(counts[1]).toBe(0);
});

test("methods of others' protos that the deployment file calls idempotent are tried again, and no others", async () => {
  const [shop, broken, port] = [await backend("shop"), await resetting(), await freePort()];
  cleanups.push(() => broken.stop());
  await proxy({
    protos: orders((source) => rest(source).replaceAll(/option idempotency_level = \w+;/g, "")),
    deployment: `
listeners:
  named: { address: 127.0.0.1:${port}, services: [test.rpc.Orders] }
services:
  test.rpc.Orders: { cluster: shop, retry: { attempts: 3 }, idempotent: { http_get: true } }
  "*": { cluster: shop }
clusters: { shop: { ${endpointsOf(shop, broken)} } }
`,
  });
  const client = clientOf(port);
  const failed = { echo: 0, delete: 0 };
  for (let i = 0; i < 40; i++) {
    failed.echo += Number((await codeOf(client.echo({}))) !== undefined);
    failed.delete += Number((await codeOf(client.delete({}))) !== undefined);
  }
  report(`one of two endpoints resets: ${failed.echo} of 40 calls with get: failed, ${failed.delete} of 40 others`);
  expect(failed.echo).toBe(0);
  expect(failed.delete).toBeGreaterThan(0);
});

test("sessions are kept by a cookie, and a strict one fails when its endpoint is gone", async () => {
  const shops = [await backend("a"), await backend("b")];
  const port = await freePort();
  await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    cluster: shop
    session: { cookie: shop, ttl: 1h }
    methods: { Delete: { session: { header: x-endpoint, strict: true } } }
clusters: { shop: { ${endpointsOf(...shops)} } }
`,
  });
  const at = `http://127.0.0.1:${port}`;
  const client = clientOf(port);
  const servers = new Map<string, string>();
  for (let i = 0; i < 8; i++) {
    const [set = ""] = (await rawCall(at))["set-cookie"] ?? [];
    expect(set).toMatch(/^shop="?[^;]+; .*Max-Age=3600/i);
    const cookie = set.slice(0, set.indexOf(";"));
    for (let n = 0; n < 3; n++) {
      const { author } = await client.echo({}, { metadata: { cookie } });
      expect(servers.get(cookie) ?? author).toBe(author);
      servers.set(cookie, author);
    }
  }
  // The cookie holds the second of its end, so an endpoint has a new one with each second.
  expect([...new Set(servers.values())].sort()).toEqual(["a", "b"]);
  const gone = { metadata: { "x-endpoint": Buffer.from("127.0.0.1:1").toString("base64") } };
  expect(await codeOf(client.delete({}, gone))).toBe(Code.Unavailable);
  expect(await codeOf(client.delete({}))).toBeUndefined();
});

test("a split by a hash gives a user one cluster and one endpoint, and many users their shares", async () => {
  const shops = [await backend("old-a"), await backend("old-b"), await backend("new")] as const;
  const port = await freePort();
  await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { split: { old: 70, new: 30 }, hash: [{ header: x-user }] } }
clusters:
  old: { ${endpointsOf(shops[0], shops[1])}, load_balancing: ring_hash }
  new: { ${endpointsOf(shops[2])}, load_balancing: ring_hash }
`,
  });
  const client = clientOf(port);
  const served = async (user: string) => (await client.echo({}, { metadata: { "x-user": user } })).author;
  let young = 0;
  for (let user = 0; user < 200; user++) young += Number((await served(`user ${user}`)) === "new");
  report(`a split of 70 to 30 by a hash: ${young} of 200 users went to the second cluster`);
  expect(young).toBeGreaterThan(30);
  expect(young).toBeLessThan(90);
  for (let user = 0; user < 10; user++) {
    const all = new Set<string>();
    for (let i = 0; i < 20; i++) all.add(await served(`user ${user}`));
    expect([user, all.size]).toEqual([user, 1]);
  }
});

test("certificates of endpoints are known by an address, and by no other", async () => {
  const workplace = new Workplace();
  await workplace.writeCertificates();
  const pem = (name: string) => readFileSync(join(workplace.folder, "tls", name), "utf8");
  const shop = await backend("shop", {}, "127.0.0.1:0", { cert: pem("server.pem"), key: pem("server.key") });
  const port = await freePort();
  const cluster = (names: string) => `{ ${endpointsOf(shop)}, tls: { ca: tls/ca.pem, ${names} } }`;
  await proxy({
    workplace,
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    cluster: named
    canaries: [{ header: x-to, value: listed, cluster: listed }, { header: x-to, value: other, cluster: other }]
clusters:
  named: ${cluster("server_name: 127.0.0.1")}
  listed: ${cluster('server_name: orders.internal, names: ["10.9.9.9", "127.0.0.1"]')}
  other: ${cluster('server_name: orders.internal, names: ["10.9.9.9"]')}
`,
  });
  const client = clientOf(port);
  const codeAt = (to: string) => codeOf(client.echo({}, { metadata: { "x-to": to } }));
  expect([await codeAt(""), await codeAt("listed"), await codeAt("other")]).toEqual([
    undefined,
    undefined,
    Code.Unavailable,
  ]);
});

test("names of hosts are looked up in the family that is asked for", async () => {
  const [shop, port] = [await backend("shop"), await freePort()];
  await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: preferred, canaries: [{ header: x-v6, cluster: six }] } }
clusters:
  preferred: { endpoints: [{ address: localhost:${shop.port} }] }
  six: { endpoints: [{ address: localhost:${shop.port} }], dns_family: v6 }
`,
  });
  const client = clientOf(port);
  expect((await client.echo({})).author).toBe("shop"); // it listens on 127.0.0.1 only
  expect(await codeOf(client.echo({}, { metadata: { "x-v6": "1" } }))).toBe(Code.Unavailable);
});

test("slow calls alone are logged, as text", async () => {
  const shop = await backend("shop", {
    async echo(order) {
      if (order.id === "slow") await new Promise((resolve) => setTimeout(resolve, 2500));
      return { ...order };
    },
  });
  const port = await freePort();
  const log = "{ path: access.log, format: text, only: { slower_than: 2s } }";
  const { workplace } = await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port}, access_log: ${log} } }
services: { "*": { cluster: shop } }
clusters: { shop: { ${endpointsOf(shop)} } }
`,
  });
  const client = clientOf(port);
  for (const id of ["1", "slow", "2"]) await client.echo({ id });
  const file = join(workplace.folder, "access.log");
  const lines = () => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : []);
  await until(() => lines().length > 0);
  expect(lines().length).toBe(1);
  expect(lines()[0]).toContain("/test.rpc.Orders/Echo");
});

describe("REST", () => {
  const with_ = async (details: string, shop: Backend): Promise<string> => {
    const port = await freePort();
    await proxy({
      deployment: `
listeners: { public: { address: 127.0.0.1:${port}, ${details} } }
services: { "*": { cluster: shop } }
clusters: { shop: { ${endpointsOf(shop)} } }
`,
    });
    return `http://127.0.0.1:${port}/v1/orders`;
  };

  test("that is no path of a method reaches no endpoint, and ejects none", async () => {
    const [shop, port] = [await stub(), await freePort()];
    const running = await proxy({
      deployment: `
listeners: { public: { address: 127.0.0.1:${port}, cors: { origins: ["https://shop.example"] } } }
services: { "*": { cluster: shop } }
clusters: { shop: { ${endpointsOf(shop)}, outlier_detection: { interval: 200ms } } }
`,
    });
    const headers = { "content-type": "application/json" };
    const statuses = new Set<number>();
    for (let i = 0; i < 40; i++) {
      const at = `http://127.0.0.1:${port}/test.rpc.Orders/Echo`;
      statuses.add((await fetch(at, { method: "POST", headers, body: "{}" })).status);
    }
    expect([...statuses]).toEqual([404]);
    expect(shop.calls.length).toBe(0);
    expect(await running.stat("cluster.shop.outlier_detection.ejections_enforced_total")).toBe(0);
  });

  test.each([
    ["brotli", "br"],
    ["zstd", "zstd"],
  ])("is compressed by %s for those who accept it", async (compression, encoding) => {
    const at = `${await with_(`compression: ${compression}`, await backend("shop"))}/${"7".repeat(300)}`;
    const head = async (accepted: string) => {
      const response = await fetch(at, { headers: { "accept-encoding": accepted } });
      await response.body?.cancel();
      return [response.status, response.headers.get("content-encoding")];
    };
    expect(await head(encoding)).toEqual([200, encoding]);
    expect(await head("identity")).toEqual([200, null]);
  });

  test("has bodies of a megabyte, and of three where it may", async () => {
    const shop = await backend("shop", {
      echo: ({ id, photo }) => ({
        id,
        photo: id === "grow" ? new Uint8Array(2_250_000) : id === "all" ? photo : undefined,
      }),
    });
    const statuses = async (at: string) => {
      const found: Record<string, number> = {};
      for (const [what, id, bytes] of [
        ["900 kB", "all", 900_000],
        ["request of 3 MB", "nothing", 3_000_000],
        ["response of 3 MB", "grow", 0],
        ["both", "all", 3_000_000],
      ] as const) {
        const photo = Buffer.alloc((bytes * 3) / 4, 1).toString("base64");
        const response = await fetch(at, { method: "POST", body: JSON.stringify({ id, photo }) });
        await response.arrayBuffer();
        found[what] = response.status;
      }
      return found;
    };
    const usual = await statuses(await with_("rest: {}", shop));
    const wide = await statuses(await with_("rest: { max_body: 4000000 }", shop));
    report(`REST by default ${JSON.stringify(usual)}, with max_body: 4000000 ${JSON.stringify(wide)}`);
    expect(usual).toMatchObject({ "900 kB": 200, "response of 3 MB": 500 });
    // Envoy reads a request as it arrives, and limits what it has of it at once
    expect([200, 413]).toContain(usual["request of 3 MB"]);
    expect([500, 413]).toContain(usual.both);
    expect(new Set(Object.values(wide))).toEqual(new Set([200]));
  });
});

test("what nobody can be asked about is allowed where the file says so", async () => {
  const [shop, dead] = [await backend("shop"), await freePort()];
  const codeWith = async (service: string, guard: string) => {
    const port = await freePort();
    await proxy({
      deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop${service} } }
${guard}
clusters: { shop: { ${endpointsOf(shop)} }, guard: { ${endpointsOf({ port: dead })} } }
`,
    });
    return codeOf(clientOf(port).echo({}));
  };
  expect(await codeWith("", "authorization: { cluster: guard, fail_open: true }")).toBeUndefined();
  expect(await codeWith("", "authorization: { cluster: guard }")).toBe(Code.PermissionDenied);
  const limited = ", global_rate_limit: {}";
  expect(await codeWith(limited, "rate_limit_service: { cluster: guard, domain: shop }")).toBeUndefined();
  const closed = "rate_limit_service: { cluster: guard, domain: shop, fail_closed: true }";
  expect(await codeWith(limited, closed)).not.toBeUndefined();
});

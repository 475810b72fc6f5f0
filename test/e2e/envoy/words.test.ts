/** Features of deployment files beyond routes and retries, each proven once on a real Envoy. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { type AddressInfo, connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { describe, expect, jest, test } from "@jest/globals";
import { Code } from "@protoloom/rpc";
import { textOf } from "../../plugins/protoc-gen-envoy/generate.js";
import { freePort, until, Workplace } from "./envoy.js";
import { answered, rawCall } from "./raw-call.js";
import { type Backend, orders, rest } from "./shop.js";
import { codeOf, openStage } from "./stage.js";

jest.setTimeout(60_000);

const { cleanups, backend, stub, proxy, clientOf } = openStage(orders(rest));

const toShop = (shop: { port: number }, more = "") =>
  `clusters: { shop: { endpoints: [{ address: 127.0.0.1:${shop.port} }]${more} } }`;

describe("several listeners on a port", () => {
  test("are chosen by SNI, each with its certificate", async () => {
    const workplace = new Workplace();
    await workplace.writeCertificates();
    const [shop, port] = [await backend("shop"), await freePort()];
    await proxy({
      workplace,
      deployment: `
listeners:
  a: { address: 127.0.0.1:${port}, hosts: [localhost], tls: { certificate: tls/server.pem, key: tls/server.key } }
  b: { address: 127.0.0.1:${port}, hosts: ["*.b.example"], tls: { certificate: tls/client.pem, key: tls/client.key } }
services: { "*": { cluster: shop } }
${toShop(shop)}
`,
    });
    expect(await subjectAt(port, "localhost")).toBe("server");
    expect(await subjectAt(port, "x.b.example")).toBe("client");
    await expect(subjectAt(port, "c.example")).rejects.toThrow();
    const tls = { ca: textOf(join(workplace.folder, "tls/ca.pem")), serverName: "localhost" };
    expect((await clientOf(port, { tls, address: `localhost:${port}` }).echo({})).author).toBe("shop");
  });

  test("are virtual hosts without TLS", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    const host = (name: string) =>
      `{ address: 127.0.0.1:${port}, hosts: [${name}.example], headers: { response: { set: { x-host: ${name} } } } }`;
    await proxy({
      deployment: `
listeners: { a: ${host("a")}, b: ${host("b")} }
services: { "*": { cluster: shop } }
${toShop(shop)}
`,
    });
    for (const name of ["a", "b"])
      expect((await rawCall(`http://127.0.0.1:${port}`, { ":authority": `${name}.example` }))["x-host"]).toBe(name);
    const other = await rawCall(`http://127.0.0.1:${port}`, { ":authority": "c.example" });
    expect([other["x-host"], other["grpc-status"]]).toEqual([undefined, "12"]);
  });
});

function subjectAt(port: number, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { port, host: "127.0.0.1", servername, rejectUnauthorized: false, ALPNProtocols: ["h2"] };
    const socket = connectTls(options, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

test("headers are set, added and removed, and backends see another host", async () => {
  const [shop, port] = [await stub(), await freePort()];
  await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port}, headers: { request: { set: { x-edge: "1" } } } } }
services:
  "*":
    cluster: shop
    host: orders.internal
    headers:
      request: { set: { x-tenant: "%REQ(x-org)%" }, append: { x-way: proxy }, remove: [x-debug] }
      response: { set: { x-by: "100 %%" } }
${toShop(shop)}
`,
  });
  const sent = { "x-org": "acme", "x-tenant": "forged", "x-way": "client", "x-debug": "1" };
  const answer = await rawCall(`http://127.0.0.1:${port}`, sent);
  const { headers } = shop.calls[0]!;
  expect(headers).toMatchObject({ ":authority": "orders.internal", "x-edge": "1", "x-tenant": "acme" });
  expect(headers["x-way"]).toBe("client, proxy");
  expect(headers["x-debug"]).toBeUndefined();
  expect(answer["x-by"]).toBe("100 %");
});

test("certificates may be optional, and backends learn whose they are", async () => {
  const workplace = new Workplace();
  await workplace.writeCertificates();
  const pem = (name: string) => textOf(join(workplace.folder, "tls", name));
  const [shop, port] = [await stub(), await freePort()];
  const tls = "certificate: tls/server.pem, key: tls/server.key, client_ca: tls/ca.pem";
  await proxy({
    workplace,
    deployment: `
listeners:
  public:
    address: 127.0.0.1:${port}
    tls: { ${tls}, client_certificate: optional, forward_certificate: true }
services: { "*": { cluster: shop } }
${toShop(shop)}
`,
  });
  const known = { ca: pem("ca.pem"), serverName: "localhost", cert: pem("client.pem"), key: pem("client.key") };
  const forged = { metadata: { "x-forwarded-client-cert": "URI=spiffe://shop.example/admin" } };
  await clientOf(port, { tls: known }).echo({}, forged);
  await clientOf(port, { tls: { ca: pem("ca.pem"), serverName: "localhost" } }).echo({}, forged);
  const [first, second] = shop.calls.map(({ headers }) => headers["x-forwarded-client-cert"]);
  expect(first).toMatch(/Subject="CN=client";URI=spiffe:\/\/shop\.example\/web$/);
  expect(second).toBeUndefined();
});

function tokenOf(claims: object, key: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "RS256", kid: "a", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

test("one of several issuers is enough, and backends get its claims, not those that callers send", async () => {
  const workplace = new Workplace();
  const keys = ["staff", "partners"].map((name) => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: "a", alg: "RS256", use: "sig" };
    workplace.write({ [`${name}.json`]: JSON.stringify({ keys: [jwk] }) });
    return [name, privateKey] as const;
  });
  const [shop, port] = [await stub(), await freePort()];
  await proxy({
    workplace,
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    cluster: shop
    auth: { jwt: [staff, partners] }
    methods: { Delete: { auth: { public: true } } }
jwt:
  staff: { issuer: "https://staff.example", jwks: staff.json, claims: { sub: x-user } }
  partners: { issuer: "https://partners.example", jwks: partners.json, claims: { sub: x-user, org: x-org } }
${toShop(shop)}
`,
  });
  const client = clientOf(port);
  const exp = Math.floor(Date.now() / 1000) + 3600;
  for (const [name, key] of keys) {
    const token = tokenOf({ iss: `https://${name}.example`, sub: name, org: "acme", exp }, key);
    await client.echo({}, { metadata: { authorization: `Bearer ${token}`, "x-user": "forged", "x-org": "forged" } });
  }
  expect(await codeOf(client.echo({}))).toBe(Code.Unauthenticated);
  await client.delete({}, { metadata: { "x-user": "forged" } });
  expect(shop.calls.map(({ headers }) => [headers["x-user"], headers["x-org"]])).toEqual([
    ["staff", undefined],
    ["partners", "acme"],
    [undefined, undefined],
  ]);
});

test("another service allows calls over HTTP", async () => {
  const asked: IncomingMessage[] = [];
  const guard = createServer((request, response) => {
    asked.push(request);
    response.writeHead(request.headers["x-org"] === "acme" ? 200 : 403, { "x-user": "me" }).end();
  });
  await once(guard.listen(0, "127.0.0.1"), "listening");
  cleanups.push(() => guard.close());
  cleanups.push(() => guard.closeAllConnections());
  const [shop, port] = [await stub(), await freePort()];
  await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop } }
authorization:
  cluster: guard
  timeout: 5s
  http: { path_prefix: /check, headers: [x-org], to_backend: [x-user] }
clusters:
  shop: { endpoints: [{ address: 127.0.0.1:${shop.port} }] }
  guard: { endpoints: [{ address: 127.0.0.1:${(guard.address() as AddressInfo).port} }], protocol: http1 }
`,
  });
  const client = clientOf(port);
  await client.echo({}, { metadata: { "x-org": "acme", "x-user": "forged" } });
  expect(await codeOf(client.echo({}, { metadata: { "x-org": "other" } }))).toBe(Code.PermissionDenied);
  expect(asked.map(({ url }) => url)).toEqual(Array(2).fill("/check/test.rpc.Orders/Echo"));
  expect(shop.calls.map(({ headers }) => headers["x-user"])).toEqual(["me"]);
});

describe("limits", () => {
  test("are for each caller, and one for those without the header", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    await proxy({
      deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop, rate_limit: { requests: 2, per: 1h, by: { header: x-user } } } }
${toShop(shop)}
`,
    });
    const client = clientOf(port);
    const passed: Record<string, number> = {};
    for (const user of ["a", "b", ""]) {
      for (let i = 0; i < 4; i++) {
        const code = await codeOf(client.echo({}, user === "" ? {} : { metadata: { "x-user": user } }));
        passed[user] = (passed[user] ?? 0) + Number(code === undefined);
      }
    }
    expect(passed).toEqual({ a: 2, b: 2, "": 2 });
  });

  test("of a service for all proxies are asked by service, method and caller", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    const limits = await stub(({ body }) => Buffer.from([8, body.includes("acme") ? 1 : 2]));
    await proxy({
      deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop, global_rate_limit: { by: [{ header: x-org }] } } }
rate_limit_service: { cluster: limits, domain: shop, timeout: 5s }
clusters:
  shop: { endpoints: [{ address: 127.0.0.1:${shop.port} }] }
  limits: { endpoints: [{ address: 127.0.0.1:${limits.port} }] }
`,
    });
    const client = clientOf(port);
    expect(await codeOf(client.echo({}, { metadata: { "x-org": "acme" } }))).toBeUndefined();
    expect(await codeOf(client.echo({}, { metadata: { "x-org": "other" } }))).toBe(Code.ResourceExhausted);
    const { headers, body } = limits.calls[0]!;
    expect(headers[":path"]).toBe("/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit");
    for (const text of ["shop", "service", "test.rpc.Orders", "method", "Echo", "x-org", "acme"])
      expect(body.includes(text)).toBe(true);
  });

  test("of connections, headers and paths", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    const running = await proxy({
      deployment: `
listeners:
  public:
    address: 127.0.0.1:${port}
    limits: { connections: 2, age: 500ms, header_count: 20, header_kilobytes: 4, underscores: reject, merge_slashes: true }
services: { "*": { cluster: shop } }
${toShop(shop)}
`,
    });
    const at = `http://127.0.0.1:${port}`;
    expect((await rawCall(at, {}, "//test.rpc.Orders//Echo"))["grpc-status"]).toBeUndefined(); // it is in trailers
    expect(shop.calls).toBe(1);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x-${i}`, "1"]));
    for (const headers of [many, { "x-big": "x".repeat(5000) }, { x_under: "1" }])
      await expect(answered(at, headers)).resolves.toBe(false);
    expect(shop.calls).toBe(1);
    const held = [connectTcp(port, "127.0.0.1"), connectTcp(port, "127.0.0.1")];
    await Promise.all(held.map((socket) => once(socket, "connect")));
    const third = connectTcp(port, "127.0.0.1");
    third.resume().on("error", () => undefined);
    await once(third, "close");
    for (const socket of held) socket.destroy();
    expect(await running.stat("connection_limit.public.limited_connections")).toBeGreaterThan(0);
    const aged = connectHttp2(at);
    await once(aged, "connect");
    await once(aged, "goaway");
    aged.destroy();
    expect(await running.stat("http.public.downstream_cx_max_duration_reached")).toBeGreaterThan(0);
  });
});

describe("REST", () => {
  const listing = (source: string) =>
    rest(source).replace(
      "rpc List(Query) returns (stream Order);",
      'rpc List(Query) returns (stream Order) { option (google.api.http) = { get: "/v1/list/{count}" }; }',
    );
  const with_ = async (details: string, shop: Backend): Promise<string> => {
    const port = await freePort();
    await proxy({
      protos: orders(listing),
      deployment: `
listeners: { public: { address: 127.0.0.1:${port}, ${details} } }
services: { "*": { cluster: shop } }
${toShop(shop)}
`,
    });
    return `http://127.0.0.1:${port}/v1`;
  };

  test("says which parameter it does not know, or ignores it", async () => {
    const shop = await backend("shop");
    const strict = await fetch(`${await with_("rest: { unknown_parameters: reject }", shop)}/orders/7?nothing=1`);
    expect([strict.status, (await strict.text()).includes("nothing")]).toEqual([400, true]);
    const lax = await fetch(`${await with_("rest: { unknown_parameters: ignore }", shop)}/orders/7?nothing=1`);
    expect([lax.status, await lax.json()]).toMatchObject([200, { id: "7" }]);
  });

  test("streams lines or events, compresses, and limits bodies", async () => {
    const shop = await backend("shop");
    const lines = await with_("rest: { stream: newline, max_body: 1000 }, compression: gzip", shop);
    const listed = (await (await fetch(`${lines}/list/3`)).text()).trim().split("\n");
    expect(listed.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(["0", "1", "2"]);
    const events = await fetch(`${await with_("rest: { stream: sse }", shop)}/list/2`);
    expect((await events.text()).match(/^data: \{.*\}$/gm)?.length).toBe(2);
    const long = await fetch(`${lines}/orders/${"7".repeat(300)}`, { headers: { "accept-encoding": "gzip" } });
    expect([long.headers.get("content-encoding"), ((await long.json()) as { id: string }).id.length]).toEqual([
      "gzip",
      300,
    ]);
    const body = JSON.stringify({ id: "x".repeat(2000) });
    expect((await fetch(`${lines}/orders`, { method: "POST", body })).status).toBe(413);
  });
});

test("fields of Envoy's own API come before what answers everything, and 0 and false count", async () => {
  const [shop, port] = [await backend("shop"), await freePort()];
  const filter = (name: string, type: string, config: string) =>
    `{ name: ${name}, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.${type}, ${config} } }`;
  const filters = [
    filter(
      "teapots",
      "fault.v3.HTTPFault",
      "abort: { http_status: 418, percentage: { numerator: 100 } }, headers: [{ name: x-teapot, present_match: true }]",
    ),
    filter(
      "script",
      "lua.v3.Lua",
      `default_source_code: { inline_string: 'function envoy_on_response(h) h:headers():add("x-lua", "1") end' }`,
    ),
  ];
  const running = await proxy({
    deployment: `
listeners:
  public:
    address: 127.0.0.1:${port}
    cors: { origins: ["https://shop.example"] }
    envoy:
      http: { normalize_path: false, http_filters: [${filters.join(", ")}] }
      virtual_host: { routes: [{ match: { path: /healthz }, direct_response: { status: 204 } }] }
services: { "*": { cluster: shop } }
${toShop(shop)}
`,
  });
  const at = `http://127.0.0.1:${port}`;
  expect((await fetch(`${at}/healthz`)).status).toBe(204);
  expect((await rawCall(at, {}, "/nothing"))["grpc-status"]).toBe("12");
  expect((await rawCall(at, {}, "/x/../test.rpc.Orders/Echo"))["grpc-status"]).toBe("12"); // the path stays as it is
  expect((await rawCall(at))["x-lua"]).toBe("1");
  const teapot = clientOf(port).echo({}, { metadata: { "x-teapot": "1" } });
  expect(await codeOf(teapot)).toBe(Code.Unknown);
  expect(shop.calls).toBe(1);
  expect(await running.stat("http.public.fault.aborts_injected")).toBe(1);
});

test("health is asked by HTTP on another port, and by connecting", async () => {
  const [shop, port] = [await backend("shop"), await freePort()];
  let isHealthy = true;
  const asked: (string | undefined)[] = [];
  const health = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(isHealthy ? 200 : 503).end();
  });
  await once(health.listen(0, "127.0.0.1"), "listening");
  cleanups.push(() => health.close());
  cleanups.push(() => health.closeAllConnections());
  const fast = "interval: 100ms, timeout: 90ms, healthy: 1, unhealthy: 1";
  const running = await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop } }
clusters:
  shop: { endpoints: [{ address: 127.0.0.1:${shop.port} }], health_check: { tcp: true, ${fast} }, panic_threshold: 0 }
  old:
    protocol: http1
    endpoints: [{ address: 127.0.0.1:${shop.port} }]
    health_check: { http: /healthz, port: ${(health.address() as AddressInfo).port}, ${fast} }
`,
  });
  const healthy = (name: string, count: number) =>
    until(async () => (await running.stat(`cluster.${name}.membership_healthy`)) === count);
  await healthy("shop", 1);
  await healthy("old", 1);
  expect(new Set(asked)).toEqual(new Set(["/healthz"]));
  isHealthy = false;
  await healthy("old", 0);
  // workers learn of a change up to a second later (update_merge_window)
  await until(async () => (await codeOf(clientOf(port).echo({}))) === undefined);
  await shop.close();
  await healthy("shop", 0);
  expect(await codeOf(clientOf(port).echo({}))).toBe(Code.Unavailable); // no panic
});

test("endpoints of the same zone come first, and the spare ones help by the spill factor", async () => {
  const [near, far, port] = [await backend("near"), await backend("far"), await freePort()];
  const running = await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: shop } }
clusters:
  shop:
    endpoints: [{ address: 127.0.0.1:${near.port}, zone: eu-1 }, { address: 127.0.0.1:${far.port}, zone: eu-2 }]
    zone_aware: { minimum: 1 }
    spill_factor: 1.2
  proxies: { endpoints: [{ address: 127.0.0.1:1, zone: eu-1 }, { address: 127.0.0.1:2, zone: eu-2 }] }
home: { zone: eu-1, proxies: proxies }
`,
  });
  const client = clientOf(port);
  for (let i = 0; i < 40; i++) expect((await client.echo({})).author).toBe("near");
  expect(await running.stat("cluster.shop.lb_zone_routing_all_directly")).toBe(40);
});

test("calls reach the endpoints with their labels, and the one of their session", async () => {
  const shops = [await backend("v1-a"), await backend("v1-b"), await backend("v2")];
  const port = await freePort();
  const endpoint = (shop: Backend, version: string) =>
    `{ address: 127.0.0.1:${shop.port}, labels: { version: ${version} } }`;
  const listed = shops.map((shop, i) => endpoint(shop, i < 2 ? "v1" : "v2")).join(", ");
  await proxy({
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    cluster: shop
    subset: { version: v1 }
    methods:
      Delete: { subset: { version: v3 } }
      Talk: { subset: { version: v2 } }
      Echo: { session: { header: x-endpoint } }
clusters: { shop: { endpoints: [${listed}], subsets: [[version]] } }
`,
  });
  const client = clientOf(port);
  for await (const { author } of client.talk([{ id: "1" }])) expect(author).toBe("v2");
  expect(await codeOf(client.delete({}))).toBe(Code.Unavailable); // nobody has this label
  const at = `http://127.0.0.1:${port}`;
  const endpoints = new Map<string, string>();
  for (let i = 0; i < 8; i++) {
    const token = String((await rawCall(at))["x-endpoint"]);
    const { author } = await client.echo({}, { metadata: { "x-endpoint": token } });
    expect(endpoints.get(token) ?? author).toBe(author);
    endpoints.set(token, author);
  }
  expect([...endpoints.values()].sort()).toEqual(["v1-a", "v1-b"]);
});

test("sockets are listened at and called", async () => {
  const workplace = new Workplace();
  const [inner, outer] = ["inner.sock", "outer.sock"].map((name) => join(workplace.folder, name));
  const shop = await stub(undefined, inner!);
  await proxy({
    workplace,
    deployment: `
listeners: { public: { address: "unix:${outer}" } }
services: { "*": { cluster: shop } }
clusters: { shop: { endpoints: [{ address: "unix:${inner}" }] } }
`,
  });
  expect((await rawCall(outer!))[":status"]).toBe(200);
  expect(shop.calls.length).toBe(1);
});

test("logs have own fields and conditions, believe trusted proxies, and go to a collector with the tags of spans", async () => {
  const collector = await stub();
  const [shop, port, other] = [await backend("shop"), await freePort(), await freePort()];
  const running = await proxy({
    deployment: `
listeners:
  public:
    address: 127.0.0.1:${port}
    trusted_hops: 1
    access_log:
      path: access.log
      fields: { user: "%REQ(x-user)%", caller: "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%" }
      only: { errors: true }
    tracing: { cluster: collector, percent: 100, tags: { user: "%REQ(x-user)%", shop: main } }
  inside:
    address: 127.0.0.1:${other}
    access_log: { otlp: { cluster: collector } }
services: { "test.rpc.Orders": { cluster: shop }, "*": { cluster: nobody } }
clusters:
  shop: { endpoints: [{ address: 127.0.0.1:${shop.port} }] }
  nobody: { endpoints: [{ address: 127.0.0.1:${await freePort()} }] }
  collector: { endpoints: [{ address: 127.0.0.1:${collector.port} }] }
`,
  });
  const metadata = { "x-user": "me", "x-forwarded-for": "203.0.113.7" };
  await clientOf(port).echo({}, { metadata });
  await rawCall(`http://127.0.0.1:${port}`, { ...metadata }, "/test.rpc.Audits/Audit");
  await clientOf(other).echo({}, { metadata: { "x-user": "me" } });
  const log = join(running.workplace.folder, "access.log");
  const lines = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : []);
  await until(() => lines().length > 0);
  expect(lines().map((line) => JSON.parse(line) as object)).toMatchObject([
    { user: "me", caller: "203.0.113.7", grpc_status: "UNAVAILABLE", path: "/test.rpc.Audits/Audit" },
  ]);
  const told = (path: string, ...texts: string[]) =>
    collector.calls.some(
      ({ headers, body }) => headers[":path"]?.includes(path) && texts.every((text) => body.includes(text)),
    );
  await until(() => told("LogsService/Export", "grpc_status", "/test.rpc.Orders/Echo"));
  await until(() => told("TraceService/Export", "user", "me", "shop", "main"));
});

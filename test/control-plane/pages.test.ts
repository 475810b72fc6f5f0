/** The control plane's responses to browsers, curl, Prometheus and polling proxies. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ControlPlane, type ControlPlaneOptions } from "@protoloom/control-plane";
import { AdminService } from "@protoloom/control-plane/admin/v1/admin_grpc";
import type { WatchOverviewResponse } from "@protoloom/control-plane/admin/v1/admin_pb";
import { bootstrapCommand, controlPlaneCommand } from "@protoloom/control-plane/main";
import { Instance, Policy } from "@protoloom/control-plane/registry/v1/registry_pb";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { until } from "../runtime/rpc/failures.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "protoloom-pages-"));
  ends.push(() => rmSync(folder, { recursive: true }));
});

async function open(options: ControlPlaneOptions = {}) {
  const plane = await new ControlPlane(options).start();
  const port = await plane.listen("127.0.0.1:0");
  ends.push(() => plane.close({ grace: 0 }));
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  return { plane, port, post, get: (path: string) => fetch(`http://127.0.0.1:${port}${path}`) };
}

/** The status of a registration with headers that `fetch` sets itself. */
function postAt(port: number, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const all = { "content-type": "application/json", ...headers };
    const call = request({ port, path: register, method: "POST", headers: all }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on("error", reject).end(JSON.stringify({ instance }));
  });
}

const register = "/protoloom.registry.v1.RegistryService/Register";
const instance = { service: "shop.v1.Orders", host: "10.0.0.1", port: 1, version: "v1" };

test("the registry answers JSON, with the errors of Connect", async () => {
  const { post, plane } = await open();
  expect(await (await post(register, { instance })).json()).toMatchObject({
    instance: { id: "10.0.0.1:1", ttl: "10s" },
  });
  expect(plane.registry.size).toBe(1);
  const bad = await post(register, { instance: { ...instance, port: 0 } });
  expect([bad.status, await bad.json()]).toEqual([
    400,
    { code: "invalid_argument", message: "invalid port 0: expected 1 to 65535" },
  ]);
});

test("a token counts there too", async () => {
  const { post } = await open({ grants: [{ name: "shop", token: "s3cret", namespaces: ["shop"] }] });
  expect((await post(register, { instance })).status).toBe(401);
  expect((await post(register, { instance }, { authorization: "Bearer s3cret" })).status).toBe(200);
  expect((await post("/v3/discovery:clusters", { node: { id: "a" } })).status).toBe(401);
  expect((await post("/v3/discovery:clusters", { node: { id: "a" } }, { authorization: "Bearer s3cret" })).status).toBe(
    403,
  );
});

describe("discovery by polling", () => {
  test("answers all, those that are named, and 304 where nothing has changed", async () => {
    const { post } = await open();
    await post(register, { instance });
    const node = { id: "a" };
    await untilAsync(
      async () => (await (await post("/v3/discovery:clusters", { node })).json()).resources?.length === 2,
    );
    const all = await (await post("/v3/discovery:clusters", { node })).json();
    expect(all.resources.map(({ name }: { name: string }) => name)).toEqual(["shop.v1.Orders", "shop.v1.Orders/v1"]);
    const one = await (await post("/v3/discovery:endpoints", { node, resourceNames: ["shop.v1.Orders/v1"] })).json();
    expect(one.resources).toMatchObject([
      { clusterName: "shop.v1.Orders/v1", endpoints: [{ lbEndpoints: [{ healthStatus: "HEALTHY" }] }] },
    ]);
    expect((await post("/v3/discovery:clusters", { node, versionInfo: all.versionInfo })).status).toBe(304);
  });

  test("refuses what is not a request", async () => {
    const { post, get } = await open();
    expect((await post("/v3/discovery:clusters", { node: 5 })).status).toBe(400);
    expect((await post("/v3/discovery:clusters", {})).status).toBe(400);
    expect((await get("/v3/discovery:clusters")).status).toBe(405);
    expect((await post("/v3/discovery:toasters", {})).status).toBe(404);
  });
});

describe("the web page", () => {
  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/page.js", "text/javascript; charset=utf-8"],
    ["/page.css", "text/css; charset=utf-8"],
  ])("%s is served under a policy that lets nothing else in", async (path, type) => {
    const { get } = await open();
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(type);
    const policy = answer.headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect((await answer.text()).length).toBeGreaterThan(100);
  });

  test.each([
    ["another site", "http://evil.example", "127.0.0.1", 403],
    ["a sandboxed frame", "null", "127.0.0.1", 403],
    ["a name that points here", "http://evil.example", "evil.example", 403],
    ["the address", "http://127.0.0.1", "127.0.0.1", 200],
    ["an IPv6 address", "http://[::1]", "[::1]", 200],
    ["localhost", "http://localhost", "localhost", 200],
    ["no page", undefined, "registry.internal", 200],
  ])("without grants, a call that comes from %s is served or refused", async (_, origin, name, status) => {
    const { port } = await open();
    const host = `${name}:${port}`;
    const from = origin === undefined || origin === "null" ? origin : `${origin}:${port}`;
    expect(await postAt(port, { host, ...(from === undefined ? {} : { origin: from }) })).toBe(status);
  });

  test("with grants, a browser may come by a name", async () => {
    const { port } = await open({ grants: [{ name: "shop", token: "s3cret", namespaces: ["shop"] }] });
    const host = `registry.internal:${port}`;
    expect(await postAt(port, { host, origin: `http://${host}` })).toBe(401);
    expect(await postAt(port, { host, origin: `http://${host}`, authorization: "Bearer s3cret" })).toBe(200);
  });

  test("a page from another site cannot call, with the reader's certificate or without", async () => {
    const { post, plane } = await open();
    const crossed = await post(register, { instance }, { "sec-fetch-site": "cross-site" });
    expect([crossed.status, plane.registry.size]).toEqual([403, 0]);
    expect((await post(register, { instance }, { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });
});

describe("the overview", () => {
  const follow = async (plane: ControlPlane, request: { namespace?: string; search?: string }, token?: string) => {
    const port = await plane.listen("127.0.0.1:0");
    const transport = grpcTransport({ address: `127.0.0.1:${port}` });
    const controller = new AbortController();
    ends.push(() => {
      controller.abort();
      transport.close();
    });
    const metadata = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const stream = createClient(AdminService, transport).watchOverview(request, {
      metadata,
      signal: controller.signal,
    });
    return async () => (await stream.next()).value as WatchOverviewResponse;
  };

  test("begins with everything, then has what has changed", async () => {
    const { plane, post } = await open();
    await post(register, { instance });
    const next = await follow(plane, {});
    const first = await next();
    expect(first.services?.services[0]?.summary).toMatchObject({ name: "shop.v1.Orders", instances: 1 });
    expect(first.services?.services[0]?.instances[0]?.expiresAt).toBeDefined();
    expect(first.access).toMatchObject({ namespace: "default", readOnly: false });
    await plane.registry.setPolicy(
      new Policy({ service: "shop.v1.Orders", split: [{ version: "v1", weight: 1 }] }),
      "default",
      "me",
    );
    let response = await next();
    while (response.audit === undefined) response = await next();
    expect(response.audit.entries[0]).toMatchObject({ action: "policy", actor: "me" });
    expect(response.access).toBeUndefined();
  });

  test("shows one namespace, and only what contains the search", async () => {
    const { plane } = await open({ grants: [{ name: "shop", token: "s3cret", namespaces: ["shop"] }] });
    const add = (namespace: string, service: string) =>
      plane.registry.register(new Instance({ namespace, service, port: 1 }), { namespace, peer: "10.0.0.1:1" }, "me");
    await Promise.all([add("shop", "a.Orders"), add("shop", "a.Payments"), add("other", "a.Orders")]);
    const next = await follow(plane, { search: "Pay" }, "s3cret");
    const { services, access } = await next();
    expect(services?.services.map(({ summary }) => `${summary?.namespace} ${summary?.name}`)).toEqual([
      "shop a.Payments",
    ]);
    expect(access?.namespaces).toEqual(["shop"]);
    await expect((await follow(plane, { namespace: "other" }, "s3cret"))()).rejects.toThrow(/may not use/);
    await expect((await follow(plane, {}))()).rejects.toThrow(/a token/);
  });
});

test("metrics are in the format of Prometheus", async () => {
  const { post, get } = await open();
  await post(register, { instance });
  const answer = await get("/metrics");
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await answer.text();
  expect(text).toContain('protoloom_instances{namespace="default",status="healthy"} 1\n');
  for (const line of text.trimEnd().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? [\d.e+-]+)$/);
});

describe("the command", () => {
  const start = async (...args: string[]) => {
    const lines: Record<string, unknown>[] = [];
    const errors: string[] = [];
    let stop!: () => void;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const out = (text: string): void => void lines.push(JSON.parse(text));
    const done = controlPlaneCommand(args, { env: {}, out, error: (text) => errors.push(text), stopped });
    ends.push(async () => {
      stop();
      await done;
    });
    return { lines, errors, done, stop };
  };

  test("starts, reloads resources when their files change, keeps them where the new ones are wrong, and stops", async () => {
    const clusters = (name: string) =>
      `resources: [{ "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: ${JSON.stringify(name)} }]\n`;
    writeFileSync(join(folder, "clusters.yaml"), clusters("one"));
    const { lines, done, stop } = await start("--address", "127.0.0.1:0", "--store", "memory:", "--resources", folder);
    const events = () => lines.map(({ event }) => event);
    await until(() => events().includes("listening"));
    const address = lines.find(({ event }) => event === "listening")!.address as string;
    const names = async () => {
      const body = JSON.stringify({ node: { id: "a" } });
      const { resources = [] } = await (
        await fetch(`http://${address}/v3/discovery:clusters`, { method: "POST", body })
      ).json();
      return resources.map(({ name }: { name: string }) => name);
    };
    expect(await names()).toEqual(["one"]);
    writeFileSync(join(folder, "clusters.yaml"), clusters("two"));
    await until(() => events().filter((event) => event === "found").length === 2);
    await untilAsync(async () => (await names()).join() === "two");
    writeFileSync(join(folder, "clusters.yaml"), clusters(""));
    await until(() => events().at(-1) === "kept what was found before");
    expect(lines.at(-1)!.reason).toMatch(/clusters.yaml: resources\[0\]: name: .*min_len/);
    expect(await names()).toEqual(["two"]);
    stop();
    expect(await done).toBe(0);
    expect(events().slice(-2)).toEqual(["stopping", "stopped"]);
  });

  test.each([
    [["--nonsense", "x"], "--nonsense"],
    [["--store", "papyrus:x"], 'invalid store "papyrus:x": expected lmdb:FOLDER, etcd://HOST:PORT/PREFIX or memory:'],
    [["--store", "memory:", "--address", "nowhere"], "nowhere"],
    [["--store", "memory:", "--gateway", "nowhere"], 'invalid gateway "nowhere"'],
    [["--store", "memory:", "--tls-cert", "x"], "tls-cert and tls-key belong together"],
    [["--store", "memory:", "--resources", "/does/not/exist"], "has none of listeners.yaml"],
  ])("says what is wrong with %j", async (args, said) => {
    const { errors, done } = await start(...args);
    expect(await done).toBe(1);
    expect(errors.join("")).toContain(said);
    expect(errors.join("")).not.toContain("    at ");
  });

  test("bootstrap prints what clients are started with", () => {
    const printed: string[] = [];
    const around = {
      env: {},
      out: (text: string) => void printed.push(text),
      error: (text: string) => void printed.push(text),
      stopped: Promise.resolve(),
    };
    expect(bootstrapCommand(["grpc", "--id", "a", "--server", "10.0.0.1:1", "--server", "10.0.0.2:1"], around)).toBe(0);
    expect(JSON.parse(printed.pop()!)).toMatchObject({
      xds_servers: [{ server_uri: "10.0.0.1:1" }, { server_uri: "10.0.0.2:1" }],
      node: { id: "a" },
    });
    expect(bootstrapCommand(["envoy", "--id", "a", "--sotw", "--token", "t"], around)).toBe(0);
    expect(JSON.parse(printed.pop()!)).toMatchObject({ dynamicResources: { adsConfig: { apiType: "GRPC" } } });
    expect(bootstrapCommand(["envoy"], around)).toBe(1);
    expect(printed.pop()).toBe("--id is missing: it tells this client from others\n");
  });
});

async function untilAsync(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

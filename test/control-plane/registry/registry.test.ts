/** Leases, protection, limits, tenants, policies and watches, by the service as a peer sees it. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { ControlPlane, type ControlPlaneOptions, MemoryStore, registerWith } from "@protoloom/control-plane";
import { RegistryService } from "@protoloom/control-plane/registry/v1/registry_grpc";
import {
  type InstanceInit,
  Policy,
  Status,
  type WatchResponse,
} from "@protoloom/control-plane/registry/v1/registry_pb";
import { Code, createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { failure, until } from "../../runtime/rpc/failures.js";
import { ManualClock } from "../clock.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(options: ControlPlaneOptions = {}) {
  const clock = new ManualClock();
  const plane = await new ControlPlane({ clock, ...options }).start();
  ends.push(() => plane.close({ grace: 0 }));
  const transport = inMemoryTransport(plane.server);
  const as = (token: string) =>
    createClient(RegistryService, transport, { metadata: { authorization: `Bearer ${token}` } });
  return { plane, clock, transport, as, registry: createClient(RegistryService, transport) };
}

const service = "shop.v1.Orders";
const at = (port: number, init: InstanceInit = {}): { instance: InstanceInit } => ({
  instance: { service, host: "10.0.0.1", port, ttl: { seconds: 10n }, ...init },
});
const key = (port: number, init: { service?: string; namespace?: string } = {}) => ({
  key: { service, id: `10.0.0.1:${port}`, ...init },
});

describe("registering", () => {
  test("fills in what is left out", async () => {
    const { registry } = await open();
    const { instance } = await registry.register({ instance: { service, host: "10.0.0.1", port: 1 } });
    expect(instance).toMatchObject({ namespace: "default", id: "10.0.0.1:1", weight: 1, status: Status.HEALTHY });
    expect(instance?.ttl?.seconds).toBe(10n);
    expect((await registry.listServices({})).services).toMatchObject([
      { name: service, instances: 1, healthy: 1, versions: [""] },
    ]);
  });

  test.each<[string, InstanceInit]>([
    ["there is no service", { service: "" }],
    ["a service with a slash", { service: "a/b" }],
    ["a host that is a name", { host: "orders.local" }],
    ["port 0", { port: 0 }],
    ["port 65536", { port: 65_536 }],
    ["a weight above the limit", { weight: 2_000_000 }],
    ["a version with a space", { version: "v 1" }],
    ["too much metadata", { metadata: { a: "x".repeat(9000) } }],
    [
      "too many entries of metadata",
      { metadata: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ""])) },
    ],
    ["a namespace that is a path", { namespace: "../other" }],
  ])("is refused with %s", async (_, init) => {
    const { registry } = await open();
    expect((await failure(registry.register(at(1, init)))).code).toBe(Code.InvalidArgument);
    expect((await registry.listInstances({})).instances).toEqual([]);
  });

  test("beyond the limit is refused, and replacing is not", async () => {
    const { registry } = await open({ limits: { maxInstances: 1 } });
    await registry.register(at(1));
    expect((await failure(registry.register(at(2)))).code).toBe(Code.ResourceExhausted);
    await registry.register(at(1, { weight: 2 }));
    expect((await registry.listInstances({ service })).instances).toMatchObject([{ weight: 2 }]);
  });

  test("again does not make it sick, and keeps the time at which it came", async () => {
    const { registry } = await open();
    const first = await registry.register(at(1));
    const second = await registry.register(at(1));
    expect(second.instance?.status).toBe(Status.HEALTHY);
    expect(second.instance?.registeredAt).toEqual(first.instance?.registeredAt);
  });

  test("an instance is removed by its key, and what is not there is no error", async () => {
    const { registry } = await open();
    await registry.register(at(1));
    await registry.deregister(key(1));
    await registry.deregister(key(1));
    expect((await registry.listInstances({})).instances).toEqual([]);
  });
});

describe("a lease", () => {
  test("ends at its own TTL, by the clock of the registry, though nobody calls", async () => {
    const { registry, clock, plane } = await open();
    await registry.register(at(1, { ttl: { seconds: 3n } }));
    await registry.register(at(2, { ttl: { seconds: 30n } }));
    clock.pass(2900);
    expect(plane.registry.size).toBe(2);
    clock.pass(600);
    expect(plane.registry.list("default").map(({ port }) => port)).toEqual([2]);
  });

  test("begins anew with each renewal", async () => {
    const { registry, clock, plane } = await open();
    await registry.register(at(1, { ttl: { seconds: 3n } }));
    for (let i = 0; i < 5; i++) {
      clock.pass(2500);
      await registry.renew(key(1));
    }
    expect(plane.registry.size).toBe(1);
    clock.pass(3600);
    expect(plane.registry.size).toBe(0);
    expect((await failure(registry.renew(key(1)))).code).toBe(Code.NotFound);
  });

  test("is within the limits", async () => {
    const { registry } = await open();
    expect((await registry.register(at(1, { ttl: { nanos: 1 } }))).instance?.ttl?.seconds).toBe(1n);
    expect((await registry.register(at(1, { ttl: { seconds: 100_000n } }))).instance?.ttl?.seconds).toBe(3600n);
  });

  test("begins anew when the registry starts again", async () => {
    const store = new MemoryStore();
    const first = await open({ store });
    await first.registry.register(at(1));
    first.clock.pass(9000);
    await first.plane.registry.close();
    const second = await open({ store });
    second.clock.pass(9500);
    expect(second.plane.registry.size).toBe(1);
    second.clock.pass(1000);
    expect(second.plane.registry.size).toBe(0);
    expect((await store.read("instances/")).size).toBe(0);
  });
});

describe("protection", () => {
  const fill = async (
    registry: Awaited<ReturnType<typeof open>>["registry"],
    count: number,
    init: InstanceInit = {},
  ) => {
    for (let port = 1; port <= count; port++) await registry.register(at(port, init));
  };

  test("keeps instances of which most fall silent at once, and ends by itself", async () => {
    const { registry, clock, plane } = await open({ protection: { lasts: 20_000 } });
    await fill(registry, 10);
    clock.pass(11_000);
    expect(plane.registry.size).toBe(10);
    expect((await registry.listServices({})).services[0]?.protected).toBe(true);
    clock.pass(25_000);
    expect(plane.registry.size).toBe(0);
  });

  test("keeps those that speak again", async () => {
    const { registry, clock, plane } = await open({ protection: { lasts: 20_000 } });
    await fill(registry, 10);
    clock.pass(12_000);
    for (let port = 1; port <= 8; port++) await registry.renew(key(port));
    for (const ms of [9000, 9000]) {
      clock.pass(ms);
      for (let port = 1; port <= 8; port++) await registry.renew(key(port));
    }
    clock.pass(3000);
    expect(plane.registry.size).toBe(8);
  });

  test("is of one service: others expire", async () => {
    const { registry, clock, plane } = await open();
    await fill(registry, 10);
    await registry.register(at(99, { service: "other.v1.Service" }));
    clock.pass(11_000);
    expect(plane.registry.list("default", "other.v1.Service")).toEqual([]);
    expect(plane.registry.size).toBe(10);
  });

  test("does not keep the few that crash", async () => {
    const { registry, clock, plane } = await open();
    await fill(registry, 10);
    clock.pass(6000);
    for (let port = 1; port <= 7; port++) await registry.renew(key(port));
    clock.pass(5000);
    expect(plane.registry.size).toBe(7);
  });
});

describe("draining", () => {
  test("tells clients, waits, and leaves the instance there", async () => {
    const { registry } = await open();
    await registry.register(at(1));
    await registry.drain({ ...key(1), wait: {} });
    expect((await registry.listInstances({})).instances).toMatchObject([{ status: Status.DRAINING }]);
    expect((await registry.listServices({})).services).toMatchObject([{ instances: 1, healthy: 0 }]);
  });

  test("of what is not there is NOT_FOUND", async () => {
    const { registry } = await open();
    expect((await failure(registry.drain(key(1)))).code).toBe(Code.NotFound);
  });
});

describe("tenants", () => {
  const grants = [
    { name: "shop", token: "s3cret", namespaces: ["shop"] },
    { name: "viewer", token: "l00k", namespaces: ["shop"], readOnly: true },
    { name: "root", token: "r00t", namespaces: ["*"] },
  ];

  test("without a token, or with a wrong one, is UNAUTHENTICATED", async () => {
    const { registry, as } = await open({ grants });
    expect((await failure(registry.register(at(1)))).code).toBe(Code.Unauthenticated);
    expect((await failure(as("s3cre").listServices({}))).code).toBe(Code.Unauthenticated);
    expect((await failure(as("s3crets").watch({}))).code).toBe(Code.Unauthenticated);
  });

  test("a token's namespace is its default, and it sees no other", async () => {
    const { as } = await open({ grants });
    expect((await as("s3cret").register(at(1))).instance?.namespace).toBe("shop");
    await as("r00t").register(at(2, { namespace: "other" }));
    expect((await as("s3cret").listInstances({})).instances).toHaveLength(1);
    for (const call of [
      as("s3cret").listInstances({ namespace: "other" }),
      as("s3cret").register(at(3, { namespace: "other" })),
      as("s3cret").deregister(key(2, { namespace: "other" })),
      as("s3cret").renew(key(2, { namespace: "other" })),
      as("s3cret").setPolicy({ policy: { namespace: "other", service } }),
      as("s3cret").listAuditEntries({ namespace: "other" }),
    ] as Promise<unknown>[]) {
      expect((await failure(call)).code).toBe(Code.PermissionDenied);
    }
  });

  test("who may only look cannot change", async () => {
    const { as } = await open({ grants });
    await as("s3cret").register(at(1));
    expect((await as("l00k").listInstances({})).instances).toHaveLength(1);
    expect((await failure(as("l00k").register(at(2)))).code).toBe(Code.PermissionDenied);
    expect((await failure(as("l00k").setPolicy({ policy: { service } }))).code).toBe(Code.PermissionDenied);
  });

  test("the audit log says who has done what, and no token is in it", async () => {
    const { as } = await open({ grants });
    await as("s3cret").register(at(1));
    await as("r00t").setPolicy({ policy: { namespace: "shop", service, split: [{ version: "v1", weight: 1 }] } });
    await as("s3cret").deregister(key(1));
    const { entries } = await as("l00k").listAuditEntries({});
    expect(entries.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      "shop deregister",
      "root policy",
      "shop register",
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/s3cret|r00t/);
  });
});

describe("a policy", () => {
  test.each([
    ["a sum of weights of 0", { split: [{ version: "v1", weight: 0 }] }],
    [
      "two weights for a version",
      {
        split: [
          { version: "v1", weight: 1 },
          { version: "v1", weight: 2 },
        ],
      },
    ],
    ["a version without a name", { split: [{ version: "", weight: 1 }] }],
    ["a header in capitals", { canaries: [{ header: "X-Canary", version: "v2" }] }],
    ["a header that gRPC clients do not match", { canaries: [{ header: "x-canary-bin", version: "v2" }] }],
    ["too many attempts", { attempts: 6 }],
    ["a negative timeout", { timeout: { seconds: -1n } }],
    ["a timeout that Envoy refuses", { timeout: { seconds: 9_000_000_000_000n } }],
  ])("is refused with %s", async (_, policy) => {
    const { registry } = await open();
    expect((await failure(registry.setPolicy({ policy: { service, ...policy } }))).code).toBe(Code.InvalidArgument);
  });

  test("is kept, and replaced as a whole", async () => {
    const { registry } = await open();
    await registry.setPolicy({ policy: { service, split: [{ version: "v1", weight: 1 }], attempts: 3 } });
    await registry.setPolicy({ policy: { service, split: [{ version: "v2", weight: 1 }] } });
    expect((await registry.listPolicies({})).policies).toMatchObject([
      { attempts: 0, split: [{ version: "v2", weight: 1 }] },
    ]);
  });
});

describe("watching", () => {
  test("begins with what is there, then tells each change, and who is behind gets the latest", async () => {
    const { registry } = await open();
    await registry.register(at(1));
    const watching = registry.watch({ service });
    const next = async (): Promise<WatchResponse> => (await watching.next()).value;
    expect(await next()).toMatchObject({ reset: true, changed: [{ port: 1 }] });
    await registry.register(at(2));
    expect(await next()).toMatchObject({ reset: false, changed: [{ port: 2 }], removed: [] });
    await registry.register(at(3, { service: "other.v1.Service" }));
    await registry.deregister(key(2));
    expect(await next()).toMatchObject({ changed: [], removed: [{ id: "10.0.0.1:2" }] });
    await watching.return?.();
  });

  test("goes on where it was, and all over where that is not known", async () => {
    const { registry } = await open();
    await registry.register(at(1));
    const first = registry.watch({ service });
    const { resumeToken } = (await first.next()).value as WatchResponse;
    await first.return?.();
    await registry.register(at(2));
    const second = registry.watch({ service, resumeToken });
    expect((await second.next()).value).toMatchObject({ reset: false, changed: [{ port: 2 }] });
    await second.return?.();
    const third = registry.watch({ service, resumeToken: "another:5" });
    expect((await third.next()).value).toMatchObject({ reset: true });
    await third.return?.();
  });
});

describe("a session", () => {
  test("registers, renews all and deregisters, and says what fails", async () => {
    const { registry, clock, plane } = await open();
    const answers = registry.session(async function* () {
      yield { id: 1n, action: { case: "register", value: at(1).instance } };
      yield { id: 2n, action: { case: "register", value: at(2).instance } };
      yield { id: 3n, action: { case: "renewAll", value: {} } };
      yield { id: 4n, action: { case: "renew", value: key(9).key } };
      yield { id: 5n, action: { case: "deregister", value: key(1).key } };
      yield { id: 6n };
    });
    const codes: [bigint, number][] = [];
    for await (const { id, code } of answers) codes.push([id, code]);
    expect(codes).toEqual([
      [1n, 0],
      [2n, 0],
      [3n, 0],
      [4n, Code.NotFound],
      [5n, 0],
      [6n, Code.InvalidArgument],
    ]);
    expect(plane.registry.size).toBe(1);
    clock.pass(11_000);
    expect(plane.registry.size).toBe(0);
  });
});

describe("registerWith", () => {
  test("registers all services of a server, again where they were forgotten, and drains at the end", async () => {
    const { plane, transport, registry } = await open();
    const server = createServer().add(Orders, { echo: (order) => order });
    const port = await server.listen("127.0.0.1:0");
    const registration = registerWith(transport, server, {
      port,
      host: "127.0.0.1",
      version: "v2",
      drainWait: 0,
      ttl: { seconds: 1n },
    });
    await registration.ready;
    expect(plane.registry.list("default")).toMatchObject([{ service: "test.rpc.Orders", version: "v2", port }]);
    await plane.registry.deregister(
      { namespace: "default", service: "test.rpc.Orders", id: `127.0.0.1:${port}` },
      "test",
    );
    await until(() => plane.registry.size === 1, "a registration anew");
    await registration.close();
    expect(server.closed).toBe(true);
    const { entries } = await registry.listAuditEntries({});
    expect(entries.map(({ action }) => action).slice(0, 2)).toEqual(["deregister", "drain"]);
    expect(plane.registry.size).toBe(0);
  });
});

describe("health checks", () => {
  test("an instance is not healthy before its first check, and as its check says afterwards", async () => {
    const { registry, plane } = await open();
    const server = createServer().add(Orders, {});
    const port = await server.listen("127.0.0.1:0");
    const healthCheck = {
      kind: { case: "tcp", value: {} },
      interval: { nanos: 100_000_000 },
      unhealthyAfter: 1,
    } as const;
    const { instance } = await registry.register({ instance: { service, host: "127.0.0.1", port, healthCheck } });
    void instance;
    const status = () => plane.registry.list("default")[0]?.status;
    expect(status()).toBe(Status.UNHEALTHY);
    await until(() => status() === Status.HEALTHY, "a good check");
    await server.close({ grace: 0 });
    await until(() => status() === Status.UNHEALTHY, "a bad check");
    expect(plane.registry.list("default")[0]?.reason).not.toBe("");
  });
});

describe("several registries on one store", () => {
  const three = async () => {
    const store = new MemoryStore();
    return { store, planes: [await open({ store }), await open({ store }), await open({ store })] as const };
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  test("let an instance live that renews at any of them", async () => {
    const { store, planes } = await three();
    const [a, b, c] = planes;
    await a.registry.register(at(1));
    await b.registry.renew(key(1));
    await settled();
    for (let i = 0; i < 4; i++) {
      await b.registry.renew(key(1));
      for (const { clock } of planes) clock.pass(5000);
      await settled();
    }
    expect((await store.read("instances/")).size).toBe(1);
    expect(planes.map(({ plane }) => plane.registry.size)).toEqual([1, 1, 1]);
    for (const { clock } of [a, c]) clock.pass(20_000);
    expect((await store.read("instances/")).size).toBe(1);
    b.clock.pass(20_000);
    await settled();
    expect(planes.map(({ plane }) => plane.registry.size)).toEqual([0, 0, 0]);
  });

  test("give the instances of one that is gone a whole lease to come to another", async () => {
    const { store, planes } = await three();
    const [a, b, c] = planes;
    await a.registry.register(at(1));
    await a.registry.register(at(2));
    for (const { clock } of [b, c]) clock.pass(9000);
    await a.plane.registry.close();
    for (const { clock } of [b, c]) clock.pass(9000);
    expect((await store.read("instances/")).size).toBe(2);
    await b.registry.renew(key(1));
    await settled();
    for (const { clock } of [b, c]) clock.pass(2000);
    await settled();
    expect([...(await store.read("instances/")).keys()]).toEqual([`instances/default/${service}/10.0.0.1:1`]);
    expect([b.plane.registry.size, c.plane.registry.size]).toEqual([1, 1]);
  });
});

describe("the audit log", () => {
  test("outlives the registry, and all registries on a store have it", async () => {
    const store = new MemoryStore();
    const first = await open({ store });
    const beside = await open({ store });
    await first.registry.register(at(1));
    await first.registry.deregister(key(1));
    const actions = async ({ registry }: typeof first) =>
      (await registry.listAuditEntries({})).entries.map(({ action }) => action);
    expect(await actions(beside)).toEqual(["deregister", "register"]);
    await first.plane.registry.close();
    expect(await actions(await open({ store }))).toEqual(["deregister", "register"]);
  });

  test("is bounded: the oldest entries go", async () => {
    const store = new MemoryStore();
    const { plane, registry } = await open({ store });
    for (let i = 0; i < 10_020; i++) {
      await plane.registry.setPolicy(new Policy({ service, attempts: 1 + (i % 2) }), "default", `actor ${i}`);
    }
    expect((await store.read("audit/")).size).toBe(10_000);
    expect((await registry.listAuditEntries({ limit: 1 })).entries[0]?.actor).toBe("actor 10019");
  });
});

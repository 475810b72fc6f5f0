/** The contract of every source, and what is particular to DNS. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import {
  ControlPlane,
  type DnsService,
  DnsSource,
  type Found,
  type Resource,
  ResourceFiles,
  type Source,
  type SourceEvent,
} from "@protoloom/control-plane";
import { RegistryService } from "@protoloom/control-plane/registry/v1/registry_grpc";
import { Instance } from "@protoloom/control-plane/registry/v1/registry_pb";
import { Code, createClient, inMemoryTransport } from "@protoloom/rpc";
import { failure, until } from "../../runtime/rpc/failures.js";
import { NameServer } from "./name-server.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A source, and the means to change what it finds. */
interface Fixture {
  readonly source: Source;
  set(names: readonly string[]): void;
  break(): void;
}

const fixtures: readonly [string, () => Promise<Fixture>][] = [
  [
    "files",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "protoloom-source-"));
      ends.push(() => rmSync(folder, { recursive: true }));
      const write = (resources: string): void => writeFileSync(join(folder, "clusters.yaml"), resources);
      const cluster = (name: string): string =>
        `{ "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: "${name}" }`;
      return {
        source: new ResourceFiles(folder),
        set: (names) => write(`resources: [${names.map(cluster).join(", ")}]`),
        break: () => write(`resources: [${cluster("")}]`),
      };
    },
  ],
  [
    "dns",
    async () => {
      const server = await NameServer.start();
      ends.push(() => server.close());
      return {
        source: new DnsSource([orders], { servers: [server.address], minWait: 20 }),
        set(names) {
          server.records = names.map((data) => ({ type: "A", name: "orders.internal", data, ttl: 0 }));
          server.trouble = "none";
        },
        break: () => (server.trouble = "failure"),
      };
    },
  ],
];
const orders: DnsService = { service: "shop.v1.Orders", name: "orders.internal", port: 50_051 };

const namesOf = ({ instances = [], resources = [] }: Found): string[] =>
  [...instances.map(({ host }) => host), ...resources.map(({ name }) => name)].sort();

describe.each(fixtures)("%s", (_, make) => {
  const start = async (...names: string[]) => {
    const fixture = await make();
    fixture.set(names);
    const found: string[][] = [];
    const failures: string[] = [];
    ends.push(() => fixture.source.close());
    await fixture.source.start({
      found: (each) => found.push(namesOf(each)),
      failed: (reason) => failures.push(reason),
    });
    return { ...fixture, found, failures };
  };

  test("tells everything when it is started, then what is there after a change", async () => {
    const { set, found } = await start("10.0.0.1", "10.0.0.2");
    expect(found).toEqual([["10.0.0.1", "10.0.0.2"]]);
    set(["10.0.0.2", "10.0.0.3"]);
    await until(() => found.at(-1)?.join() === "10.0.0.2,10.0.0.3");
    set([]);
    await until(() => found.at(-1)?.length === 0);
  });

  test("says why it cannot be read, finds nothing else meanwhile, and goes on", async () => {
    const { set, break: fail, found, failures } = await start("10.0.0.1");
    fail();
    await until(() => failures.length > 0);
    expect(failures[0]).toMatch(
      /^(.*clusters.yaml: resources\[0\]: name: .*|shop.v1.Orders: cannot resolve orders.internal: ESERVFAIL)$/,
    );
    expect(found.every((each) => each.join() === "10.0.0.1")).toBe(true);
    set(["10.0.0.2"]);
    await until(() => found.at(-1)?.join() === "10.0.0.2");
  });

  test("tells nothing after it was closed", async () => {
    const { set, source, found, failures } = await start("10.0.0.1");
    source.close();
    const before = found.length;
    set(["10.0.0.2"]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([found.length, failures]).toEqual([before, []]);
  });
});

test("a resource from files has the line that it comes from: in the deployment file, if causes.yaml says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "protoloom-source-"));
  ends.push(() => rmSync(folder, { recursive: true }));
  const clusters = ["orders", "own", "constructor"].map(
    (name) => `{ "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: ${name} }`,
  );
  writeFileSync(join(folder, "clusters.yaml"), `resources: [${clusters.join(", ")}]`);
  writeFileSync(join(folder, "causes.yaml"), 'clusters: { orders: "deployment.yaml:10:3" }');
  const causes: Record<string, string | undefined> = {};
  const source = new ResourceFiles(folder);
  ends.push(() => source.close());
  await source.start({
    found({ resources = [] }) {
      for (const { name, cause } of resources) causes[name] = cause?.replace(`${folder}/`, "");
    },
    failed: (reason) => expect(reason).toBe(""),
  });
  expect(causes).toEqual({
    orders: "deployment.yaml:10:3",
    own: "clusters.yaml: resources[1]",
    constructor: "clusters.yaml: resources[2]",
  });
});

describe("resources as protoc-gen-envoy writes them", () => {
  const written = fileURLToPath(new URL("../../plugins/protoc-gen-envoy/golden/", import.meta.url));

  const copied = (golden: string): string => {
    const folder = mkdtempSync(join(tmpdir(), "protoloom-source-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    cpSync(join(written, golden, "expected/ads"), folder, { recursive: true });
    return folder;
  };
  const read = async (folder: string): Promise<readonly Resource[]> => {
    const source = new ResourceFiles(folder);
    ends.push(() => source.close());
    const found: Resource[] = [];
    await source.start({ found: ({ resources = [] }) => found.push(...resources), failed: () => {} });
    return found;
  };
  const edit = (folder: string, file: string, before: string, after: string): void => {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    writeFileSync(path, text.replace(before, after));
  };

  test.each(["ads", "mutual-tls"])("are taken: %s", async (golden) => {
    const types = (await read(copied(golden))).map(({ typeUrl }) => typeUrl.split(".").at(-1));
    expect(types).toEqual(
      expect.arrayContaining(["Listener", "RouteConfiguration", "Cluster", "ClusterLoadAssignment"]),
    );
  });

  test("are traced from what a client says to the lines of the proto and the deployment file", async () => {
    const routes = (await read(copied("ads"))).find(({ typeUrl }) => typeUrl.endsWith("RouteConfiguration"))!;
    const errors = {
      path: "RouteConfigurationValidationError.VirtualHosts[0]: embedded message failed validation | caused by VirtualHostValidationError.Routes[1]: embedded message failed validation",
      ofGrpc: "RDS response validation failed: [virtual_hosts[0].routes[2]: invalid retry policy]",
      name: "route shop.v1.Orders/GetOrder: timeout is too long",
      calls: "no such cluster for /shop.v1.Orders/PlaceOrder",
      nothing: "Only unique names are permitted",
    };
    const causes = Object.entries(errors).map(([key, error]) => [key, routes.causeOf(error)]);
    expect(Object.fromEntries(causes)).toEqual({
      path: "shop.proto:17:3",
      ofGrpc: "shop.proto:18:3",
      name: "shop.proto:14:3",
      calls: "shop.proto:17:3",
      nothing: "deployment.yaml:4:3",
    });
  });

  test("are not taken if they were changed after the plugin's diagnostics had passed them", async () => {
    const folder = copied("ads");
    edit(folder, "routes.yaml", 'timeout: "15s"', 'timeout: "150s"');
    await expect(read(folder)).rejects.toThrow(
      /routes\.yaml: not what protoc-gen-envoy has checked: generate it again, or delete causes\.yaml/,
    );
    rmSync(join(folder, "causes.yaml"));
    expect((await read(folder)).length).toBeGreaterThan(0); // they are one's own now
  });

  test("are not taken from two runs of the plugin, nor in part", async () => {
    const folder = copied("ads");
    cpSync(join(written, "mutual-tls/expected/ads/clusters.yaml"), join(folder, "clusters.yaml"));
    await expect(read(folder)).rejects.toThrow(/clusters\.yaml: not what protoc-gen-envoy has checked/);
    rmSync(join(folder, "clusters.yaml"));
    await expect(read(folder)).rejects.toThrow(/clusters\.yaml is missing/);
  });
});

describe("dns", () => {
  const plane = async (
    service: DnsService,
    records: NameServer["records"],
    trouble: NameServer["trouble"] = "none",
  ) => {
    const server = await NameServer.start();
    Object.assign(server, { records, trouble });
    const events: SourceEvent[] = [];
    const sources = [new DnsSource([service], { servers: [server.address], minWait: 20 })];
    const started = await new ControlPlane({ sources, onSource: (event) => events.push(event) }).start();
    ends.push(() => server.close());
    ends.push(() => started.close({ grace: 0 }));
    const registry = createClient(RegistryService, inMemoryTransport(started.server));
    const hosts = async () =>
      (await registry.listInstances({})).instances.map(({ host, port, weight }) => `${host} ${port} ${weight}`).sort();
    return { server, events, registry, hosts, started };
  };

  test("has A and AAAA records become instances of the registry, without a lease", async () => {
    const { hosts, started } = await plane({ ...orders, version: "v1" }, [
      { type: "A", name: "orders.internal", data: "10.0.0.1", ttl: 0 },
      { type: "AAAA", name: "orders.internal", data: "fd00::1", ttl: 0 },
    ]);
    expect(await hosts()).toEqual(["10.0.0.1 50051 1", "fd00::1 50051 1"]);
    expect(started.registry.list("default")[0]?.version).toBe("v1");
    expect(started.registry.leaseOf({ namespace: "default", service: orders.service, id: "10.0.0.1:50051" })).toBe(
      undefined,
    );
  });

  test("has SRV records give ports and weights, of the lowest priority alone", async () => {
    const name = "_grpc._tcp.orders.internal";
    const srv = (target: string, port: number, weight: number, priority: number) =>
      ({ type: "SRV", name, data: { target, port, weight, priority }, ttl: 0 }) as const;
    const { hosts } = await plane({ service: orders.service, srv: name }, [
      srv("a.internal", 1001, 10, 1),
      srv("b.internal", 1002, 0, 1),
      srv("spare.internal", 1003, 10, 2),
      ...["a", "b", "spare"].map((host, i) => ({
        ...({ type: "A", name: `${host}.internal`, data: `10.0.0.${i + 1}`, ttl: 0 } as const),
      })),
    ]);
    expect(await hosts()).toEqual(["10.0.0.1 1001 10", "10.0.0.2 1002 1"]);
  });

  test("lets a control plane start while no name server answers, and finds the service later", async () => {
    const { server, hosts, events } = await plane(orders, [], "failure");
    expect(await hosts()).toEqual([]);
    expect(events[0]?.error).toBe("shop.v1.Orders: cannot resolve orders.internal: ESERVFAIL");
    server.trouble = "none";
    server.records = [{ type: "A", name: "orders.internal", data: "10.0.0.1", ttl: 0 }];
    await until(() => events.at(-1)?.instances === 1);
    expect(await hosts()).toEqual(["10.0.0.1 50051 1"]);
  });

  test("asks no more often than a record's TTL says", async () => {
    const { server } = await plane(orders, [{ type: "A", name: "orders.internal", data: "10.0.0.1", ttl: 30 }]);
    const before = server.questions;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.questions).toBe(before);
  });

  test("an instance that registers itself wins, and what was found cannot be drained here", async () => {
    const { registry, started } = await plane(orders, [
      { type: "A", name: "orders.internal", data: "10.0.0.1", ttl: 0 },
    ]);
    const key = { service: orders.service, id: "10.0.0.1:50051" };
    const refused = await failure(registry.drain({ key }));
    expect([refused.code, refused.text]).toEqual([
      Code.FailedPrecondition,
      "10.0.0.1:50051 of shop.v1.Orders did not register: change it where it comes from, dns",
    ]);
    await registry.register({ instance: new Instance({ ...key, host: "10.0.0.1", port: 50_051, version: "own" }) });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(started.registry.list("default").map(({ version }) => version)).toEqual(["own"]);
  });

  test.each([
    [{ service: "a" }, "a: expected name and port, or srv"],
    [{ service: "a", name: "b" }, "a: expected name and port, or srv"],
    [{ service: "a", name: "b", port: 1, srv: "c" }, "a: expected name and port, or srv"],
    [{ service: "" }, "expected service, the name of the service"],
  ])("refuses %j", (service, message) => {
    expect(() => new DnsSource([service])).toThrow(new TypeError(message));
  });
});

/** Resources that clients are known to refuse, before any client sees them. */
import { describe, expect, test } from "@jest/globals";
import {
  ControlPlane,
  checkResources,
  LinearCache,
  Resource,
  resourceTypes,
  type Source,
} from "@protoloom/control-plane";
import { Instance, Policy } from "@protoloom/control-plane/registry/v1/registry_pb";
import {
  Cluster,
  Cluster_DiscoveryType,
  Cluster_LbPolicy,
} from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { Listener } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import { Router } from "@protoloom/envoy/gen/envoy/extensions/filters/http/router/v3/router_pb";
import { HttpConnectionManager } from "@protoloom/envoy/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb";
import { anyPack } from "@protoloom/protobuf/wkt";
import { Random } from "../fuzz/random.mjs";

const cluster = (name: string, lbPolicy = Cluster_LbPolicy.ROUND_ROBIN): Resource =>
  new Resource(
    name,
    new Cluster({ name, lbPolicy, clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC } }),
    { cause: "deployment.yaml:7:3" },
  );

const endpoints = (hosts: readonly string[], locality: object | undefined = {}, priority = 0): Resource => {
  const lbEndpoints = hosts.map((address) => ({
    hostIdentifier: {
      case: "endpoint" as const,
      value: {
        address: {
          address: {
            case: "socketAddress" as const,
            value: { address, portSpecifier: { case: "portValue" as const, value: 1 } },
          },
        },
      },
    },
  }));
  return new Resource(
    "a",
    new ClusterLoadAssignment({ clusterName: "a", endpoints: [{ locality, priority, lbEndpoints }] }),
  );
};

const routes = (domains: readonly string[], weights: readonly number[]): Resource => {
  const clusters = weights.map((weight, index) => ({ name: `c${index}`, weight }));
  const route = {
    match: { pathSpecifier: { case: "prefix" as const, value: "/" } },
    action: {
      case: "route" as const,
      value: { clusterSpecifier: { case: "weightedClusters" as const, value: { clusters } } },
    },
  };
  const virtualHosts = domains.map((domain, index) => ({ name: `h${index}`, domains: [domain], routes: [route] }));
  return new Resource("r", new RouteConfiguration({ name: "r", virtualHosts }));
};

const listener = (name: string, port: number, hasRouter = true): Resource => {
  const router = { name: "router", configType: { case: "typedConfig" as const, value: anyPack(new Router()) } };
  const manager = new HttpConnectionManager({
    statPrefix: "a",
    routeSpecifier: { case: "routeConfig", value: { name: "r" } },
    httpFilters: hasRouter ? [router] : [],
  });
  return new Resource(
    name,
    new Listener({
      name,
      address: {
        address: {
          case: "socketAddress",
          value: { address: "0.0.0.0", portSpecifier: { case: "portValue", value: port } },
        },
      },
      filterChains: [{ filters: [{ name: "http", configType: { case: "typedConfig", value: anyPack(manager) } }] }],
    }),
  );
};

const texts = (resources: readonly Resource[], family: "envoy" | "grpc"): string[] =>
  checkResources(resources, family).map(({ text }) => text);

describe("resources that clients refuse", () => {
  test.each<[string, Resource[], string, string[] | undefined]>([
    ["a rule of the API", [cluster("")], "name: ", undefined],
    ["a name that is taken", [cluster("a"), cluster("a")], 'the name "a" is taken', undefined],
    [
      "two listeners at one address",
      [listener("a", 80), listener("b", 80)],
      "another listener has the address 0.0.0.0:80",
      undefined,
    ],
    ["no router at the end", [listener("a", 80, false)], "the last HTTP filter is not the router", undefined],
    [
      "a domain twice",
      [routes(["A.example", "a.example"], [1])],
      'two virtual hosts have the domain "a.example"',
      undefined,
    ],
    ["weights of 0", [routes(["*"], [0, 0])], "the sum of weights is 0", undefined],
    ["weights that are too large", [routes(["*"], [4_294_967_295, 1])], "the sum of weights is 4294967296", undefined],
    ["a host name", [endpoints(["shop.internal"])], '"shop.internal" is not an IP address', undefined],
    ["no locality", [endpoints(["10.0.0.1"], undefined as never)], "", []],
    ["a gap in priorities", [endpoints(["10.0.0.1"], {}, 1)], "there is no priority 0", []],
    ["another balancer", [cluster("a", Cluster_LbPolicy.MAGLEV)], "gRPC clients do not balance by MAGLEV", []],
  ])("%s", (_, resources, text, atEnvoy) => {
    const found = texts(resources, "grpc");
    if (text !== "") expect(found[0]).toContain(text);
    expect(texts(resources, "envoy")).toEqual(atEnvoy ?? found);
  });

  test("what is right has no fault", () => {
    const all = [cluster("a"), endpoints(["10.0.0.1", "::1"]), routes(["*", "a.example"], [0, 1]), listener("a", 80)];
    for (const family of ["envoy", "grpc"] as const) expect(texts(all, family)).toEqual([]);
  });
});

test("endpoints without a locality are a fault for gRPC clients alone", () => {
  const without = new Resource("a", new ClusterLoadAssignment({ clusterName: "a", endpoints: [{}] }));
  expect(texts([without], "grpc")).toEqual(["endpoints without a locality"]);
  expect(texts([without], "envoy")).toEqual([]);
});

test.each(Array.from({ length: 10 }, (_, seed) => seed))(
  "seed %i: whatever instances and policies a registry takes, no resource made of them has a fault",
  async (seed) => {
    const random = new Random(seed, 0);
    const plane = await new ControlPlane({ gateway: { host: "0.0.0.0", port: 8080 } }).start();
    const versions = ["", "v1", "v2", "v3"];
    for (let i = 0; i < 20; i++) {
      const instance = new Instance({
        service: `shop.v1.S${random.between(0, 3)}`,
        version: random.pick(versions),
        host: random.pick(["10.0.0.1", "::1"]),
        port: 1 + i,
        weight: random.between(0, 1_000_000),
        zone: random.pick(["", "a", "b"]),
      });
      await plane.registry.register(instance, {}, "test");
      const policy = new Policy({
        service: instance.service,
        split: versions.slice(1).map((version) => ({ version, weight: random.pick([0, 1, 99, 4_000_000_000]) })),
        canaries: [
          { header: random.pick(["x-canary", "1", "-"]), value: random.pick(["", "on", "\u0000", "ü"]), version: "v1" },
        ],
        attempts: random.between(0, 5),
        timeout: { seconds: BigInt(random.between(0, 86_400)), nanos: random.pick([0, 1, 999_999_999]) },
      });
      await plane.registry.setPolicy(policy, "default", "test").catch(() => {}); // refused at the door is well, too
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const family of ["envoy", "grpc"] as const) {
      const all = Object.values(resourceTypes).flatMap((type) =>
        [...plane.cache.view(`default/${family}`).table(type).all].map(({ wanted }) => wanted),
      );
      expect(all.length).toBeGreaterThan(5);
      expect(checkResources(all, family).map(({ text, resource }) => `${resource.name}: ${text}`)).toEqual([]);
      expect(all.filter(({ cause }) => cause === undefined)).toEqual([]);
    }
    await plane.close({ grace: 0 });
  },
);

describe("a control plane", () => {
  test("does not take a faulty resource of its own, names the line, and keeps what was there", async () => {
    const plane = await new ControlPlane().start();
    plane.setOwn([cluster("good")]);
    expect(() => plane.setOwn([cluster("good"), cluster("")])).toThrow(/^deployment.yaml:7:3: name: /);
    expect([...plane.cache.view("default/envoy").table(resourceTypes.cluster).names]).toEqual(["good"]);
    await plane.close({ grace: 0 });
  });

  test("does not take one from a source, and says why", async () => {
    const events: (string | undefined)[] = [];
    let find: Parameters<Source["start"]>[0] | undefined;
    const start: Source["start"] = async (finder) => {
      find = finder;
    };
    const source: Source = { name: "own", start, close: () => {} };
    const plane = await new ControlPlane({ sources: [source], onSource: ({ error }) => events.push(error) }).start();
    find!.found({ resources: [cluster("good")] });
    find!.found({ resources: [cluster("good"), cluster("good")] });
    expect(events).toEqual([undefined, 'deployment.yaml:7:3: the name "good" is taken']);
    expect([...plane.cache.view("default/envoy").table(resourceTypes.cluster).names]).toEqual(["good"]);
    await plane.close({ grace: 0 });
  });
});

test("a resource that has only moved in its file is traced to the new line, and not sent again", () => {
  const cache = new LinearCache(resourceTypes.cluster.typeUrl);
  const at = (cause: string): Resource => new Resource("a", new Cluster({ name: "a" }), { cause });
  cache.set(at("deployment.yaml:7:3"));
  const { seq } = cache.resources;
  cache.set(at("deployment.yaml:9:3"));
  expect(cache.resources.get("a")?.cause).toBe("deployment.yaml:9:3");
  expect(cache.resources.seq).toBe(seq);
});

/** A real Envoy follows the control plane, by both variants. */

import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { LmdbStore, Resource, type Store } from "@protoloom/control-plane";
import { Policy } from "@protoloom/control-plane/registry/v1/registry_pb";
import {
  Cluster,
  Cluster_DiscoveryType,
  Cluster_LbPolicy,
} from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { freePort, provideEnvoy, until } from "../envoy/envoy.js";
import { isShort, PROVISION_MS } from "../provision.js";
import { report } from "../report.js";
import { Stage } from "./stage.js";

jest.setTimeout(PROVISION_MS);

let envoy: string;
beforeAll(async () => {
  envoy = await provideEnvoy();
});

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

const service = "test.rpc.Orders";

/** The random updates go by both, also if it is to be short. */
const variants = isShort ? (["delta"] as const) : (["sotw", "delta"] as const);

describe.each(variants)("Envoy by %s", (variant) => {
  const begin = async (store?: Store) => {
    const port = await freePort();
    const nacks: string[] = [];
    const plane = await stage.controlPlane({
      store,
      gateway: { host: "127.0.0.1", port },
      onNack: ({ name, message }) => nacks.push(`${name}: ${message}`),
    });
    const proxy = await stage.envoy(envoy, [plane.address], variant === "delta");
    return { plane, proxy, nacks, load: stage.load(`127.0.0.1:${port}`) };
  };

  test("moves traffic from 99/1 by 50/50 to 0/100 without a failed call; a canary goes where its header says", async () => {
    const { plane, nacks, load } = await begin();
    await stage.service(plane, { version: "v1" });
    await stage.service(plane, { version: "v2" });
    const split = (v1: number, v2: number) => ({
      policy: {
        service,
        split: [
          { version: "v1", weight: v1 },
          { version: "v2", weight: v2 },
        ],
        canaries: [{ header: "x-canary", value: "", version: "v2" }],
      },
    });
    await plane.registry.setPolicy(split(99, 1));
    await until(async () => (await load.once({ "x-canary": "1" }).catch(() => "")) === "v2", 20);
    load.start();
    await load.calls(1000);
    expect(load.share("v2")).toBeLessThan(0.05);
    await plane.registry.setPolicy(split(50, 50));
    await load.calls(200);
    load.reset();
    await load.calls(1000);
    expect(load.share("v2")).toBeGreaterThan(0.4);
    expect(load.share("v2")).toBeLessThan(0.6);
    await plane.registry.setPolicy(split(0, 100));
    await until(() => {
      load.reset();
      return load.calls(50).then(() => load.share("v2") === 1);
    });
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(nacks).toEqual([]);
  });

  test("an instance that drains loses no call, and one that comes gets some", async () => {
    const { plane, load } = await begin();
    const first = await stage.service(plane, { version: "v1", drainWait: 500 });
    await until(async () => (await load.once().catch(() => "")) === "v1", 20);
    load.start();
    await load.calls(100);
    const second = await stage.service(plane, { version: "v1" });
    await until(() => second.answered.count > 50);
    await first.registration.close();
    const before = second.answered.count;
    await load.calls(100);
    expect(second.answered.count - before).toBeGreaterThanOrEqual(100);
    await load.stop();
    expect(load.failures).toEqual([]);
  });

  test("an instance that dies without a word is gone after its TTL", async () => {
    const { plane, load } = await begin();
    const first = await stage.service(plane, { version: "v1", ttl: { seconds: 1n } });
    await stage.service(plane, { version: "v2" });
    await until(async () => (await load.once().catch(() => "")) !== "", 20);
    first.registration.abandon();
    const died = Date.now();
    await until(async () => (await plane.registry.listInstances({ service })).instances.length === 1);
    expect(Date.now() - died).toBeGreaterThanOrEqual(500); // a whole TTL after its latest renewal
    await until(async () => (await load.once().catch(() => "")) === "v2");
    load.start();
    await load.calls(200);
    await load.stop();
    expect(load.counts).toEqual({ v2: 200 + (load.counts.v2! - 200) });
    expect(load.failures).toEqual([]);
  });

  test("the control plane is killed under load and started with other content: no call fails, and the content counts", async () => {
    const folder = join(stage.folder, "store");
    const { plane, load } = await begin(new LmdbStore(folder));
    await stage.service(plane, { version: "v1" });
    await stage.service(plane, { version: "v2" });
    const split = (v1: number, v2: number) => ({
      policy: {
        service,
        split: [
          { version: "v1", weight: v1 },
          { version: "v2", weight: v2 },
        ],
      },
    });
    await plane.registry.setPolicy(split(100, 0));
    await until(async () => (await load.once().catch(() => "")) === "v1", 20);
    load.start();
    await load.calls(200);
    expect(load.share("v1")).toBe(1);
    await plane.plane.close({ grace: 0 });
    await load.calls(200);
    const port = Number(new URL(`http://${plane.address}`).port);
    const gateway = plane.plane.gateway!;
    const meanwhile = new LmdbStore(folder);
    const policy = new Policy({ ...split(0, 100).policy, namespace: "default" });
    await meanwhile.write([{ key: `policies/default/${service}`, value: policy.toBinary() }]);
    await meanwhile.close();
    await stage.controlPlane({ gateway, store: new LmdbStore(folder) }, port);
    await until(() => {
      load.reset();
      return load.calls(50).then(() => load.share("v2") === 1);
    }, 60);
    await load.stop();
    expect(load.failures).toEqual([]);
  });

  test("what Envoy refuses is traced at once, goes to no new proxy, stops nothing else, and heals", async () => {
    const { plane, nacks, load, proxy } = await begin();
    await stage.service(plane, { version: "v1" });
    await until(async () => (await load.once().catch(() => "")) === "v1", 20);
    load.start();
    await load.calls(50);
    // valid by the rules of the API, and refused by Envoy: a cluster of type ORIGINAL_DST balances by no other policy
    const type = { case: "type", value: Cluster_DiscoveryType.ORIGINAL_DST } as const;
    const cluster = (lbPolicy: Cluster_LbPolicy) =>
      new Resource(
        "own",
        new Cluster({ name: "own", connectTimeout: { seconds: 1n }, clusterDiscoveryType: type, lbPolicy }),
        {
          cause: "clusters.yaml: resources[0]",
        },
      );
    const set = Date.now();
    plane.plane.setOwn([cluster(Cluster_LbPolicy.ROUND_ROBIN)]);
    await until(() => nacks.length > 0);
    expect(nacks[0]).toMatch(/^own: /);
    report(`a refusal was known after ${Date.now() - set} ms: ${nacks[0]}`);
    await plane.registry.setPolicy({ policy: { service, split: [{ version: "v1", weight: 1 }] } }); // goes through all the same
    const late = await stage.envoy(envoy, [plane.address], variant === "delta", "envoy-2");
    expect(nacks).toHaveLength(1);
    plane.plane.setOwn([cluster(Cluster_LbPolicy.CLUSTER_PROVIDED)]);
    const has = async (url: string) => (await (await fetch(`${url}/clusters`)).text()).includes("own::");
    await until(async () => (await has(late.url)) && (await has(proxy.url)));
    await load.calls(50);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(nacks).toHaveLength(1);
  });
});

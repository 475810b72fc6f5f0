/** A real etcd: the contract of all stores, what is particular to it, and several control planes on one. */
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { EtcdStore, resourceTypes, type Store } from "@protoloom/control-plane";
import { RegistryService } from "@protoloom/control-plane/registry/v1/registry_grpc";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { describeStore } from "../../control-plane/store/contract.js";
import { freePort, provideEnvoy, until } from "../envoy/envoy.js";
import { PROVISION_MS } from "../provision.js";
import { Link } from "./link.js";
import { Etcd } from "./provide-etcd.js";
import { type Plane, Stage } from "./stage.js";

jest.setTimeout(PROVISION_MS);

let etcd: Etcd;
beforeAll(async () => {
  etcd = await Etcd.start(mkdtempSync(join(tmpdir(), "protoloom-etcd-")));
}, 900_000);
afterAll(() => etcd?.stop());

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

let prefix = "";
beforeEach(() => {
  prefix = randomUUID();
});
const open = (address = etcd.address): Store => {
  const store = new EtcdStore(`etcd://${address}/${prefix}`);
  stage.onEnd(() => store.close());
  return store;
};

describeStore("etcd", () => new EtcdStore(`etcd://${etcd.address}/${prefix}`));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const followed = (store: Store): string[] => {
  const seen: string[] = [];
  store.watch("", {
    onChange: (changes) => seen.push(...changes.map(({ key, value }) => (value === undefined ? `-${key}` : key))),
    onReset: () => seen.push("reset"),
  });
  return seen;
};

/** Forgets all revisions up to now, by etcd's own HTTP interface. */
async function compact(): Promise<void> {
  const post = async (method: string, body: object): Promise<{ header: { revision: string } }> =>
    JSON.parse(await etcd.request(`/v3/kv/${method}`, body));
  const { header } = await post("range", { key: Buffer.from("x").toString("base64") });
  await post("compaction", { revision: header.revision });
}

describe("a connection to etcd that is lost", () => {
  const apart = async () => {
    const link = await Link.to(Number(etcd.address.split(":")[1]));
    stage.onEnd(() => link.close());
    const [store, other] = [open(link.address), open()];
    const seen = followed(store);
    await store.write([{ key: "a", value: bytes("1") }]);
    link.cut();
    for (let i = 0; i < 5; i++) await other.write([{ key: `b${i}`, value: bytes("1") }]);
    await other.write([{ key: "a", value: undefined }]);
    return { link, store, other, seen };
  };

  test("brings all that was missed, once and in order", async () => {
    const { link, seen } = await apart();
    link.restore();
    await until(async () => seen.includes("-a"), 20);
    expect(seen).toEqual(["a", "b0", "b1", "b2", "b3", "b4", "-a"]);
  });

  test("has watchers read again where etcd has compacted what was missed", async () => {
    const { link, store, other, seen } = await apart();
    await compact();
    link.restore();
    await until(async () => seen.includes("reset"), 20);
    expect(seen).toEqual(["a", "reset"]);
    expect([...(await store.read("")).keys()]).toEqual(["b0", "b1", "b2", "b3", "b4"]);
    await other.write([{ key: "c", value: bytes("1") }]);
    await until(async () => seen.includes("c"), 20);
  });

  test("lets a write wait until it is back", async () => {
    const { link, store, other } = await apart();
    const written = store.write([{ key: "late", value: bytes("1") }]);
    setTimeout(() => link.restore(), 1000);
    await written;
    expect((await other.read("late")).size).toBe(1);
  });
});

test("etcd that is killed and started again has everything, and claims are held again", async () => {
  const [store, other] = [open(), open()];
  const seen = followed(other);
  await store.claim("planes/1", bytes("1"));
  await store.write([{ key: "a", value: bytes("1") }]);
  await etcd.kill();
  await etcd.start();
  await store.write([{ key: "b", value: bytes("1") }]);
  await until(async () => seen.includes("b"), 20);
  expect([...(await other.read("")).keys()]).toEqual(["a", "b", "planes/1"]);
});

test("invalid etcd addresses are refused", () => {
  expect(() => new EtcdStore("etcd://")).toThrow('invalid store "etcd://": expected etcd://HOST:PORT/PREFIX');
});

const service = "test.rpc.Orders";
const client = { id: "a", group: "a", family: "envoy", agent: "envoy", namespace: "default" } as const;

test("several control planes serve the same versions, whichever was told", async () => {
  const planes: Plane[] = [];
  for (let i = 0; i < 3; i++) planes.push(await stage.controlPlane({ store: open() }));
  const versions = (): string[] =>
    planes.map(({ plane }) =>
      Object.values(resourceTypes)
        .map(({ typeUrl }) => plane.cache.table(client, typeUrl).version)
        .join(),
    );
  await stage.service(planes[0]!, { version: "v1" });
  await stage.service(planes[1]!, { version: "v2" });
  const split = [
    { version: "v1", weight: 9 },
    { version: "v2", weight: 1 },
  ];
  await planes[2]!.registry.setPolicy({ policy: { service, split } });
  await until(async () => planes.every(({ plane }) => plane.registry.size === 2), 20);
  await until(async () => new Set(versions()).size === 1, 20);
  expect(planes[0]!.plane.cache.table(client, resourceTypes.cluster.typeUrl).size).toBe(3);
  const audits = await Promise.all(planes.map(({ registry }) => registry.listAuditEntries({})));
  expect(audits.map(({ entries }) => entries.map(({ action }) => action))).toEqual(
    Array(3).fill(["policy", "register", "register"]),
  );
});

test("of three control planes one is killed under load: no call fails, and no instance is lost", async () => {
  const envoy = await provideEnvoy();
  const gateway = await freePort();
  const planes = await Promise.all(
    Array.from({ length: 3 }, () =>
      stage.process(["--store", `etcd://${etcd.address}/${prefix}`, "--gateway", `127.0.0.1:${gateway}`]),
    ),
  );
  const addresses = planes.map(({ address }) => address);
  const transport = grpcTransport({ address: `ipv4:${addresses.join(",")}` });
  stage.onEnd(() => transport.close());
  for (const version of ["v1", "v2"]) await stage.service({ transport }, { version, ttl: { seconds: 3n } });
  await stage.envoy(envoy, addresses, true);
  const load = stage.load(`127.0.0.1:${gateway}`).start();
  await load.calls(200);
  await planes[0]!.kill();
  await load.calls(200);
  const registry = createClient(RegistryService, grpcTransport({ address: addresses[1]! }));
  for (let second = 0; second < 25; second++) {
    const { instances } = await registry.listInstances({});
    expect(instances.map(({ version }) => version).sort()).toEqual(["v1", "v2"]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  await registry.setPolicy({ policy: { service, split: [{ version: "v2", weight: 1 }] } });
  await until(async () => {
    load.reset();
    await load.calls(50);
    return load.share("v2") === 1;
  }, 30);
  await load.stop();
  expect(load.failures).toEqual([]);
});

test("when a control plane comes back, clients spread over all of them again, and no call fails", async () => {
  const envoy = await provideEnvoy();
  const gateway = { host: "127.0.0.1", port: await freePort() };
  const begin = (port?: number): Promise<Plane> =>
    stage.controlPlane({ store: open(), gateway }, port, { maxConnectionAge: 2000, maxConnectionAgeGrace: 1000 });
  const planes = [await begin(), await begin(), await begin()];
  const addresses = planes.map(({ address }) => address);
  const transport = grpcTransport({ address: `ipv4:${addresses.join(",")}` });
  stage.onEnd(() => transport.close());
  await stage.service({ transport }, { version: "v1" });
  for (const id of ["a", "b", "c"]) await stage.envoy(envoy, addresses, true, id);
  const load = stage.load(`127.0.0.1:${gateway.port}`).start();
  await load.calls(100);
  await planes[0]!.plane.close({ grace: 0 });
  const streams = ({ plane }: Plane): number => plane.discovery.streams.length;
  await until(async () => streams(planes[1]!) + streams(planes[2]!) === 3, 30);
  const back = await begin(planes[0]!.port);
  await until(async () => streams(back) > 0, 60);
  await load.calls(100);
  await load.stop();
  expect(load.failures).toEqual([]);
});

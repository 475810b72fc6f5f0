/** Random sequences of snapshots, as a proxy sees them: no route before its cluster, no cluster gone before its routes. */
import { afterEach, describe, expect, test } from "@jest/globals";
import type { Resource } from "@protoloom/control-plane";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import { Bench, make, type Peer, type Told, type Variant } from "./peer.js";

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.close()));
});

/** Numbers that are the same for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A proxy: it knows clusters, endpoints and routes, asks for the endpoints of clusters, and says what is wrong. */
class Follower {
  readonly clusters = new Set<string>();
  readonly endpoints = new Set<string>();
  routes = new Map<string, readonly string[]>();
  readonly faults: string[] = [];
  private readonly peer: Peer;
  private readonly variant: Variant;
  private isAsking = false;

  constructor(peer: Peer, variant: Variant) {
    this.peer = peer;
    this.variant = variant;
    peer.ask("cluster");
    peer.ask("route", { subscribe: ["r"] });
  }

  take(told: Told): void {
    if (told.type === "cluster") this.takeClusters(told);
    else if (told.type === "endpoint") for (const name of told.names) this.endpoints.add(name);
    else if (told.type === "route") this.takeRoutes(told);
    this.peer.ack(told);
    if (told.type === "cluster") this.askEndpoints();
  }

  private takeClusters(told: Told): void {
    const gone =
      this.variant === "delta" ? told.removed : [...this.clusters].filter((name) => !told.names.includes(name));
    for (const name of told.names) this.clusters.add(name);
    for (const name of gone) {
      this.clusters.delete(name);
      this.endpoints.delete(name);
      if ([...this.routes.values()].flat().includes(name)) this.faults.push(`cluster ${name} went before its route`);
    }
  }

  private takeRoutes({ resources }: Told): void {
    for (const bytes of resources) {
      const { name, virtualHosts } = RouteConfiguration.fromBinary(bytes);
      const to = virtualHosts.flatMap(({ routes }) =>
        routes.flatMap(({ action }) =>
          action.case === "route" ? [action.value.clusterSpecifier.value as string] : [],
        ),
      );
      for (const cluster of to) {
        if (!this.clusters.has(cluster)) this.faults.push(`a route came before its cluster ${cluster}`);
        else if (!this.endpoints.has(cluster)) this.faults.push(`a route came before the endpoints of ${cluster}`);
      }
      this.routes.set(name, to);
    }
  }

  private askEndpoints(): void {
    const names = [...this.clusters];
    if (this.variant === "sotw")
      this.peer.ask("endpoint", { names, nonce: this.isAsking ? (this.peer.nonces.get("endpoint") ?? "") : "" });
    else {
      const known = this.asked;
      const subscribe = names.filter((name) => !known.has(name));
      const unsubscribe = [...known].filter((name) => !this.clusters.has(name));
      if (subscribe.length + unsubscribe.length > 0) this.peer.ask("endpoint", { subscribe, unsubscribe });
      this.asked = new Set(names);
    }
    this.isAsking = true;
  }

  private asked = new Set<string>();
}

function snapshot(pick: (below: number) => number, routeVersion = pick(3)): Resource[] {
  const all = ["a", "b", "c", "d", "e", "f"].filter(() => pick(2) === 0);
  const clusters = all.length === 0 ? ["a"] : all;
  const routed = clusters.filter(() => pick(2) === 0);
  return [
    ...clusters.map((name) => make.cluster(name, pick(3), [name])),
    ...clusters.map((name) => make.endpoint(name, pick(5))),
    make.route("r", routeVersion, routed),
  ];
}

describe.each(["sotw", "delta"] as const)("%s", (variant) => {
  test.each([1, 2, 3])(
    "1,000 updates, seed %i",
    async (seed) => {
      const pick = random(seed);
      const bench = new Bench({ maxHold: 600_000 });
      benches.push(bench);
      bench.set(...snapshot(pick));
      const peer = bench.open(variant);
      const proxy = new Follower(peer, variant);
      let last: Resource[] = [];
      let isUpdating = true;
      const updates = (async () => {
        for (let i = 0; i < 999; i++) {
          bench.set(...snapshot(pick));
          if (pick(3) === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        isUpdating = false;
        last = snapshot(pick, 99); // a route that was never there: a message follows, whatever was told before
        bench.set(...last);
      })();
      const wanted = () => last.filter(({ typeUrl }) => typeUrl.endsWith("Cluster")).map(({ name }) => name);
      const isDone = () =>
        [...proxy.clusters].sort().join() === wanted().join() && bench.table("route").version === version;
      let version = "";
      while (isUpdating || !isDone()) {
        const told = await peer.next();
        proxy.take(told);
        if (told.type === "route") version = told.version;
        if (proxy.faults.length > 0) break;
      }
      await updates;
      expect(proxy.faults).toEqual([]);
    },
    60_000,
  );
});

/** Envoy under load while instances, versions, health and policies change at random. */
import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Status } from "@protoloom/control-plane/registry/v1/registry_pb";
import { freePort, provideEnvoy } from "../envoy/envoy.js";
import { isShort, PROVISION_MS } from "../provision.js";
import { type Instance, type Plane, Stage } from "./stage.js";

jest.setTimeout(600_000);

let envoy: string;
beforeAll(async () => {
  envoy = await provideEnvoy();
}, PROVISION_MS);

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

const service = "test.rpc.Orders";
const UPDATES = isShort ? 100 : 1000;
const VERSIONS = ["v1", "v2", "v3", "v4", "v5"];
const MAX_EACH = 2;

describe.each(["sotw", "delta"] as const)("by %s", (variant) => {
  test(`${UPDATES} updates: no call fails, no update is refused, and no route leads to a cluster that is not there`, async () => {
    const port = await freePort();
    const nacks: string[] = [];
    const plane = await stage.controlPlane({
      gateway: { host: "127.0.0.1", port },
      onNack: ({ name, message }) => nacks.push(`${name}: ${message}`),
    });
    const world = new World(plane, 1);
    await world.add("v1");
    await world.add("v2");
    const proxy = await stage.envoy(envoy, [plane.address], variant === "delta");
    const load = stage.load(`127.0.0.1:${port}`).start(2);
    await load.calls(20);
    for (let i = 0; i < UPDATES && load.failures.length === 0; i++) await world.update();
    await world.settle();
    await load.calls(50);
    load.reset();
    await load.calls(50);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(nacks).toEqual([]);
    expect(Object.keys(load.counts).filter((version) => !world.served.includes(version))).toEqual([]);
    const stats = await (await fetch(`${proxy.url}/stats?filter=no_cluster|update_rejected`)).text();
    expect(stats.split("\n").filter((line) => line !== "" && !line.endsWith(": 0"))).toEqual([]);
  });
});

/** The instances and the policy, and changes to them that must not let a call fail. */
class World {
  private readonly plane: Plane;
  private readonly instances = new Map<string, { instance: Instance; isHealthy: boolean }[]>();
  private readonly leaving: Promise<void>[] = [];
  private split: string[] = [];
  private canaries: string[] = [];
  private seed: number;

  constructor(plane: Plane, seed: number) {
    this.plane = plane;
    this.seed = seed;
  }

  /** The versions that calls without a header may reach. */
  get served(): string[] {
    return this.split.length > 0 ? this.split : this.existing;
  }

  async add(version: string): Promise<void> {
    const instance = await stage.service(this.plane, { version, drainWait: 1000, services: [service] });
    this.of(version).push({ instance, isHealthy: true });
  }

  async update(): Promise<void> {
    const updates = [() => this.grow(), () => this.shrink(), () => this.move(), () => this.move(), () => this.ail()];
    await updates[this.below(updates.length)]!();
  }

  /** Waits for all instances that leave. */
  async settle(): Promise<void> {
    await Promise.all(this.leaving);
    await this.move();
  }

  /** A version that is new gets calls at once: its cluster and the route to it are sent together. */
  private async grow(): Promise<void> {
    const version = this.pick(VERSIONS);
    const isNew = this.of(version).length === 0;
    if (this.of(version).length < MAX_EACH) await this.add(version);
    if (isNew) await this.move([version]);
  }

  /** An instance leaves if its version has another one, or receives no calls. */
  private async shrink(): Promise<void> {
    const version = this.pick(this.existing);
    const all = this.of(version);
    const isNeeded = this.split.length === 0 || this.split.includes(version) || this.canaries.includes(version);
    if (all.length < (isNeeded ? MAX_EACH : 1) || !all[0]!.isHealthy || (all.length > 1 && !all[1]!.isHealthy)) return;
    const { instance } = all.pop()!;
    this.leaving.push(instance.registration.close());
  }

  private async move(versions = this.existing.filter(() => this.below(2) === 0)): Promise<void> {
    this.split = versions.length === 0 ? [this.pick(this.existing)] : versions;
    this.canaries = this.below(3) === 0 ? [this.pick(this.existing)] : [];
    const split = this.split.map((version) => ({ version, weight: 1 + this.below(99) }));
    const canaries = this.canaries.map((version) => ({ header: "x-canary", version }));
    await this.plane.registry.setPolicy({ policy: { service, split, canaries } });
  }

  /** One of two instances of a version becomes unhealthy, or well again. */
  private async ail(): Promise<void> {
    const all = this.of(this.pick(this.existing));
    if (all.length < MAX_EACH) return;
    const [first] = all;
    first!.isHealthy = !first!.isHealthy;
    const status = first!.isHealthy ? Status.HEALTHY : Status.UNHEALTHY;
    const key = { namespace: "default", service, id: `127.0.0.1:${first!.instance.port}` };
    await this.plane.plane.registry.setStatus(key, status, "random", "test");
  }

  private get existing(): string[] {
    return VERSIONS.filter((version) => this.of(version).length > 0);
  }

  private of(version: string): { instance: Instance; isHealthy: boolean }[] {
    let all = this.instances.get(version);
    if (all === undefined) {
      all = [];
      this.instances.set(version, all);
    }
    return all;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** Numerical Recipes' linear congruential generator: the same sequence in every run. */
  private below(limit: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * limit);
  }
}

import { connect } from "node:net";
import { durationMs } from "@protoloom/protobuf/wkt";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Health, ServingStatus } from "@protoloom/rpc/health";
import type { HealthCheck, Instance } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { Key } from "./instance-key.js";
import type { Registry } from "./registry.js";

const DEFAULT_INTERVAL_MS = 5000;
const DEFAULT_TIMEOUT_MS = 2000;
const MIN_INTERVAL_MS = 100;

/** Probes the instances that have a check, each at its own interval, and reports to the registry. */
export class HealthChecks {
  private readonly registry: Registry;
  private readonly probes = new Map<string, Probe>();
  private readonly stopListening: () => void;
  private seq = 0;

  constructor(registry: Registry) {
    this.registry = registry;
    this.stopListening = registry.feed.listen(() => this.follow());
    for (const namespace of registry.namespaces) for (const instance of registry.list(namespace)) this.look(instance);
    this.seq = registry.feed.seq;
  }

  get size(): number {
    return this.probes.size;
  }

  close(): void {
    this.stopListening();
    for (const probe of this.probes.values()) probe.stop();
    this.probes.clear();
  }

  private follow(): void {
    const events = this.registry.feed.since(this.seq) ?? [];
    this.seq = this.registry.feed.seq;
    for (const { namespace, service, id, value } of events) {
      if (value !== undefined) this.look(value);
      else this.drop(`${namespace}/${service}/${id}`);
    }
  }

  private look(instance: Instance): void {
    const { namespace, service, id, healthCheck } = instance;
    const name = `${namespace}/${service}/${id}`;
    const known = this.probes.get(name);
    if (known?.asksTheSame(instance)) return;
    this.drop(name);
    if (healthCheck?.kind.case === undefined) return;
    this.probes.set(name, new Probe(this.registry, instance, healthCheck));
  }

  private drop(name: string): void {
    this.probes.get(name)?.stop();
    this.probes.delete(name);
  }
}

/** Probes one instance repeatedly. */
class Probe {
  private readonly registry: Registry;
  private readonly key: Key;
  private readonly target: string;
  private readonly check: HealthCheck;
  private readonly ask: (timeout: number) => Promise<void>;
  private readonly release: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isStopped = false;
  private good = 0;
  private bad = 0;

  constructor(registry: Registry, { namespace, service, id, host, port }: Instance, check: HealthCheck) {
    this.registry = registry;
    this.key = { namespace, service, id };
    this.target = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    this.check = check;
    const { ask, release } = asking(this.target, host, port, check);
    this.ask = ask;
    this.release = release;
    void this.run();
  }

  asksTheSame({ host, port, healthCheck }: Instance): boolean {
    const target = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    return target === this.target && healthCheck !== undefined && this.check.equals(healthCheck);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.release();
  }

  private async run(): Promise<void> {
    const { interval, timeout, healthyAfter, unhealthyAfter } = this.check;
    let reason = "";
    try {
      await this.ask(timeout === undefined ? DEFAULT_TIMEOUT_MS : durationMs(timeout));
      this.good++;
      this.bad = 0;
    } catch (e) {
      reason = (e as Error).message;
      this.bad++;
      this.good = 0;
    }
    if (this.isStopped) return;
    if (this.good >= (healthyAfter || 1)) this.registry.checked(this.key, { isHealthy: true, reason: "" });
    if (this.bad >= (unhealthyAfter || 2)) this.registry.checked(this.key, { isHealthy: false, reason });
    const wait = Math.max(MIN_INTERVAL_MS, interval === undefined ? DEFAULT_INTERVAL_MS : durationMs(interval));
    this.timer = setTimeout(() => void this.run(), wait * (0.9 + 0.2 * Math.random())).unref();
  }
}

interface Asking {
  ask(timeout: number): Promise<void>;
  release(): void;
}

function asking(target: string, host: string, port: number, { kind }: HealthCheck): Asking {
  switch (kind.case) {
    case "grpc":
      return askGrpc(target, kind.value.service);
    case "http":
      return { ask: (timeout) => askHttp(`http://${target}${kind.value.path || "/"}`, timeout), release: () => {} };
    default:
      return { ask: (timeout) => askTcp(host, port, timeout), release: () => {} };
  }
}

function askGrpc(address: string, service: string): Asking {
  const transport = grpcTransport({ address });
  const health = createClient(Health, transport, { inherit: false });
  return {
    async ask(timeout) {
      const { status } = await health.check({ service }, { deadline: timeout });
      if (status !== ServingStatus.SERVING) throw new Error(`its status is ${ServingStatus[status]}`);
    },
    release: () => transport.close(),
  };
}

async function askHttp(url: string, timeout: number): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: "manual" });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answers with status ${response.status}`);
}

function askTcp(host: string, port: number, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout });
    socket.on("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.on("timeout", () => socket.destroy(new Error(`no connection within ${timeout} ms`)));
    socket.on("error", reject);
  });
}

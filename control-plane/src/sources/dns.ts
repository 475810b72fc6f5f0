import type { SrvRecord } from "node:dns";
import { Resolver } from "node:dns/promises";
import { Instance } from "../gen/protoloom/registry/v1/registry_pb.js";
import { pause } from "../registry/pause.js";
import type { Finder, Source } from "./source.js";

/** A service whose instances DNS knows. */
export interface DnsService {
  /** The full name of the service. */
  readonly service: string;
  /** Has A and AAAA records, one for each instance. */
  readonly name?: string | undefined;
  /** The port of those instances. */
  readonly port?: number | undefined;
  /** Has SRV records, one for each instance: `_grpc._tcp.orders.internal`. They give the ports and weights. */
  readonly srv?: string | undefined;
  /** The version of its instances, for splits by version. */
  readonly version?: string | undefined;
  /** The namespace of its instances. */
  readonly namespace?: string | undefined;
}

/** How names are resolved. */
export interface DnsOptions {
  /** The addresses of name servers: `10.0.0.53` or `10.0.0.53:5353`. Default: those of the system. */
  readonly servers?: readonly string[] | undefined;
  /** The shortest and the longest time between two queries in milliseconds, whatever TTL a record has. Default 1 s and 60 s. */
  readonly minWait?: number | undefined;
  /** The longest time between two queries in milliseconds. Default 60 s. */
  readonly maxWait?: number | undefined;
}

/** Node gives no TTL of SRV records. */
const SRV_WAIT_MS = 10_000;
/** How long an answer without any record holds. */
const NONE_WAIT_MS = 5000;
const TIMEOUT_MS = 2000;
const TRIES = 2;

/** One address of a service, and how long it may be used. */
interface Address {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly ttl: number;
}

/** Finds instances by A, AAAA and SRV records. It asks again when a record's TTL has passed. */
export class DnsSource implements Source {
  readonly name = "dns";
  private readonly services: readonly DnsService[];
  private readonly resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  private readonly minWait: number;
  private readonly maxWait: number;
  private readonly controller = new AbortController();
  private readonly instances = new Map<DnsService, readonly Instance[]>();

  /** Throws TypeError for a service without a name to ask for. */
  constructor(services: readonly DnsService[], { servers, minWait = 1000, maxWait = 60_000 }: DnsOptions = {}) {
    for (const service of services) checkDnsService(service);
    this.services = services;
    if (servers !== undefined) this.resolver.setServers(servers);
    this.minWait = minWait;
    this.maxWait = maxWait;
  }

  async start(finder: Finder): Promise<void> {
    await Promise.all(
      this.services.map(async (service) => {
        const wait = await this.ask(service, finder);
        void this.follow(service, finder, wait);
      }),
    );
  }

  close(): void {
    this.controller.abort();
    this.resolver.cancel();
  }

  private async follow(service: DnsService, finder: Finder, firstWait: number): Promise<void> {
    const { signal } = this.controller;
    for (let wait = firstWait; ; wait = await this.ask(service, finder)) {
      await pause(wait, signal);
      if (signal.aborted) return;
    }
  }

  /** Asks once. Returns the time until the next question. */
  private async ask(service: DnsService, finder: Finder): Promise<number> {
    try {
      const addresses =
        service.srv === undefined ? await this.hosts(service.name!, service.port!, 1) : await this.srv(service.srv);
      if (this.controller.signal.aborted) return this.maxWait;
      this.instances.set(
        service,
        addresses.map((address) => instanceOf(service, address)),
      );
      finder.found({ instances: [...this.instances.values()].flat() });
      const shortest = addresses.length === 0 ? NONE_WAIT_MS : Math.min(...addresses.map(({ ttl }) => ttl));
      return Math.max(this.minWait, Math.min(this.maxWait, shortest));
    } catch (e) {
      if (this.controller.signal.aborted) return this.maxWait;
      const { code, message } = e as NodeJS.ErrnoException;
      finder.failed(`${service.service}: cannot resolve ${service.srv ?? service.name}: ${code ?? message}`);
      return this.minWait;
    }
  }

  /** A name may have addresses of one kind only. */
  private async hosts(name: string, port: number, weight: number): Promise<Address[]> {
    const [four, six] = await Promise.all([
      orNone(this.resolver.resolve4(name, { ttl: true })),
      orNone(this.resolver.resolve6(name, { ttl: true })),
    ]);
    return [...four, ...six].map(({ address, ttl }) => ({ host: address, port, weight, ttl: ttl * 1000 }));
  }

  private async srv(name: string): Promise<Address[]> {
    const records = preferred(await orNone(this.resolver.resolveSrv(name)));
    const found = await Promise.all(
      records.map(({ name: target, port, weight }) => this.hosts(target, port, weight || 1)),
    );
    return found.flat().map((address) => ({ ...address, ttl: Math.min(address.ttl, SRV_WAIT_MS) }));
  }
}

/** Only the lowest number is used while it can be reached (RFC 2782); the others are spares. */
function preferred(records: readonly SrvRecord[]): SrvRecord[] {
  const lowest = Math.min(...records.map(({ priority }) => priority));
  return records.filter(({ priority }) => priority === lowest);
}

/** The server's word that there is no such record is an answer. Silence is a failure. */
async function orNone<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer;
  } catch (e) {
    const { code } = e as NodeJS.ErrnoException;
    if (code === "ENOTFOUND" || code === "ENODATA") return [];
    throw e;
  }
}

function instanceOf({ service, version = "", namespace = "" }: DnsService, { host, port, weight }: Address): Instance {
  return new Instance({ namespace, service, version, host, port, weight });
}

/** Throws TypeError for a service without a name to ask for. */
export function checkDnsService({ service, name, port, srv }: DnsService): void {
  if (typeof service !== "string" || service === "") throw new TypeError("expected service, the name of the service");
  const isHost = typeof name === "string" && typeof port === "number";
  if (isHost === (typeof srv === "string")) throw new TypeError(`${service}: expected name and port, or srv`);
}

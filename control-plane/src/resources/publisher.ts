import type { Client } from "../cache/cache.js";
import type { Resource } from "../cache/resource.js";
import { resourceTypes } from "../cache/resource-types.js";
import type { SnapshotCache } from "../cache/snapshot-cache.js";
import type { Instance } from "../gen/protoloom/registry/v1/registry_pb.js";
import { DEFAULT_NAMESPACE } from "../registry/instance-key.js";
import type { Registry } from "../registry/registry.js";
import { endpointsOfService, type Gateway, resourcesOf, servicesOf, versionsOf } from "./service-resources.js";

/** The kinds of clients, each of which is sent its own resources. */
export const families: readonly Client["family"][] = ["envoy", "grpc"];

/** Clients with the same key get the same resources: clients of one family in one namespace. */
export function keyOf({ namespace, family }: Pick<Client, "namespace" | "family">): string {
  return `${namespace}/${family}`;
}

export interface PublisherOptions {
  readonly registry: Registry;
  readonly cache: SnapshotCache;
  readonly gateway?: Gateway | undefined;
}

/**
 * Publishes the registry to the cache. Endpoints are published at once and alone; routes and clusters are made again only
 * when a service, a version or a policy is added, changed or removed.
 */
export class Publisher {
  private readonly options: PublisherOptions;
  private readonly stops: readonly (() => void)[];
  private readonly shapes = new Map<string, string>();
  private own: readonly Resource[] = [];
  private seq: number;
  private isScheduled = false;
  private readonly policiesChanged = new Set<string>();

  /** Publishes the current content of the registry, then every change. */
  constructor(options: PublisherOptions) {
    this.options = options;
    const { registry } = options;
    this.seq = registry.feed.seq;
    this.stops = [
      registry.feed.listen(() => this.schedule()),
      registry.onPolicy(({ namespace }) => {
        this.policiesChanged.add(namespace);
        this.schedule();
      }),
    ];
    for (const namespace of new Set([DEFAULT_NAMESPACE, ...registry.namespaces])) this.publish(namespace);
  }

  close(): void {
    for (const stop of this.stops) stop();
  }

  /** Sets your own resources, for proxies in all namespaces. They replace generated resources of the same name. */
  setOwn(resources: readonly Resource[]): void {
    this.own = resources;
    for (const namespace of new Set([DEFAULT_NAMESPACE, ...this.options.registry.namespaces])) this.publish(namespace);
  }

  /** Combines all changes of one turn. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.follow();
    });
  }

  private follow(): void {
    const { registry } = this.options;
    const events = registry.feed.since(this.seq);
    this.seq = registry.feed.seq;
    const all = new Set([...registry.namespaces, ...this.policiesChanged]);
    const touched = new Set(events?.map(({ namespace, service }) => `${namespace}/${service}`));
    if (events === undefined) for (const namespace of all) this.publish(namespace);
    const moved = new Set(this.policiesChanged);
    this.policiesChanged.clear();
    for (const each of touched) {
      const [namespace = "", service = ""] = each.split("/");
      const instances = registry.list(namespace, service);
      if (this.shapes.get(each) !== this.shapeOf(namespace, service, instances)) moved.add(namespace);
      else this.publishEndpoints(namespace, service, instances);
    }
    for (const namespace of moved) this.publish(namespace);
  }

  /** A text that changes only when more than the endpoints change. */
  private shapeOf(namespace: string, service: string, instances?: readonly Instance[]): string {
    return versionsOf(this.options.registry, namespace, service, instances).join(",");
  }

  private publishEndpoints(namespace: string, service: string, instances: readonly Instance[]): void {
    const { registry, cache } = this.options;
    const endpoints = endpointsOfService(registry, namespace, service, instances);
    for (const family of families) {
      const changes = endpoints.map((each) => [each.name, each] as const);
      cache.update(`${namespace}/${family}`, resourceTypes.endpoint.typeUrl, changes);
    }
  }

  private publish(namespace: string): void {
    const { registry, cache, gateway } = this.options;
    const services = servicesOf(registry, namespace);
    for (const name of [...this.shapes.keys()]) if (name.startsWith(`${namespace}/`)) this.shapes.delete(name);
    for (const service of services) this.shapes.set(`${namespace}/${service}`, this.shapeOf(namespace, service));
    const endpoints = services.flatMap((service) => endpointsOfService(registry, namespace, service));
    for (const family of families) {
      const made = [...resourcesOf(registry, namespace, family, gateway), ...endpoints];
      cache.set(`${namespace}/${family}`, family === "envoy" ? [...made, ...this.own] : made);
    }
  }
}

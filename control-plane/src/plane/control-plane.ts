import { createServer, type ListenOptions, type Server } from "@protoloom/rpc";
import { createHealth, Health, type HealthRegistry, ServingStatus } from "@protoloom/rpc/health";
import { adminService } from "../admin/service.js";
import type { Resource } from "../cache/resource.js";
import { SnapshotCache } from "../cache/snapshot-cache.js";
import { AdminService } from "../gen/protoloom/admin/v1/admin_grpc.js";
import { RegistryService } from "../gen/protoloom/registry/v1/registry_grpc.js";
import { connectPage } from "../pages/connect.js";
import { consulPage } from "../pages/consul.js";
import { discoveryPage } from "../pages/discovery.js";
import { healthPage } from "../pages/health.js";
import { metricsPage } from "../pages/metrics.js";
import { route } from "../pages/router.js";
import { webPage } from "../pages/web.js";
import { Access, type Grant, namespaceFor } from "../registry/access.js";
import { HealthChecks } from "../registry/health-checks.js";
import { Registry, type RegistryOptions } from "../registry/registry.js";
import { registryService } from "../registry/service.js";
import { refuseFaults } from "../resources/check-resources.js";
import { keyOf, Publisher } from "../resources/publisher.js";
import type { Gateway } from "../resources/service-resources.js";
import type { Found, Source } from "../sources/source.js";
import { MemoryStore } from "../store/memory.js";
import type { Store } from "../store/store.js";
import { DiscoveryServer, type Nack } from "../xds/server.js";
import type { Parts } from "./parts.js";

/** Options of a control plane. */
export interface ControlPlaneOptions extends Partial<Omit<RegistryOptions, "store">> {
  /** The store of registrations and policies. Default: in memory. */
  readonly store?: Store | undefined;
  /** Where Envoy listens for calls to all services. Default: no gateway. */
  readonly gateway?: Gateway | undefined;
  /** Access rights. Default: everyone may do everything. */
  readonly grants?: readonly Grant[] | undefined;
  /** Where to find what does not register itself. */
  readonly sources?: readonly Source[] | undefined;
  /** Called when a source has found something else, or could not be read. */
  readonly onSource?: ((event: SourceEvent) => void) | undefined;
  /** Called for each resource that a client refuses, to log it. */
  readonly onNack?: ((nack: Nack) => void) | undefined;
}

/** A source was read, or could not be. */
export interface SourceEvent {
  /** The name of the source. */
  readonly source: string;
  /** The number of instances that it has found. */
  readonly instances: number;
  /** The number of resources that it has found. */
  readonly resources: number;
  /** Why it could not be read. What it found before stays. */
  readonly error?: string | undefined;
}

/**
 * The discovery service and the registry as one server.
 *
 * @example
 * const plane = await new ControlPlane({ gateway: { host: "0.0.0.0", port: 8080 } }).start();
 * await plane.listen("0.0.0.0:18000");
 */
export class ControlPlane implements Parts {
  /** The services and their instances. */
  readonly registry: Registry;
  /** The snapshots that clients get, made from the registry. */
  readonly cache: SnapshotCache = new SnapshotCache({ keyOf });
  /** The xDS services. */
  readonly discovery: DiscoveryServer;
  /** The gRPC server of discovery, registry, administration and health. Add your own services before `listen`. */
  readonly server: Server = createServer();
  /** Who may do what, by the grants. */
  readonly access: Access;
  /** The health of this server: NOT_SERVING until `start` has read the store. */
  readonly health: HealthRegistry = createHealth();
  private readonly options: ControlPlaneOptions;
  private readonly store: Store;
  private readonly found = new Map<string, Found>();
  private own: readonly Resource[] = [];
  private readonly listeners = new Set<() => void>();
  private checks: HealthChecks | undefined;
  private publisher: Publisher | undefined;

  constructor(options: ControlPlaneOptions = {}) {
    const { store = new MemoryStore(), grants, onNack, limits, protection, clock, plane } = options;
    this.options = options;
    this.store = store;
    this.registry = new Registry({ store, limits, protection, clock, plane });
    this.access = new Access(grants);
    this.discovery = new DiscoveryServer(this.cache, {
      onNack,
      onChange: () => this.changed(),
      authorize: (client, context) => void namespaceFor(this.access.actorOf(context), client.namespace),
    }).addTo(this.server);
    this.server.add(RegistryService, registryService(this.registry, this.access)).add(Health, this.health);
    this.server.add(AdminService, adminService(this, this.access));
    this.health.set("", ServingStatus.NOT_SERVING);
  }

  /** Where Envoy listens for calls to all services. Undefined without a gateway. */
  get gateway(): Gateway | undefined {
    return this.options.gateway;
  }

  /** Calls `listener` when services, policies, clients or their answers change. Returns a function that stops it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** Reads the store and the sources, then begins to answer clients. */
  async start(): Promise<this> {
    await this.registry.start();
    await Promise.all((this.options.sources ?? []).map((source) => this.follow(source)));
    this.registry.feed.listen(() => this.changed());
    this.registry.onPolicy(() => this.changed());
    this.registry.onAudit(() => this.changed());
    this.publisher = new Publisher({ registry: this.registry, cache: this.cache, gateway: this.options.gateway });
    this.publishOwn();
    this.checks = new HealthChecks(this.registry);
    this.health.set("", ServingStatus.SERVING);
    return this;
  }

  /**
   * Sets your own resources, for Envoy in all namespaces. They replace a service's resources of the same name. Throws an
   * Error if Envoy would refuse one, as far as `checkResources` knows, and keeps those that were set before.
   */
  setOwn(resources: readonly Resource[]): void {
    refuseFaults(resources, "envoy");
    this.own = resources;
    this.publishOwn();
  }

  private publishOwn(): void {
    const found = [...this.found.values()].flatMap(({ resources = [] }) => resources);
    this.publisher?.setOwn([...this.own, ...found]);
  }

  private follow(source: Source): Promise<void> {
    const tell = (error?: string): void => {
      const { instances = [], resources = [] } = this.found.get(source.name) ?? {};
      const event = { source: source.name, instances: instances.length, resources: resources.length, error };
      this.options.onSource?.(event);
    };
    return source.start({
      found: (found) => {
        try {
          refuseFaults(found.resources ?? [], "envoy");
          this.registry.setFound(source.name, found.instances ?? []);
        } catch (e) {
          tell((e as Error).message);
          return;
        }
        this.found.set(source.name, found);
        this.publishOwn();
        tell();
      },
      failed: tell,
    });
  }

  /**
   * Serves gRPC, the web page and all HTTP interfaces at an address such as `0.0.0.0:18000`. Resolves with the port.
   */
  listen(address: string, options: ListenOptions = {}): Promise<number> {
    const pages = route(
      { isOpen: (this.options.grants ?? []).length === 0 },
      webPage(),
      healthPage(this),
      metricsPage(this),
      discoveryPage(this),
      consulPage(this),
      connectPage(this.server),
    );
    return this.server.listen(address, { ...defaults, pages, ...options });
  }

  /** Asks clients to move elsewhere, then stops. */
  async close({ grace = 5000 }: { readonly grace?: number } = {}): Promise<void> {
    this.health.set("", ServingStatus.NOT_SERVING);
    for (const source of this.options.sources ?? []) source.close();
    this.checks?.close();
    this.publisher?.close();
    await this.server.close({ grace });
    this.discovery.close();
    this.cache.close();
    await this.registry.close();
    await this.store.close();
  }
}

/**
 * Pings detect clients that disappear without closing their connection (grpc-rust#2744). Connections end after a while, so
 * that clients spread over all control planes again when one comes back.
 */
const defaults: ListenOptions = {
  keepalive: { time: 30_000, timeout: 10_000 },
  maxConnectionAge: 30 * 60_000,
  maxConnectionAgeGrace: 10_000,
};

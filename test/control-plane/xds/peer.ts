/** A client of a discovery server, message by message, by either variant of the protocol. */
import {
  type Cache,
  type DiscoveryOptions,
  DiscoveryServer,
  LinearCache,
  MuxCache,
  Resource,
  type ResourceInit,
  type ResourceMessage,
  resourceTypes,
  SnapshotCache,
  type Table,
} from "@protoloom/control-plane";
import { Cluster } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { Listener } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import { Secret } from "@protoloom/envoy/gen/envoy/extensions/transport_sockets/tls/v3/secret_pb";
import { AggregatedDiscoveryService } from "@protoloom/envoy/gen/envoy/service/discovery/v3/ads_grpc";
import {
  type DeltaDiscoveryRequestInit,
  type DeltaDiscoveryResponse,
  type DiscoveryRequestInit,
  type DiscoveryResponse,
  Resource as WireResource,
} from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";
import { Runtime } from "@protoloom/envoy/gen/envoy/service/runtime/v3/rtds_pb";
import { type Any, anyUnpack } from "@protoloom/protobuf/wkt";
import { createClient, createServer, inMemoryTransport, type Server, type Transport } from "@protoloom/rpc";

export type Variant = "sotw" | "delta";
export type Type = keyof typeof resourceTypes;

/** A resource whose content is determined by one number. A different number gives a different version. */
export const make: Record<
  Type,
  (name: string, content?: number, refers?: readonly string[], init?: ResourceInit) => Resource
> = {
  cluster: (name, content = 0, [endpoints] = [], init = {}) =>
    resource(
      name,
      new Cluster({
        name,
        ...(endpoints !== undefined && {
          clusterDiscoveryType: { case: "type", value: 3 },
          edsClusterConfig: { serviceName: endpoints },
        }),
        connectTimeout: { seconds: BigInt(content) },
      }),
      init,
    ),
  endpoint: (name, content = 0, _ = [], init = {}) =>
    resource(name, new ClusterLoadAssignment({ clusterName: name, endpoints: [{ priority: content }] }), init),
  listener: (name, content = 0, _ = [], init = {}) =>
    resource(name, new Listener({ name, tcpBacklogSize: content }), init),
  route: (name, content = 0, clusters = [], init = {}) =>
    resource(
      name,
      new RouteConfiguration({
        name,
        maxDirectResponseBodySizeBytes: content,
        virtualHosts: [
          {
            name,
            domains: ["*"],
            routes: clusters.map((cluster) => ({
              action: { case: "route", value: { clusterSpecifier: { case: "cluster", value: cluster } } },
            })),
          },
        ],
      }),
      init,
    ),
  secret: (name, content = 0, _ = [], init = {}) =>
    resource(
      name,
      new Secret({
        name,
        type: {
          case: "genericSecret",
          value: { secret: { specifier: { case: "inlineString", value: String(content) } } },
        },
      }),
      init,
    ),
  runtime: (name, content = 0, _ = [], init = {}) =>
    resource(
      name,
      new Runtime({ name, layer: { fields: { content: { kind: { case: "numberValue", value: content } } } } }),
      init,
    ),
};

function resource(name: string, message: ResourceMessage, init: ResourceInit): Resource {
  return new Resource(name, message, init);
}

/** A response, in words that both variants share. */
export interface Told {
  readonly type: Type;
  readonly nonce: string;
  readonly version: string;
  readonly names: string[];
  /** Of the delta variant alone. */
  readonly versions: Record<string, string>;
  readonly removed: string[];
  readonly bytes: number;
  /** The encoded resources. */
  readonly resources: readonly Uint8Array[];
  /** The names of resources that came without content. */
  readonly alive: string[];
  readonly ttl: Record<string, number>;
}

export interface Ask {
  readonly subscribe?: readonly string[];
  readonly unsubscribe?: readonly string[];
  /** State of the world: all names. */
  readonly names?: readonly string[];
  readonly nonce?: string;
  readonly error?: string;
  readonly version?: string;
  readonly versions?: Record<string, string>;
}

export interface NodeInit {
  readonly id?: string;
  readonly cluster?: string;
  readonly userAgentName?: string;
}

/** A server with a snapshot cache for all nodes, and a type of its own by which a client finds out that nothing was sent. */
export class Bench {
  readonly snapshots: SnapshotCache;
  readonly sentinel: LinearCache = new LinearCache(SENTINEL);
  readonly discovery: DiscoveryServer;
  readonly server: Server = createServer({ onError: () => {} });
  readonly transport: Transport;
  private readonly peers: Peer[] = [];
  private beats = 0;

  constructor(options: DiscoveryOptions = {}, cache?: Cache) {
    this.snapshots = new SnapshotCache({ keyOf: ({ group }) => group || "all", staleAfter: 60_000 });
    const mux = new MuxCache((_, typeUrl) => (typeUrl === SENTINEL ? this.sentinel : (cache ?? this.snapshots)));
    this.discovery = new DiscoveryServer(mux, options).addTo(this.server);
    this.transport = inMemoryTransport(this.server);
    this.sentinel.replace([]);
  }

  set(...resources: readonly Resource[]): void {
    this.snapshots.set("all", resources);
  }

  table(type: Type): Table {
    return this.snapshots.table(
      { id: "", group: "all", family: "envoy", agent: "", namespace: "default" },
      resourceTypes[type].typeUrl,
    );
  }

  open(variant: Variant, node: NodeInit | undefined = { id: "a" }): Peer {
    const peer = new Peer(this, variant, node);
    this.peers.push(peer);
    return peer;
  }

  /** A marker resource: when it arrives, everything before it was sent. */
  beat(): string {
    const name = `beat-${++this.beats}`;
    this.sentinel.set(new Resource(name, new Runtime({ name })));
    return name;
  }

  async close(): Promise<void> {
    for (const peer of this.peers) peer.close();
    this.discovery.close();
    this.transport.close();
    await this.server.close({ grace: 0 });
  }
}

/** Served after all known types: it must be one that no test uses, and whose resources can be made. */
const SENTINEL = "type.googleapis.com/envoy.service.runtime.v3.Runtime#sentinel";

export class Peer {
  readonly variant: Variant;
  private readonly bench: Bench;
  private node: NodeInit | undefined;
  private readonly outbox: (DiscoveryRequestInit | DeltaDiscoveryRequestInit)[] = [];
  private wake: (() => void) | undefined;
  private isClosed = false;
  private readonly replies: AsyncIterator<DiscoveryResponse | DeltaDiscoveryResponse>;
  private readonly names = new Map<Type, Set<string>>();
  /** The nonces of the latest responses. */
  readonly nonces: Map<Type, string> = new Map();
  private knowsSentinel = false;

  constructor(bench: Bench, variant: Variant, node: NodeInit | undefined) {
    this.bench = bench;
    this.variant = variant;
    this.node = node;
    const client = createClient(AggregatedDiscoveryService, bench.transport);
    const requests = this.requests();
    const stream =
      variant === "sotw"
        ? client.streamAggregatedResources(requests as never)
        : client.deltaAggregatedResources(requests as never);
    this.replies = stream[Symbol.asyncIterator]();
  }

  /** Asks for names: with state of the world, of all that were asked for before too, unless `names` says other. */
  ask(type: Type, { subscribe = [], unsubscribe = [], names, ...rest }: Ask = {}): void {
    const typeUrl = resourceTypes[type].typeUrl;
    const known = (names === undefined ? this.names.get(type) : new Set(names)) ?? new Set();
    for (const name of unsubscribe) known.delete(name);
    for (const name of subscribe) known.add(name);
    this.names.set(type, known);
    const base = {
      typeUrl,
      responseNonce: rest.nonce ?? "",
      errorDetail: rest.error === undefined ? undefined : { code: 3, message: rest.error },
    };
    if (this.variant === "sotw")
      this.send({ ...base, versionInfo: rest.version ?? "", resourceNames: [...(names ?? known)] });
    else {
      this.send({
        ...base,
        resourceNamesSubscribe: [...(names ?? subscribe)],
        resourceNamesUnsubscribe: [...unsubscribe],
        initialResourceVersions: rest.versions ?? {},
      });
    }
  }

  ack(told: Told, rest: Ask = {}): void {
    this.ask(told.type, { nonce: told.nonce, version: told.version, ...rest });
  }

  nack(told: Told, error: string, rest: Ask = {}): void {
    this.ask(told.type, { nonce: told.nonce, error, ...rest });
  }

  /** The next response. */
  async next(): Promise<Told> {
    const { done, value } = await this.replies.next();
    if (done) throw new Error("the stream has ended");
    if (value.typeUrl === SENTINEL) return this.next(); // that of another's quiet
    const told = toTold(value);
    this.nonces.set(told.type, told.nonce);
    return told;
  }

  /** Asks for other names without an answer to a response: state of the world repeats the latest nonce. */
  change(type: Type, ask: Ask): void {
    this.ask(type, this.variant === "delta" ? ask : { nonce: this.nonces.get(type)!, ...ask });
  }

  /** The next response, which is accepted. */
  async take(): Promise<Told> {
    const told = await this.next();
    this.ack(told);
    return told;
  }

  /** Fails if a response was sent that was not read. */
  async quiet(): Promise<void> {
    if (!this.knowsSentinel) {
      this.knowsSentinel = true;
      const typeUrl = SENTINEL;
      this.send(
        this.variant === "sotw" ? { typeUrl, resourceNames: ["*"] } : { typeUrl, resourceNamesSubscribe: ["*"] },
      );
    }
    const beat = this.bench.beat();
    for (;;) {
      const { done, value } = await this.replies.next();
      if (done) throw new Error("the stream has ended");
      if (value.typeUrl !== SENTINEL) throw new Error(`expected nothing, got ${JSON.stringify(toTold(value))}`);
      const names = value.resources.map((each: object) =>
        "resource" in each ? (each as WireResource).name : anyUnpack(each as Any, Runtime)!.name,
      );
      if (names.includes(beat)) return;
    }
  }

  /** The error that ended the stream. */
  async failure(): Promise<{ code: number; text: string }> {
    try {
      for (;;) if ((await this.replies.next()).done) throw new Error("the stream has ended well");
    } catch (e) {
      return e as { code: number; text: string };
    }
  }

  send(request: DiscoveryRequestInit | DeltaDiscoveryRequestInit): void {
    this.outbox.push(this.node === undefined ? request : { ...request, node: this.node });
    this.node = undefined; // ACKs and later requests carry none
    this.wake?.();
  }

  close(): void {
    this.isClosed = true;
    this.wake?.();
    void this.replies.return?.();
  }

  private async *requests() {
    while (!this.isClosed) {
      const request = this.outbox.shift();
      if (request !== undefined) yield request;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

const classes = {
  cluster: Cluster,
  endpoint: ClusterLoadAssignment,
  listener: Listener,
  route: RouteConfiguration,
  secret: Secret,
  runtime: Runtime,
};

function toTold(response: DiscoveryResponse | DeltaDiscoveryResponse): Told {
  const type = (Object.keys(resourceTypes) as Type[]).find((each) => resourceTypes[each].typeUrl === response.typeUrl)!;
  const wrapped = response.$typeName.includes("Delta")
    ? (response as DeltaDiscoveryResponse).resources
    : (response as DiscoveryResponse).resources.map(
        (any) => anyUnpack(any, WireResource) ?? new WireResource({ name: nameOf(type, any), resource: any }),
      );
  return {
    type,
    nonce: response.nonce,
    version: "versionInfo" in response ? response.versionInfo : response.systemVersionInfo,
    names: wrapped.map(({ name }) => name).sort(),
    versions: Object.fromEntries(wrapped.map(({ name, version }) => [name, version])),
    removed: "removedResources" in response ? [...response.removedResources].sort() : [],
    bytes: response.toBinary().length,
    resources: wrapped.flatMap(({ resource }) => (resource === undefined ? [] : [resource.value])),
    alive: wrapped.filter(({ resource }) => resource === undefined).map(({ name }) => name),
    ttl: Object.fromEntries(
      wrapped.flatMap(({ name, ttl }) =>
        ttl === undefined ? [] : [[name, Number(ttl.seconds) * 1000 + ttl.nanos / 1e6]],
      ),
    ),
  };
}

function nameOf(type: Type, any: Any): string {
  const message = anyUnpack(any, classes[type] as typeof Cluster) as { name?: string; clusterName?: string };
  return message.clusterName ?? message.name!;
}

import { ClusterDiscoveryService } from "@protoloom/envoy/gen/envoy/service/cluster/v3/cds_grpc";
import { AggregatedDiscoveryService } from "@protoloom/envoy/gen/envoy/service/discovery/v3/ads_grpc";
import type { DiscoveryRequest } from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";
import { EndpointDiscoveryService } from "@protoloom/envoy/gen/envoy/service/endpoint/v3/eds_grpc";
import { ListenerDiscoveryService } from "@protoloom/envoy/gen/envoy/service/listener/v3/lds_grpc";
import { RouteDiscoveryService } from "@protoloom/envoy/gen/envoy/service/route/v3/rds_grpc";
import { RuntimeDiscoveryService } from "@protoloom/envoy/gen/envoy/service/runtime/v3/rtds_grpc";
import { SecretDiscoveryService } from "@protoloom/envoy/gen/envoy/service/secret/v3/sds_grpc";
import { ClientStatusDiscoveryService } from "@protoloom/envoy/gen/envoy/service/status/v3/csds_grpc";
import type { Codec, Context, Method, Server, Service } from "@protoloom/rpc";
import { service } from "@protoloom/rpc/service";
import type { Cache, Client } from "../cache/cache.js";
import { resourceTypes } from "../cache/resource-types.js";
import type { Variant } from "../cache/response.js";
import { handleDelta } from "./delta.js";
import { type Fetched, fetchResources } from "./fetch.js";
import { Heartbeats } from "./heartbeats.js";
import { NameRuns } from "./name-runs.js";
import { handleSotw } from "./sotw.js";
import { statusOf } from "./status.js";
import { type StreamHost, XdsStream } from "./stream.js";
import type { Refused } from "./subscription.js";
import { Turns } from "./turns.js";

/** A resource that a client has refused. */
export interface Nack extends Refused {
  /** The client that refused it. */
  readonly client: Client;
  /** The address of the client. */
  readonly peer: string;
}

/** Options of a DiscoveryServer. */
export interface DiscoveryOptions {
  /** Throws a StatusError if the certificate or token of a call does not match the node that it claims to be. */
  readonly authorize?: ((client: Client, context: Context) => void) | undefined;
  /** Called for each resource that a client refuses. */
  readonly onNack?: ((nack: Nack) => void) | undefined;
  /** Called when a client connects, answers or disconnects. */
  readonly onChange?: (() => void) | undefined;
  /** Milliseconds that a route may wait for its clusters. Default 2 s. */
  readonly maxHold?: number | undefined;
  /** The most types on one stream. Default 32. */
  readonly maxTypes?: number | undefined;
  /** The most names of one type on one stream. Default 100,000. */
  readonly maxNames?: number | undefined;
}

/**
 * Serves discovery from a cache: ADS, the service of each type, both variants, the unary Fetch calls, and CSDS.
 *
 * @example
 * const cache = new SnapshotCache();
 * const discovery = new DiscoveryServer(cache).addTo(server);
 */
export class DiscoveryServer {
  private readonly cache: Cache;
  private readonly options: DiscoveryOptions;
  private readonly open = new Set<XdsStream>();
  private readonly heartbeats = new Heartbeats(this.open);
  private readonly host: StreamHost;
  private nackCount = 0;
  private sentByClosed = 0;

  constructor(cache: Cache, options: DiscoveryOptions = {}) {
    this.cache = cache;
    this.options = options;
    this.host = this.createHost();
  }

  /** Adds its services to the server. */
  addTo(server: Server): this {
    server.add(raw(AggregatedDiscoveryService), this.handlers(AggregatedDiscoveryService, undefined));
    for (const [service, { typeUrl }] of services) server.add(raw(service), this.handlers(service, typeUrl));
    server.add(ClientStatusDiscoveryService, {
      fetchClientStatus: (request) => statusOf(this.streams, request),
      streamClientStatus: async function* (
        this: DiscoveryServer,
        requests: AsyncIterable<Parameters<typeof statusOf>[1]>,
      ) {
        for await (const request of requests) yield statusOf(this.streams, request);
      }.bind(this),
    });
    return this;
  }

  /** The open streams, newest last. */
  get streams(): readonly XdsStream[] {
    return [...this.open];
  }

  /** The number of responses sent. */
  get messages(): number {
    return this.streams.reduce((sum, { sentMessages }) => sum + sentMessages, this.sentByClosed);
  }

  /** The number of resources refused. */
  get nacks(): number {
    return this.nackCount;
  }

  /** Answers one request, for proxies that poll. Undefined if nothing has changed since its version. */
  fetch(request: DiscoveryRequest, typeUrl: string | undefined, context: Context | undefined): Fetched | undefined {
    return fetchResources(
      this.cache,
      request,
      typeUrl,
      (client) => context && this.options.authorize?.(client, context),
    );
  }

  /** Ends all streams. Clients connect again, possibly elsewhere. */
  close(): void {
    this.heartbeats.close();
    for (const stream of this.open) stream.close();
  }

  private serve(
    variant: Variant,
    requests: AsyncIterable<Uint8Array>,
    context: Context,
    handle: (stream: XdsStream, request: Uint8Array) => void,
  ): XdsStream {
    const stream = new XdsStream(this.host, variant, context);
    this.open.add(stream);
    stream.read(requests, handle);
    context.sendHeaders(); // confirms the stream to the client, though there may be nothing to send yet
    return stream;
  }

  private createHost(): StreamHost {
    const { maxHold = 2000, maxTypes = 32, maxNames = 100_000, authorize, onChange } = this.options;
    return {
      cache: this.cache,
      turns: new Turns(),
      names: new NameRuns(),
      maxHold,
      maxTypes,
      maxNames,
      authorize: (client, context) => authorize?.(client, context),
      onNack: (stream, refused) => this.refused(stream, refused),
      onSubscribe: (table) => this.heartbeats.add(table),
      onChange: () => onChange?.(),
      onClose: (stream) => {
        this.open.delete(stream);
        this.sentByClosed += stream.sentMessages;
        onChange?.();
      },
    };
  }

  private refused({ client, peer }: XdsStream, refused: readonly Refused[]): void {
    this.nackCount += refused.length;
    for (const each of refused) this.options.onNack?.({ ...each, client: client!, peer });
  }

  /** The handlers by method name. The names begin alike in all services: StreamRoutes, DeltaRoutes, FetchRoutes. */
  private handlers(service: Service, typeUrl: string | undefined): object {
    const sotw = (requests: AsyncIterable<Uint8Array>, context: Context) =>
      this.serve("sotw", requests, context, (stream, bytes) => handleSotw(stream, bytes, typeUrl));
    const delta = (requests: AsyncIterable<Uint8Array>, context: Context) =>
      this.serve("delta", requests, context, (stream, bytes) => handleDelta(stream, bytes, typeUrl));
    const fetch = (request: DiscoveryRequest, context: Context) => this.fetch(request, typeUrl, context)?.message;
    const kinds: Record<string, unknown> = { stream: sotw, delta, fetch };
    const entries = Object.keys(service.methods).map((name) => [name, kinds[/^[a-z]+/.exec(name)![0]]]);
    return Object.fromEntries(entries);
  }
}

/** The services that serve a single type. */
const services: readonly (readonly [Service, { readonly typeUrl: string }])[] = [
  [ClusterDiscoveryService, resourceTypes.cluster],
  [EndpointDiscoveryService, resourceTypes.endpoint],
  [ListenerDiscoveryService, resourceTypes.listener],
  [RouteDiscoveryService, resourceTypes.route],
  [SecretDiscoveryService, resourceTypes.secret],
  [RuntimeDiscoveryService, resourceTypes.runtime],
];

/** The service with the requests of its streams left as bytes: what repeats in them is compared, not decoded. */
function raw({ typeName, methods }: Service): Service {
  const entries = Object.entries(methods).map(([localName, method]) => [
    localName,
    localName.startsWith("fetch") ? method : ({ ...method, input: bytesOf(method) } satisfies Method),
  ]);
  return service(typeName, Object.fromEntries(entries));
}

function bytesOf({ input }: Method): Codec<Uint8Array> {
  return {
    typeName: input.typeName,
    create: (bytes) => bytes as Uint8Array,
    encode: (bytes) => bytes,
    size: ({ length }) => length,
    encodeInto: () => -1,
    decode: (bytes, start, end) => bytes.subarray(start, end),
  };
}

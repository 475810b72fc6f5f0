import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { JsonObject } from "@protoloom/protobuf";
import type { Place } from "./place.js";
import type {
  AccessLog,
  Address,
  Auth,
  Authorization,
  ClientTls,
  Compression,
  ConnectionLimits,
  Cors,
  DnsFamily,
  Endpoint,
  EndpointLimits,
  Fault,
  FilterName,
  GlobalRateLimit,
  Hash,
  Headers,
  JwtProvider,
  Labels,
  LoadBalancing,
  Lvs,
  Mirror,
  RateLimit,
  RateLimitService,
  Rest,
  Retry,
  ServerTls,
  Session,
  Tracing,
} from "./terms.js";

/** The cause of a value: the line that sets it, or the reason of a default. */
export interface Cause {
  /** The line that sets the value. Undefined for a default. */
  readonly place: Place | undefined;
  /** The reason, as a phrase for the page that explains a configuration. */
  readonly why: string;
}

/** A value and what decided it. */
export interface Decided<T> {
  /** The value itself. */
  readonly value: T;
  /** The line or the default that it comes from. */
  readonly cause: Cause;
}

/** Plain listeners, routes and clusters, independent of Envoy, nginx and HAProxy. Durations are in milliseconds. */
export interface Model {
  /** The name of the group of proxies: `node.cluster` in Envoy. */
  readonly name: string;
  /** The services of the protos, with what was decided about their calls. */
  readonly services: readonly Service[];
  /** Where callers connect. */
  readonly listeners: readonly Listener[];
  /** Groups of equivalent endpoints. */
  readonly clusters: readonly Cluster[];
  /** The address of Envoy's admin interface. */
  readonly admin: Address | undefined;
  /** The issuers of JSON web tokens by name. */
  readonly jwt: Readonly<Record<string, Placed<JwtProvider>>>;
  /** The external authorization service. */
  readonly authorization: Placed<Authorization> | undefined;
  /** The discovery service. Used only if resources come by ADS. */
  readonly controlPlane: ControlPlane;
  /** The service that keeps global rate limits, if there is one. */
  readonly rateLimitService: Placed<RateLimitService> | undefined;
  /** Limits of the whole proxy. Default: none, with the profile `edge` 50,000 connections and 1 GiB. */
  readonly overload: Decided<Overload | undefined>;
  /** Where the proxies run, for routing by zone. */
  readonly home: Placed<Home> | undefined;
  /** The virtual address in front of the proxies, if there is one. */
  readonly lvs: Placed<Lvs> | undefined;
}

/** A value with the line that sets it. */
export type Placed<T> = T & { readonly place: Place };

/** Limits of a whole proxy. */
export interface Overload {
  /** The maximum number of open downstream connections. */
  readonly connections: number;
  /** The maximum heap in bytes. The last few percent are reserved for calls in progress. */
  readonly heap: number;
}

/** The zone of a proxy, and the cluster that lists the proxies of all zones. */
export interface Home {
  /** The region of the proxies. */
  readonly region: string | undefined;
  /** The zone of the proxies. */
  readonly zone: string;
  /** The name of the cluster that lists the proxies of all zones. Undefined unless calls are routed by zone. */
  readonly proxies: string | undefined;
}

/** Each value with its cause. */
export type AllDecided<T> = { readonly [K in keyof T]: Decided<T[K]> };

/** Fields of Envoy's own API, as ProtoJSON, that are merged into what is emitted. */
export interface Fragment {
  /** The fields, by the names of Envoy's protos. */
  readonly json: JsonObject;
  /** Where the fragment begins, for errors. */
  readonly place: Place;
}

/** The discovery service that serves Envoy's resources, if they are not in files. */
export interface ControlPlane {
  /** The cluster of the discovery service. */
  readonly cluster: Cluster;
  /** Whether to use the incremental protocol. */
  readonly delta: boolean;
}

/** A service of the protos and the decisions about its calls. */
export interface Service {
  /** Its descriptor. */
  readonly desc: DescService;
  /** The full proto name. */
  readonly name: string;
  /** Where the proto declares it. */
  readonly place: Place;
  /** Its methods in the order of the proto. */
  readonly methods: readonly Method[];
  /** Fields that are merged into each of its routes. */
  readonly fragment: Fragment | undefined;
  /** The policy of methods that are not in the proto yet: they count as non-idempotent streams. */
  readonly unknown: RoutePolicy;
  /** The targets of its calls. Empty if none are configured. */
  readonly targets: readonly Target[];
  /** The line or default that decided the targets. */
  readonly targetCause: Cause;
  /** Calls that go elsewhere. The first match wins. */
  readonly canaries: readonly Canary[];
}

/** A method of the protos and the decisions about its calls. */
export interface Method {
  /** Its descriptor. */
  readonly desc: DescMethod;
  /** The name in the proto file. */
  readonly name: string;
  /** `/shop.v1.PurchaseOrderService/Purchase`. */
  readonly path: string;
  /** Where the proto declares it. */
  readonly place: Place;
  /** Whether either side streams. Such calls get no unary timeout and no retries. */
  readonly isStreaming: boolean;
  /** Whether it is idempotent, by `idempotency_level` or the deployment file. */
  readonly isIdempotent: boolean;
  /** The option or the line that decided `isIdempotent`. */
  readonly idempotencyCause: Cause;
  /** Its REST forms by `google.api.http`, the main one first. */
  readonly bindings: readonly HttpBinding[];
  /** Fields that are merged into its routes. */
  readonly fragment: Fragment | undefined;
  /** The policy for its calls. */
  readonly policy: RoutePolicy;
}

/**
 * One REST form of a method. https://github.com/googleapis/googleapis/blob/master/google/api/http.proto has the grammar of
 * templates.
 */
export interface HttpBinding {
  /** The HTTP method in upper case, or the kind of a custom rule. */
  readonly verb: string;
  /** The path as the proto has it: `/v1/orders/{id}`. */
  readonly template: string;
  /** The template without variable names. Templates with the same shape match the same requests. */
  readonly shape: string;
  /** The field that holds the body, `*` for the whole message, empty for none. */
  readonly body: string;
  /** Where the proto declares it. */
  readonly place: Place;
  /** Mistakes in it. Empty if it is usable. */
  readonly errors: readonly string[];
}

/** A cluster that gets a share of the calls. */
export interface Target {
  /** The name of the cluster. */
  readonly cluster: string;
  /** Its share, relative to the weights of the other targets. */
  readonly weight: number;
  /** The line that names it. */
  readonly place: Place;
}

/** A canary: calls with a header, a fraction of calls, or a fraction of calls with a header. */
export interface Canary {
  /** The name of the cluster that serves these calls. */
  readonly cluster: string;
  /** The header that calls must have, and its value; any value if undefined. */
  readonly header: { readonly name: string; readonly value: string | undefined } | undefined;
  /** The percentage of calls, or of calls with the header. All if undefined. */
  readonly percent: number | undefined;
  /** The line that sets it. */
  readonly place: Place;
}

/** The policy for calls on a route. */
export interface RoutePolicy {
  /** The timeout of a unary call. 0 for streams, which have none. */
  readonly timeout: Decided<number>;
  /** The maximum lifetime of a stream. 0 is unlimited. */
  readonly lifetime: Decided<number>;
  /** The maximum time without data. 0 is unlimited. */
  readonly idleTimeout: Decided<number>;
  /** For idempotent unary methods only. */
  readonly retry: Decided<Retry | undefined>;
  /** The total attempts for a call that no server has received, which are safe for every method. */
  readonly reconnect: Decided<number>;
  /** Clusters that get copies of requests. Only idempotent methods have any. */
  readonly mirror: Decided<readonly Mirror[]>;
  /** Inputs of the hash that chooses the endpoint. The first that a request has is used. */
  readonly hash: Decided<readonly Hash[]>;
  /** The limit of each proxy. Calls above it fail with RESOURCE_EXHAUSTED. */
  readonly rateLimit: Decided<Limit | undefined>;
  /** Pages of other origins that may call. */
  readonly cors: Decided<Cors | undefined>;
  /** Who may call. Undefined lets everyone. */
  readonly auth: Decided<Auth | undefined>;
  /** Faults that are injected on purpose, to test callers. */
  readonly fault: Decided<Fault | undefined>;
  /** Changes of headers. */
  readonly headers: Decided<Headers | undefined>;
  /** The host that backends see instead of the caller's. */
  readonly host: Decided<string | undefined>;
  /** The limit that the rate limit service keeps for all proxies. */
  readonly globalRateLimit: Decided<GlobalRateLimit | undefined>;
  /** Whether calls of one client stay on one endpoint. */
  readonly session: Decided<Session | undefined>;
  /** The labels of the endpoints that may serve the call. */
  readonly subset: Decided<Labels | undefined>;
}

/** A rate limit and the name of its bucket. Routes with the same bucket share it. */
export interface Limit extends RateLimit {
  /** The name of the bucket, unique within a listener. */
  readonly bucket: string;
}

/** An address, and what is done with the calls that come in there. */
export interface Listener {
  /** Its name in the deployment file. */
  readonly name: string;
  /** The line that names it. */
  readonly place: Place;
  /** Where it listens. Listeners for different hosts can share an address. */
  readonly address: Decided<Address>;
  /** The host names that it answers to. `*` means all. */
  readonly hosts: readonly string[];
  /** TLS for callers. Undefined means clear text. */
  readonly tls: ServerTls | undefined;
  /** Pages of other origins that may call its services. */
  readonly cors: Cors | undefined;
  /** Whether browsers may call by gRPC-Web. */
  readonly grpcWeb: Decided<boolean>;
  /** Whether REST requests are turned into gRPC by `google.api.http`. */
  readonly transcoding: Decided<boolean>;
  /** One log line per call. Undefined means none. */
  readonly accessLog: AccessLog | undefined;
  /** Spans to OpenTelemetry. Undefined means none. */
  readonly tracing: Tracing | undefined;
  /** The HTTP filters in order, each with the reason why it is there. */
  readonly filters: readonly Decided<FilterName>[];
  /** Limits of connections, and the treatment of ambiguous requests. */
  readonly limits: AllDecided<ConnectionLimits>;
  /** Changes of the headers of all calls. */
  readonly headers: Decided<Headers | undefined>;
  /** How REST responses are compressed. Undefined means not at all. */
  readonly compression: Decided<Compression | undefined>;
  /** Details of REST. */
  readonly rest: AllDecided<Rest>;
  /** How many proxies before this one add their caller to x-forwarded-for. */
  readonly trustedHops: Decided<number>;
  /** Fields of Envoy's own API for this listener. */
  readonly fragments: ListenerFragments;
  /** The services that it serves. */
  readonly services: readonly Service[];
  /** Whether only gRPC comes in, so that routes can require it. */
  readonly isGrpcOnly: boolean;
  /** Its routes in order: the first match wins. */
  readonly routes: readonly Route[];
}

export interface ListenerFragments {
  readonly listener: Fragment | undefined;
  readonly http: Fragment | undefined;
  readonly virtualHost: Fragment | undefined;
}

/** Calls that are treated alike. */
export interface Route {
  /** `shop.v1.PurchaseOrderService/Purchase`, or `shop.v1.PurchaseOrderService/*` for methods that are not in the proto. */
  readonly name: string;
  /** The service that is called. */
  readonly service: Service;
  /** The method that is called. Undefined for methods that are not in the proto. */
  readonly method: Method | undefined;
  /** The path, or the beginning of paths. */
  readonly path: string;
  /** Whether the path must be equal, rather than begin with `path`. */
  readonly isExact: boolean;
  /** The canary that takes these calls. Undefined for the others. */
  readonly condition: Canary | undefined;
  /** Where the calls go. */
  readonly targets: readonly Target[];
  /** The policy for the calls. */
  readonly policy: RoutePolicy;
  /** The line or default that the route comes from. */
  readonly cause: Cause;
  /** Fields that are merged into Envoy's `Route`. */
  readonly fragment: Fragment | undefined;
}

/** A group of equivalent endpoints, and how proxies treat them. */
export interface Cluster {
  /** Its name in the deployment file. */
  readonly name: string;
  /** The line that names it. */
  readonly place: Place;
  /** Why it exists. */
  readonly cause: Cause;
  /** Endpoints by priority, region and zone, in this order. */
  readonly localities: readonly Locality[];
  /** The name under which its endpoints register at the control plane. Then it lists none itself. */
  readonly registered: Decided<string | undefined>;
  /** Whether any endpoint has a host name, which must be resolved. */
  readonly isDns: boolean;
  /** The protocol to the endpoints. gRPC needs `h2`. */
  readonly protocol: Decided<"h2" | "http1">;
  /** How an endpoint is chosen. Default: `round_robin`. */
  readonly loadBalancing: Decided<LoadBalancing>;
  /** Time to connect, in milliseconds. Default 5 s. */
  readonly connectTimeout: Decided<number>;
  /** Active health checks. Undefined means none. */
  readonly healthCheck: Decided<HealthCheck | undefined>;
  /** When endpoints that fail are ejected. Undefined means never. */
  readonly outlierDetection: Decided<OutlierDetection | undefined>;
  /** Limits above which calls are rejected at once. */
  readonly circuitBreaker: Decided<CircuitBreaker>;
  /** TLS to the endpoints. Undefined means clear text. */
  readonly tls: ClientTls | undefined;
  /** Limits of the connections to the endpoints. */
  readonly limits: AllDecided<EndpointLimits>;
  /** Which addresses of host names are used. */
  readonly dnsFamily: Decided<DnsFamily>;
  /** How many spare endpoints of a priority are counted on before the next one helps: 1.4 by default. */
  readonly spillFactor: Decided<number | undefined>;
  /** The percentage of healthy endpoints below which all are used. */
  readonly panicThreshold: Decided<number | undefined>;
  /** Whether endpoints in the zone of the proxy are preferred. Undefined means no. */
  readonly zoneAware: Decided<ZoneAware | undefined>;
  /** The combinations of labels by which calls may choose endpoints. */
  readonly subsets: Decided<readonly (readonly string[])[]>;
  /** Fields that are merged into Envoy's `Cluster`. */
  readonly fragment: Fragment | undefined;
}

/** Endpoints of one priority in one zone. */
export interface Locality {
  /** 0 is used first; larger numbers when endpoints with smaller ones fail. */
  readonly priority: number;
  /** The region. Empty if none is given. */
  readonly region: string;
  /** The zone. Empty if none is given. */
  readonly zone: string;
  /** The share of the zone's calls within its priority. Default: the sum of its endpoints' weights. */
  readonly weight: Decided<number>;
  /** Its endpoints. */
  readonly endpoints: readonly Endpoint[];
}

/** Prefers endpoints in the zone of the proxy. */
export interface ZoneAware {
  /** The percentage of calls that are routed by zone. Default 100. */
  readonly percent: number | undefined;
  /** The number of endpoints that the cluster must have. Default 6. */
  readonly minimum: number | undefined;
}

/** By the gRPC health protocol, unless `http` or `tcp` says otherwise. */
export interface HealthCheck {
  /** The path of a request that must be answered with 200. */
  readonly http: string | undefined;
  /** Whether it is enough to connect. */
  readonly tcp: boolean | undefined;
  /** The port of the check, if it differs from the port of the calls. */
  readonly port: number | undefined;
  /** The name to ask for by the gRPC health protocol. Empty for the whole server. */
  readonly service: string;
  /** Milliseconds between checks. Default 10 s. */
  readonly interval: number;
  /** Milliseconds for one check. Default 1 s. */
  readonly timeout: number;
  /** Passed checks in a row until an endpoint counts as healthy. Default 2. */
  readonly healthy: number;
  /** Failed checks in a row until an endpoint counts as unhealthy. Default 3. */
  readonly unhealthy: number;
}

/** When endpoints that return errors are ejected. */
export interface OutlierDetection {
  /** Errors in a row that eject an endpoint. Default 5. */
  readonly consecutiveErrors: number;
  /** Milliseconds between evaluations. Default 10 s. */
  readonly interval: number;
  /** Milliseconds of the first ejection; later ones are longer. Default 30 s. */
  readonly ejectionTime: number;
  /** The maximum percentage of endpoints that are ejected at a time. Default 50. */
  readonly maxEjectionPercent: number;
}

/** Limits of one cluster above which calls are rejected at once. */
export interface CircuitBreaker {
  /** Maximum number of connections. Default 1,024. */
  readonly connections: number;
  /** Maximum concurrent requests. Default 65,536, as one HTTP/2 connection carries many. */
  readonly requests: number;
  /** Maximum number of requests that wait for a connection. Default 65,536. */
  readonly pending: number;
  /** Maximum number of retries, as a percentage of concurrent requests. Default 20. */
  readonly retryPercent: number;
}

import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { JsonValue } from "@protoloom/protobuf";
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
  readonly place: Place | undefined;
  readonly why: string;
}

export interface Decided<T> {
  readonly value: T;
  readonly cause: Cause;
}

/** Plain listeners, routes and clusters, independent of Envoy, nginx and HAProxy. Durations are in milliseconds. */
export interface Model {
  readonly name: string;
  readonly services: readonly Service[];
  readonly listeners: readonly Listener[];
  readonly clusters: readonly Cluster[];
  /** The address of Envoy's admin interface. */
  readonly admin: Address | undefined;
  /** The issuers of JSON web tokens by name. */
  readonly jwt: Readonly<Record<string, JwtProvider>>;
  /** The external authorization service. */
  readonly authorization: Placed<Authorization> | undefined;
  readonly controlPlane: ControlPlane;
  readonly rateLimitService: Placed<RateLimitService> | undefined;
  readonly overload: Decided<Overload | undefined>;
  /** Where the proxies run, for routing by zone. */
  readonly home: Placed<Home> | undefined;
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
  readonly region: string | undefined;
  readonly zone: string;
  readonly proxies: string | undefined;
}

/** Each value with its cause. */
export type AllDecided<T> = { readonly [K in keyof T]: Decided<T[K]> };

/** Fields of Envoy's own API, as ProtoJSON, that are merged into what is emitted. */
export interface Fragment {
  readonly json: JsonValue;
  readonly place: Place;
}

/** The discovery service that serves Envoy's resources, if they are not in files. */
export interface ControlPlane {
  readonly cluster: Cluster;
  /** Whether to use the incremental protocol. */
  readonly delta: boolean;
}

export interface Service {
  readonly desc: DescService;
  readonly name: string;
  readonly place: Place;
  readonly methods: readonly Method[];
  readonly fragment: Fragment | undefined;
  /** The policy of methods that are not in the proto yet: they count as non-idempotent streams. */
  readonly unknown: RoutePolicy;
  /** The targets of its calls. Empty if none are configured. */
  readonly targets: readonly Target[];
  readonly targetCause: Cause;
  readonly canaries: readonly Canary[];
}

export interface Method {
  readonly desc: DescMethod;
  readonly name: string;
  /** `/shop.v1.PurchaseOrderService/Purchase`. */
  readonly path: string;
  readonly place: Place;
  readonly isStreaming: boolean;
  /** Whether it is idempotent, by `idempotency_level` or the deployment file. */
  readonly isIdempotent: boolean;
  readonly idempotencyCause: Cause;
  readonly bindings: readonly HttpBinding[];
  readonly fragment: Fragment | undefined;
  readonly policy: RoutePolicy;
}

/**
 * One REST form of a method. https://github.com/googleapis/googleapis/blob/master/google/api/http.proto has the grammar of
 * templates.
 */
export interface HttpBinding {
  readonly verb: string;
  readonly template: string;
  /** The template without variable names. Templates with the same shape match the same requests. */
  readonly shape: string;
  readonly body: string;
  readonly place: Place;
  /** Mistakes in it. Empty if it is usable. */
  readonly errors: readonly string[];
}

export interface Target {
  readonly cluster: string;
  readonly weight: number;
  readonly place: Place;
}

/** A canary: calls with a header, a fraction of calls, or a fraction of calls with a header. */
export interface Canary {
  readonly cluster: string;
  readonly header: { readonly name: string; readonly value: string | undefined } | undefined;
  readonly percent: number | undefined;
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
  readonly mirror: Decided<readonly Mirror[]>;
  readonly hash: Decided<readonly Hash[]>;
  readonly rateLimit: Decided<Limit | undefined>;
  readonly cors: Decided<Cors | undefined>;
  readonly auth: Decided<Auth | undefined>;
  readonly fault: Decided<Fault | undefined>;
  readonly headers: Decided<Headers | undefined>;
  /** The host that backends see instead of the caller's. */
  readonly host: Decided<string | undefined>;
  readonly globalRateLimit: Decided<GlobalRateLimit | undefined>;
  readonly session: Decided<Session | undefined>;
  /** The labels of the endpoints that may serve the call. */
  readonly subset: Decided<Labels | undefined>;
}

/** A rate limit and the name of its bucket. Routes with the same bucket share it. */
export interface Limit extends RateLimit {
  readonly bucket: string;
}

export interface Listener {
  readonly name: string;
  readonly place: Place;
  readonly address: Decided<Address>;
  readonly hosts: readonly string[];
  readonly tls: ServerTls | undefined;
  readonly cors: Cors | undefined;
  readonly grpcWeb: Decided<boolean>;
  readonly transcoding: Decided<boolean>;
  readonly accessLog: AccessLog | undefined;
  readonly tracing: Tracing | undefined;
  readonly filters: readonly Decided<FilterName>[];
  readonly limits: AllDecided<ConnectionLimits>;
  readonly headers: Decided<Headers | undefined>;
  readonly compression: Decided<Compression | undefined>;
  readonly rest: AllDecided<Rest>;
  /** How many proxies before this one add their caller to x-forwarded-for. */
  readonly trustedHops: Decided<number>;
  readonly fragments: ListenerFragments;
  readonly services: readonly Service[];
  /** Whether only gRPC comes in, so that routes can require it. */
  readonly isGrpcOnly: boolean;
  readonly routes: readonly Route[];
}

export interface ListenerFragments {
  readonly listener: Fragment | undefined;
  readonly http: Fragment | undefined;
  readonly virtualHost: Fragment | undefined;
}

export interface Route {
  /** `shop.v1.PurchaseOrderService/Purchase`, or `shop.v1.PurchaseOrderService/*` for methods that are not in the proto. */
  readonly name: string;
  readonly service: Service;
  readonly method: Method | undefined;
  readonly path: string;
  readonly isExact: boolean;
  readonly condition: Canary | undefined;
  readonly targets: readonly Target[];
  readonly policy: RoutePolicy;
  readonly cause: Cause;
  readonly fragment: Fragment | undefined;
}

export interface Cluster {
  readonly name: string;
  readonly place: Place;
  readonly cause: Cause;
  /** Endpoints by priority, region and zone, in this order. */
  readonly localities: readonly Locality[];
  /** Whether any endpoint has a host name, which must be resolved. */
  readonly isDns: boolean;
  readonly protocol: Decided<"h2" | "http1">;
  readonly loadBalancing: Decided<LoadBalancing>;
  readonly connectTimeout: Decided<number>;
  readonly healthCheck: Decided<HealthCheck | undefined>;
  readonly outlierDetection: Decided<OutlierDetection | undefined>;
  readonly circuitBreaker: Decided<CircuitBreaker>;
  readonly tls: ClientTls | undefined;
  readonly limits: AllDecided<EndpointLimits>;
  readonly dnsFamily: Decided<DnsFamily>;
  /** How many spare endpoints of a priority are counted on before the next one helps: 1.4 by default. */
  readonly spillFactor: Decided<number | undefined>;
  /** The percentage of healthy endpoints below which all are used. */
  readonly panicThreshold: Decided<number | undefined>;
  readonly zoneAware: Decided<ZoneAware | undefined>;
  /** The combinations of labels by which calls may choose endpoints. */
  readonly subsets: Decided<readonly (readonly string[])[]>;
  readonly fragment: Fragment | undefined;
}

export interface Locality {
  readonly priority: number;
  readonly region: string;
  readonly zone: string;
  readonly weight: Decided<number>;
  readonly endpoints: readonly Endpoint[];
}

/** Prefers endpoints in the zone of the proxy. */
export interface ZoneAware {
  readonly percent: number | undefined;
  readonly minimum: number | undefined;
}

/** By the gRPC health protocol, unless `http` or `tcp` says otherwise. */
export interface HealthCheck {
  /** The path of a request that must be answered with 200. */
  readonly http: string | undefined;
  /** Whether it is enough to connect. */
  readonly tcp: boolean | undefined;
  /** The port of the check, if it is not that of the calls. */
  readonly port: number | undefined;
  readonly service: string;
  readonly interval: number;
  readonly timeout: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

export interface OutlierDetection {
  readonly consecutiveErrors: number;
  readonly interval: number;
  readonly ejectionTime: number;
  readonly maxEjectionPercent: number;
}

export interface CircuitBreaker {
  readonly connections: number;
  readonly requests: number;
  readonly pending: number;
  readonly retryPercent: number;
}

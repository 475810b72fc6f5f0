import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { JsonValue } from "@protoloom/protobuf";
import type { Place } from "./place.js";
import type {
  AccessLog,
  Address,
  Auth,
  Authorization,
  ClientTls,
  Cors,
  Endpoint,
  Fault,
  FilterName,
  Hash,
  JwtProvider,
  LoadBalancing,
  Mirror,
  RateLimit,
  Retry,
  ServerTls,
  Tracing,
} from "./terms.js";

/** Why something is as it is: the line that says so, or for a default the reason of it. */
export interface Cause {
  readonly place: Place | undefined;
  readonly why: string;
}

export interface Decided<T> {
  readonly value: T;
  readonly cause: Cause;
}

/** Plain listeners, routes and clusters, before they are Envoy's, nginx's or HAProxy's. Durations are in milliseconds. */
export interface Model {
  readonly name: string;
  readonly services: readonly Service[];
  readonly listeners: readonly Listener[];
  readonly clusters: readonly Cluster[];
  /** Where Envoy's administration listens. */
  readonly admin: Address | undefined;
  /** The providers of JSON web tokens by name. */
  readonly jwt: Readonly<Record<string, JwtProvider>>;
  /** The service that is asked whether a call may pass. */
  readonly authorization: Authorization | undefined;
  readonly controlPlane: ControlPlane;
  /** Set where strangers call: what a proxy at the edge of a network needs against them. */
  readonly edge: Edge | undefined;
}

/** Limits of a whole proxy against callers that nobody knows. */
export interface Edge {
  /** Connections of callers at one time. */
  readonly connections: number;
  /** Bytes of heap, of which the last percents are given up for nothing but what runs already. */
  readonly heap: number;
}

/** Fields of Envoy's own API, as ProtoJSON, that are merged into what is emitted. */
export interface Fragment {
  readonly json: JsonValue;
  readonly place: Place;
}

/** Where Envoy asks for its resources when they are not in its own files. */
export interface ControlPlane {
  readonly cluster: Cluster;
  /** Whether by the incremental protocol. */
  readonly delta: boolean;
}

export interface Service {
  readonly desc: DescService;
  readonly name: string;
  readonly place: Place;
  readonly methods: readonly Method[];
  readonly fragment: Fragment | undefined;
  /** How methods are governed that its proto does not have yet: as streams that must not happen twice. */
  readonly unknown: RoutePolicy;
  /** Where its calls go: nothing where nobody says. */
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
  /** Whether it may happen twice: `idempotency_level` says so, or the deployment file. */
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
  /** The template without the names of its variables: two with the same shape take the same requests. */
  readonly shape: string;
  readonly body: string;
  readonly place: Place;
  /** What is wrong with it: nothing for one that can be used. */
  readonly errors: readonly string[];
}

export interface Target {
  readonly cluster: string;
  readonly weight: number;
  readonly place: Place;
}

/** Calls that go elsewhere: those with a header, or a fraction, or a fraction of those with a header. */
export interface Canary {
  readonly cluster: string;
  readonly header: { readonly name: string; readonly value: string | undefined } | undefined;
  readonly percent: number | undefined;
  readonly place: Place;
}

/** How a call is governed, once it is known where it goes. */
export interface RoutePolicy {
  /** Of a unary call; 0 for streams, which have none. */
  readonly timeout: Decided<number>;
  /** How long a stream may live; 0 for ever. */
  readonly lifetime: Decided<number>;
  /** How long nothing may come; 0 for ever. */
  readonly idleTimeout: Decided<number>;
  /** Of idempotent unary methods only. */
  readonly retry: Decided<Retry | undefined>;
  /** Attempts in all for a call that no server has seen, because no connection was made: safe for every method. */
  readonly reconnect: Decided<number>;
  readonly mirror: Decided<readonly Mirror[]>;
  readonly hash: Decided<readonly Hash[]>;
  readonly rateLimit: Decided<Limit | undefined>;
  readonly cors: Decided<Cors | undefined>;
  readonly auth: Decided<Auth | undefined>;
  readonly fault: Decided<Fault | undefined>;
}

/** A limit, and the name of the tokens that it counts: routes with the same name share them. */
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
  /** Whether strangers call: see Edge. */
  readonly isEdge: boolean;
  readonly fragments: ListenerFragments;
  readonly services: readonly Service[];
  /** Whether nothing but gRPC comes in, so that routes may ask for it. */
  readonly isGrpcOnly: boolean;
  readonly routes: readonly Route[];
}

export interface ListenerFragments {
  readonly listener: Fragment | undefined;
  readonly http: Fragment | undefined;
  readonly virtualHost: Fragment | undefined;
}

export interface Route {
  /** `shop.v1.PurchaseOrderService/Purchase`, or `shop.v1.PurchaseOrderService/*` for what the proto does not have. */
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
  /** Whether an endpoint has a host name, which is looked up. */
  readonly isDns: boolean;
  readonly protocol: Decided<"h2" | "http1">;
  readonly loadBalancing: Decided<LoadBalancing>;
  readonly connectTimeout: Decided<number>;
  readonly healthCheck: Decided<HealthCheck | undefined>;
  readonly outlierDetection: Decided<OutlierDetection | undefined>;
  readonly circuitBreaker: Decided<CircuitBreaker>;
  readonly tls: ClientTls | undefined;
  /** Whether strangers' calls go there: see Edge. */
  readonly isEdge: boolean;
  readonly fragment: Fragment | undefined;
}

export interface Locality {
  readonly priority: number;
  readonly region: string;
  readonly zone: string;
  readonly weight: Decided<number>;
  readonly endpoints: readonly Endpoint[];
}

export interface HealthCheck {
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

/** The terms of the model, one for each decision. Durations are in milliseconds. Undefined means not set. */

/** A host name or an IP address, IPv6 without brackets, with a port; or the path of a Unix socket. */
export interface Address {
  /** The host name or IP address. */
  readonly host: string;
  /** The TCP port. */
  readonly port: number;
  /** The path of a Unix socket. Then host and port are empty. */
  readonly path?: string | undefined;
}

/** An address as in a deployment file. */
export function showAddress({ host, port, path }: Address): string {
  if (path !== undefined) return `unix:${path}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The gRPC statuses that Envoy can retry on. */
export const retriable = ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"] as const;

/** When a call that failed is tried again, on another endpoint if there is one. */
export interface Retry {
  /** The total number, including the first attempt. */
  readonly attempts: number;
  /** gRPC statuses to retry on. Default `unavailable`. */
  readonly on: readonly (typeof retriable)[number][] | undefined;
  /** Milliseconds for one attempt. Default: the timeout of the call. */
  readonly perTryTimeout: number | undefined;
  /** Approximate milliseconds before the first retry. Default 25. */
  readonly backoff: number | undefined;
  /** The longest delay between retries in milliseconds. Default: ten times `backoff`. */
  readonly maxBackoff: number | undefined;
}

/** Exactly one of these is set. */
export interface Hash {
  /** Calls with the same value of this header reach the same endpoint. */
  readonly header: string | undefined;
  /** Calls with the same value of this cookie reach the same endpoint. */
  readonly cookie: string | undefined;
  /** Calls from the same address reach the same endpoint. */
  readonly sourceIp: boolean | undefined;
}

/** A token bucket in each proxy. */
export interface RateLimit {
  /** Requests that each proxy allows per period. */
  readonly requests: number;
  /** The period in milliseconds. Default 1 s. */
  readonly per: number | undefined;
  /** The size of the bucket. Default: the value of `requests`. */
  readonly burst: number | undefined;
  /** Whether each caller has a bucket of its own. */
  readonly by: CallerKey | undefined;
}

/** How callers are told apart: exactly one of these is set. */
export interface CallerKey {
  /** Calls with the same value of this header are of one caller. */
  readonly header: string | undefined;
  /** Calls from the same address are of one caller. */
  readonly sourceIp: boolean | undefined;
}

/** A limit that a rate limit service keeps for all proxies. Service and method are always among its descriptor. */
export interface GlobalRateLimit {
  /** How callers are told apart, in addition to service and method. */
  readonly by: readonly CallerKey[] | undefined;
}

/** The service that keeps global limits (envoy.service.ratelimit.v3.RateLimitService). */
export interface RateLimitService {
  /** The cluster of the service. */
  readonly cluster: string;
  /** The domain of the limits in the service's own configuration. */
  readonly domain: string;
  /** Milliseconds for its answer. Default 20. */
  readonly timeout: number | undefined;
  /** Whether calls are rejected while it fails. Default false. */
  readonly failClosed: boolean | undefined;
}

/** Changes of headers. Values may contain Envoy's command operators, such as %REQ(x-user)%. */
export interface HeaderChange {
  /** Headers that replace those of the same name. */
  readonly set: Readonly<Record<string, string>> | undefined;
  /** Headers that are added to those of the same name. */
  readonly append: Readonly<Record<string, string>> | undefined;
  /** Names of headers that are removed. */
  readonly remove: readonly string[] | undefined;
}

/** Changes of headers in both directions. */
export interface Headers {
  /** Changes of what backends get. */
  readonly request: HeaderChange | undefined;
  /** Changes of what callers get. */
  readonly response: HeaderChange | undefined;
}

/** Calls of one client reach one endpoint, whose name the client carries. Exactly one of cookie and header is set. */
export interface Session {
  /** The cookie that carries the endpoint. */
  readonly cookie: string | undefined;
  /** Milliseconds that the cookie is kept. Default: until the browser is closed. */
  readonly ttl: number | undefined;
  /** The header that carries the endpoint, for clients without cookies. */
  readonly header: string | undefined;
  /** Whether a call fails if its endpoint is gone. */
  readonly strict: boolean | undefined;
}

/** How LVS forwards connections: direct routing, NAT, or an IP tunnel. */
export const lvsKinds = ["DR", "NAT", "TUN"] as const;
/** How LVS picks a proxy, by its names for schedulers. */
export const lvsSchedulers = ["wlc", "lc", "wrr", "rr", "sh"] as const;

/** A virtual address in front of several proxies, whose connections LVS shares among them. */
export interface Lvs {
  /** The virtual IP address. */
  readonly address: string;
  /** The cluster that lists the proxies. */
  readonly proxies: string;
  /** How connections are forwarded. */
  readonly kind: (typeof lvsKinds)[number] | undefined;
  /** How a proxy is picked. */
  readonly scheduler: (typeof lvsSchedulers)[number] | undefined;
}

/** Labels of endpoints, and the labels that a call asks for. */
export type Labels = Readonly<Record<string, string>>;

/** Pages of other origins that may call (Fetch, "CORS protocol"). */
export interface Cors {
  /** Origins that may call: `https://shop.example`, `https://*.shop.example`, or `*` for all. */
  readonly origins: readonly string[];
  /** Request headers that pages may send, in addition to those of gRPC-Web. */
  readonly headers: readonly string[] | undefined;
  /** Response headers that pages may read, in addition to `grpc-status` and `grpc-message`. */
  readonly expose: readonly string[] | undefined;
  /** Whether requests may include cookies. Default false. */
  readonly credentials: boolean | undefined;
  /** Milliseconds that a browser may cache a preflight response. Default 24 h. */
  readonly maxAge: number | undefined;
}

/** Who may call. */
export interface Auth {
  /** The providers of which one must have issued the token. */
  readonly jwt: readonly string[] | undefined;
  /** Whether calls need neither a token nor the authorization service. */
  readonly public: boolean | undefined;
  /** Names in client certificates that may call. All others are rejected. */
  readonly callers: readonly string[] | undefined;
}

/** Sends copies of requests to another cluster, whose responses are ignored. */
export interface Mirror {
  /** The cluster that gets the copies. */
  readonly cluster: string;
  /** The percentage of requests. Default 100. */
  readonly percent: number | undefined;
}

/** Faults that are injected on purpose, to test callers. */
export interface Fault {
  /** The percentage of requests. Default 100. */
  readonly percent: number | undefined;
  /** Milliseconds that a request is delayed. Default: not at all. */
  readonly delay: number | undefined;
  /** The gRPC status code that requests fail with. Default: they do not fail. */
  readonly status: number | undefined;
}

/** The HTTP filters that a listener may have, in their required order. */
export const filterNames = [
  "cors",
  "compressor",
  "grpc_web",
  "grpc_json_transcoder",
  "grpc_stats",
  "fault",
  "jwt_authn",
  "ext_authz",
  "rbac",
  "ratelimit",
  "local_ratelimit",
  "stateful_session",
  "router",
] as const;
/** The name of an HTTP filter. */
export type FilterName = (typeof filterNames)[number];

/** TLS for callers. With `clientCa`, they must present a certificate, unless it is optional. */
export interface ServerTls {
  /** The file with the certificate chain, in PEM. */
  readonly certificate: string;
  /** The file with the private key, in PEM. */
  readonly key: string;
  /** The file with the roots of client certificates. */
  readonly clientCa: string | undefined;
  /** Whether callers must present a certificate. A wrong one is never accepted. Default `required`. */
  readonly clientCertificate: "required" | "optional" | undefined;
  /** Whether backends learn the names in the certificate by x-forwarded-client-cert. */
  readonly forwardCertificate: boolean | undefined;
}

/** TLS to endpoints. */
export interface ClientTls {
  /** The file with the roots for server certificates. */
  readonly ca: string;
  /** The name for SNI. The certificate must match it, unless `names` says otherwise. */
  readonly serverName: string;
  /** Accepted names in the certificate; one must match. Default: `serverName`. */
  readonly names: readonly string[] | undefined;
  /** The file with the client certificate, for mutual TLS. */
  readonly certificate: string | undefined;
  /** The file with the private key of the certificate. */
  readonly key: string | undefined;
}

/** Logs one line per call, with its gRPC status. */
export interface AccessLog {
  /** The file. Default: standard output. */
  readonly path: string | undefined;
  /** How a line is written. Default `json`. */
  readonly format: "json" | "text" | undefined;
  /** Fields by name, in addition to those that every line has, or in their place. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  /** Which calls are logged. Default: all. */
  readonly only: AccessLogFilter | undefined;
  /** Sends lines to an OpenTelemetry collector instead of a file. */
  readonly otlp: { readonly cluster: string } | undefined;
}

/** Which calls are logged: all conditions must hold. */
export interface AccessLogFilter {
  /** Calls whose gRPC status is not OK. */
  readonly errors: boolean | undefined;
  /** Calls that take at least this many milliseconds. */
  readonly slowerThan: number | undefined;
  /** The percentage of calls. */
  readonly percent: number | undefined;
}

/** Sends spans to an OpenTelemetry collector. */
export interface Tracing {
  /** The cluster of the collector, over gRPC. */
  readonly cluster: string;
  /** The percentage of calls that are traced. Default 1. */
  readonly percent: number | undefined;
  /** The name of the proxy in traces. Default: the name of the listener. */
  readonly service: string | undefined;
  /** Tags of each span. */
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/** The compressions that a listener can have. */
export const compressions = ["gzip", "brotli", "zstd"] as const;
/** How REST responses are compressed for callers that accept it. */
export type Compression = (typeof compressions)[number];

/** The treatments of headers with underscores in their names. */
export const underscoresActions = ["allow", "reject", "drop"] as const;
/** The treatments of %2F and %5C in paths. */
export const escapedSlashesActions = ["keep", "reject", "redirect", "unescape"] as const;

/** Limits of the connections of callers. */
export interface ConnectionLimits {
  /** Maximum concurrent connections. Default: unlimited. */
  readonly connections: number | undefined;
  /** Maximum age of a connection in milliseconds; it is drained then. Default: unlimited. */
  readonly age: number | undefined;
  /** Milliseconds that a connection may be without calls. Default 1 h. */
  readonly idle: number | undefined;
  /** Bytes that are buffered for a connection. */
  readonly buffer: number | undefined;
  /** Maximum size of request headers in KB. Default 60. */
  readonly headerKilobytes: number | undefined;
  /** Maximum number of request headers. Default 100. */
  readonly headerCount: number | undefined;
  /** Maximum concurrent streams of a connection (HTTP/2, SETTINGS_MAX_CONCURRENT_STREAMS). */
  readonly streams: number | undefined;
  /** The HTTP/2 flow-control window of a stream in bytes. */
  readonly streamWindow: number | undefined;
  /** The HTTP/2 flow-control window of a connection in bytes. */
  readonly connectionWindow: number | undefined;
  /** The treatment of headers with underscores in their names. Default `allow`, at the edge `reject`. */
  readonly underscores: (typeof underscoresActions)[number] | undefined;
  /** Whether `//` in a path counts as `/`. Default false, at the edge true. */
  readonly mergeSlashes: boolean | undefined;
  /** The treatment of %2F and %5C in paths. Default `keep`, at the edge `redirect`. */
  readonly escapedSlashes: (typeof escapedSlashesActions)[number] | undefined;
}

/** Limits of the connections to endpoints. */
export interface EndpointLimits {
  /** Maximum age of a connection in milliseconds; it is drained then. Default: unlimited. */
  readonly age: number | undefined;
  /** Maximum number of requests of a connection; it is drained then. Default: unlimited. */
  readonly requests: number | undefined;
  /** Bytes that are buffered for a connection. Default 1 MiB, at the edge 32 KiB. */
  readonly buffer: number | undefined;
  /** Maximum concurrent streams of a connection. */
  readonly streams: number | undefined;
  /** The HTTP/2 flow-control window of a stream in bytes. */
  readonly streamWindow: number | undefined;
  /** The HTTP/2 flow-control window of a connection in bytes. */
  readonly connectionWindow: number | undefined;
}

/** The forms that a server stream can have in REST. */
export const restStreams = ["json", "newline", "sse"] as const;

/** Details of REST. */
export interface Rest {
  /** The treatment of query parameters that the message lacks. Default: 404; `reject`: 400 with the reason. */
  readonly unknownParameters: "reject" | "ignore" | undefined;
  /**
   * The maximum size in bytes of a response's body, and of the part of a request's body that Envoy holds at once. It reads a
   * request as it arrives, so a longer one may pass.
   */
  readonly maxBody: number | undefined;
  /** How a server stream is written: a JSON array, a message a line, or server-sent events. Default `json`. */
  readonly stream: (typeof restStreams)[number] | undefined;
}

/** The families that a cluster can have. */
export const dnsFamilies = ["v4", "v6", "v4_preferred", "auto", "all"] as const;
/** Which addresses of a host name are used. */
export type DnsFamily = (typeof dnsFamilies)[number];

/** The policies that a cluster can have. */
export const loadBalancingPolicies = ["round_robin", "least_request", "ring_hash", "maglev", "random"] as const;
/** How an endpoint is chosen. */
export type LoadBalancing = (typeof loadBalancingPolicies)[number];

/** One server of a cluster. */
export interface Endpoint {
  /** Where it listens. */
  readonly address: Address;
  /** Its weight within its zone. Default 1. */
  readonly weight: number | undefined;
  /** Labels by which calls may choose it. */
  readonly labels: Labels | undefined;
}

/** An issuer of JSON web tokens (RFC 7519). */
export interface JwtProvider {
  /** The claim `iss`. */
  readonly issuer: string;
  /** Accepted values of the claim `aud`; one must match. Any if undefined. */
  readonly audiences: readonly string[] | undefined;
  /** The keys: a file, or a URL if there is a cluster. */
  readonly jwks: string;
  /** The cluster that serves the URL of the keys. */
  readonly cluster: string | undefined;
  /** Request headers by claim. */
  readonly claims: Readonly<Record<string, string>> | undefined;
}

/** External authorization: another service decides whether a call is allowed. */
export interface Authorization {
  /** The cluster of `envoy.service.auth.v3.Authorization`. */
  readonly cluster: string;
  /** Milliseconds for its answer. Default 200. */
  readonly timeout: number | undefined;
  /** Whether calls are allowed while it fails. Default false. */
  readonly failOpen: boolean | undefined;
  /** Asks by HTTP instead of gRPC. */
  readonly http: AuthorizationOverHttp | undefined;
}

/** How the authorization service is asked by HTTP: a status of 200 allows the call. */
export interface AuthorizationOverHttp {
  /** A prefix of the call's path. */
  readonly pathPrefix: string | undefined;
  /** Request headers that the service sees. */
  readonly headers: readonly string[] | undefined;
  /** Headers of its answer that the backend sees. */
  readonly toBackend: readonly string[] | undefined;
}

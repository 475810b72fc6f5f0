/** The terms of the model, one for each decision. Durations are in milliseconds. Undefined means not set. */

/** A host name or an IP address, IPv6 without brackets, with a port; or the path of a Unix socket. */
export interface Address {
  readonly host: string;
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

export interface Retry {
  /** The total number, including the first attempt. */
  readonly attempts: number;
  readonly on: readonly (typeof retriable)[number][] | undefined;
  readonly perTryTimeout: number | undefined;
  readonly backoff: number | undefined;
  readonly maxBackoff: number | undefined;
}

/** Exactly one of these is set. */
export interface Hash {
  readonly header: string | undefined;
  readonly cookie: string | undefined;
  readonly sourceIp: boolean | undefined;
}

export interface RateLimit {
  readonly requests: number;
  readonly per: number | undefined;
  readonly burst: number | undefined;
  /** Whether each caller has a bucket of its own. */
  readonly by: CallerKey | undefined;
}

/** What tells callers apart: exactly one of these is set. */
export interface CallerKey {
  readonly header: string | undefined;
  readonly sourceIp: boolean | undefined;
}

/** A limit that a rate limit service keeps for all proxies. Service and method are always among its descriptor. */
export interface GlobalRateLimit {
  readonly by: readonly CallerKey[] | undefined;
}

/** The service that keeps global limits (envoy.service.ratelimit.v3.RateLimitService). */
export interface RateLimitService {
  readonly cluster: string;
  readonly domain: string;
  readonly timeout: number | undefined;
  readonly failClosed: boolean | undefined;
}

/** Changes of headers. Values may contain Envoy's command operators, such as %REQ(x-user)%. */
export interface HeaderChange {
  readonly set: Readonly<Record<string, string>> | undefined;
  readonly append: Readonly<Record<string, string>> | undefined;
  readonly remove: readonly string[] | undefined;
}

export interface Headers {
  readonly request: HeaderChange | undefined;
  readonly response: HeaderChange | undefined;
}

/** Calls of one client reach one endpoint, whose name the client carries. Exactly one of cookie and header is set. */
export interface Session {
  readonly cookie: string | undefined;
  readonly ttl: number | undefined;
  readonly header: string | undefined;
  /** Whether a call fails if its endpoint is gone. */
  readonly strict: boolean | undefined;
}

export const lvsKinds = ["DR", "NAT", "TUN"] as const;
export const lvsSchedulers = ["wlc", "lc", "wrr", "rr", "sh"] as const;

/** A virtual address in front of several proxies, whose connections LVS shares among them. */
export interface Lvs {
  readonly address: string;
  /** The cluster that lists the proxies. */
  readonly proxies: string;
  readonly kind: (typeof lvsKinds)[number] | undefined;
  readonly scheduler: (typeof lvsSchedulers)[number] | undefined;
}

/** Labels of endpoints, and the labels that a call asks for. */
export type Labels = Readonly<Record<string, string>>;

export interface Cors {
  readonly origins: readonly string[];
  readonly headers: readonly string[] | undefined;
  readonly expose: readonly string[] | undefined;
  readonly credentials: boolean | undefined;
  readonly maxAge: number | undefined;
}

export interface Auth {
  /** The providers of which one must have issued the token. */
  readonly jwt: readonly string[] | undefined;
  readonly public: boolean | undefined;
  readonly callers: readonly string[] | undefined;
}

export interface Mirror {
  readonly cluster: string;
  readonly percent: number | undefined;
}

export interface Fault {
  readonly percent: number | undefined;
  readonly delay: number | undefined;
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
export type FilterName = (typeof filterNames)[number];

/** TLS for callers. With `clientCa`, they must present a certificate, unless it is optional. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string | undefined;
  readonly clientCertificate: "required" | "optional" | undefined;
  /** Whether backends learn the names in the certificate by x-forwarded-client-cert. */
  readonly forwardCertificate: boolean | undefined;
}

/** TLS to endpoints. */
export interface ClientTls {
  readonly ca: string;
  readonly serverName: string;
  readonly names: readonly string[] | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

export interface AccessLog {
  readonly path: string | undefined;
  readonly format: "json" | "text" | undefined;
  /** Fields by name, in addition to those that every line has, or in their place. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  readonly only: AccessLogFilter | undefined;
  /** Sends lines to an OpenTelemetry collector instead of a file. */
  readonly otlp: { readonly cluster: string } | undefined;
}

/** What is logged: all conditions must hold. */
export interface AccessLogFilter {
  readonly errors: boolean | undefined;
  readonly slowerThan: number | undefined;
  readonly percent: number | undefined;
}

export interface Tracing {
  readonly cluster: string;
  readonly percent: number | undefined;
  readonly service: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

export const compressions = ["gzip", "brotli", "zstd"] as const;
export type Compression = (typeof compressions)[number];

export const underscoresActions = ["allow", "reject", "drop"] as const;
export const escapedSlashesActions = ["keep", "reject", "redirect", "unescape"] as const;

/** Limits of the connections of callers. */
export interface ConnectionLimits {
  readonly connections: number | undefined;
  readonly age: number | undefined;
  readonly idle: number | undefined;
  /** Bytes that are buffered for a connection. */
  readonly buffer: number | undefined;
  readonly headerKilobytes: number | undefined;
  readonly headerCount: number | undefined;
  readonly streams: number | undefined;
  readonly streamWindow: number | undefined;
  readonly connectionWindow: number | undefined;
  readonly underscores: (typeof underscoresActions)[number] | undefined;
  readonly mergeSlashes: boolean | undefined;
  readonly escapedSlashes: (typeof escapedSlashesActions)[number] | undefined;
}

/** Limits of the connections to endpoints. */
export interface EndpointLimits {
  readonly age: number | undefined;
  readonly requests: number | undefined;
  readonly buffer: number | undefined;
  readonly streams: number | undefined;
  readonly streamWindow: number | undefined;
  readonly connectionWindow: number | undefined;
}

export const restStreams = ["json", "newline", "sse"] as const;

export interface Rest {
  readonly unknownParameters: "reject" | "ignore" | undefined;
  /** The maximum size of a request's and of a response's body in bytes. */
  readonly maxBody: number | undefined;
  readonly stream: (typeof restStreams)[number] | undefined;
}

export const dnsFamilies = ["v4", "v6", "v4_preferred", "auto", "all"] as const;
export type DnsFamily = (typeof dnsFamilies)[number];

export const loadBalancingPolicies = ["round_robin", "least_request", "ring_hash", "maglev", "random"] as const;
export type LoadBalancing = (typeof loadBalancingPolicies)[number];

export interface Endpoint {
  readonly address: Address;
  readonly weight: number | undefined;
  readonly labels: Labels | undefined;
}

export interface JwtProvider {
  readonly issuer: string;
  readonly audiences: readonly string[] | undefined;
  readonly jwks: string;
  readonly cluster: string | undefined;
  /** Request headers by claim. */
  readonly claims: Readonly<Record<string, string>> | undefined;
}

export interface Authorization {
  readonly cluster: string;
  readonly timeout: number | undefined;
  readonly failOpen: boolean | undefined;
  /** Asks by HTTP instead of gRPC. */
  readonly http: AuthorizationOverHttp | undefined;
}

export interface AuthorizationOverHttp {
  /** What stands before the path of the call. */
  readonly pathPrefix: string | undefined;
  /** Request headers that the service sees. */
  readonly headers: readonly string[] | undefined;
  /** Headers of its answer that the backend sees. */
  readonly toBackend: readonly string[] | undefined;
}

/** The terms of the model, one for each decision. Durations are in milliseconds. Undefined means not set. */

/** A host name or an IP address, IPv6 without brackets, with a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
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
}

export interface Cors {
  readonly origins: readonly string[];
  readonly headers: readonly string[] | undefined;
  readonly expose: readonly string[] | undefined;
  readonly credentials: boolean | undefined;
  readonly maxAge: number | undefined;
}

export interface Auth {
  readonly jwt: string | undefined;
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
  "grpc_web",
  "grpc_json_transcoder",
  "grpc_stats",
  "fault",
  "jwt_authn",
  "ext_authz",
  "rbac",
  "local_ratelimit",
  "router",
] as const;
export type FilterName = (typeof filterNames)[number];

/** TLS for callers. With `clientCa`, they must present a certificate. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string | undefined;
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
}

export interface Tracing {
  readonly cluster: string;
  readonly percent: number | undefined;
  readonly service: string | undefined;
}

export const loadBalancingPolicies = ["round_robin", "least_request", "ring_hash", "maglev", "random"] as const;
export type LoadBalancing = (typeof loadBalancingPolicies)[number];

export interface Endpoint {
  readonly address: Address;
  readonly weight: number | undefined;
}

export interface JwtProvider {
  readonly issuer: string;
  readonly audiences: readonly string[] | undefined;
  readonly jwks: string;
  readonly cluster: string | undefined;
}

export interface Authorization {
  readonly cluster: string;
  readonly timeout: number | undefined;
  readonly failOpen: boolean | undefined;
}

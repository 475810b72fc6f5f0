import {
  type AllDecided,
  type Decided,
  type Headers,
  type Model,
  type Place,
  type RoutePolicy,
  showAddress,
} from "@protoloom/envoy";

/** Features that not every proxy supports. */
export const features = {
  rest: "REST by google.api.http",
  "grpc-web": "gRPC-Web",
  cors: "preflights of browsers",
  jwt: "tokens: the methods that ask for one are closed",
  callers: "callers by the names in their certificates: the methods that name some are closed",
  authorization: "asking another service whether a call may pass: all methods but public ones are closed",
  fault: "faults on purpose",
  mirror: "copies of requests",
  "health-check": "the gRPC health protocol",
  "outlier-detection":
    "errors by their gRPC status: what the server says of itself is in trailers, which it does not read",
  "retry-status": "retries by gRPC status: only endpoints that cannot be reached, or answer HTTP 503, are tried again",
  deadline: "a time for the whole call: a timeout is the longest silence",
  locality: "weights and nearness of zones: endpoints have their own weights only",
  priority: "priorities where a hash or chance decides: all endpoints are used",
  "circuit-breaker": "limits of calls at one time",
  "rate-limit": "limits of calls in a time",
  tracing: "spans",
  "access-log": "gRPC statuses in its log",
  hosts: "names of hosts",
  "virtual-hosts": "several listeners on one address: the first is written alone",
  headers: "changes of headers",
  "host-patterns": "host names with a star elsewhere than in place of the first labels",
  "header-operators": "headers with values of the call",
  registered: "endpoints that register: their clusters have none",
  "backend-tls": "TLS to the endpoints",
  session: "sessions: calls of a client may reach any endpoint",
  subset: "endpoints by their labels: calls may reach any endpoint of the cluster",
  "global-rate-limit": "limits that another service keeps",
  compression: "compressing",
  "forward-certificate": "telling backends who called",
  "connection-limits": "limits of connections, headers and windows, and treatment of ambiguous paths",
  overload: "limits of the whole proxy",
  "trusted-hops": "trusting the proxies before it",
  "health-check-http": "health checks by HTTP",
  "health-check-tcp": "health checks by connecting",
  spill: "spill factors and panic thresholds",
  dns: "which addresses of a name are used",
  calls: "sharing calls: it shares connections, and one connection of gRPC carries many calls",
} as const;

/** Features that neither nginx nor HAProxy has in its free edition. */
export const beyondBoth: readonly Feature[] = [
  ...(["rest", "grpc-web", "cors", "jwt", "callers", "authorization", "fault", "mirror", "health-check"] as const),
  ...(["outlier-detection", "retry-status", "deadline", "locality", "circuit-breaker", "tracing"] as const),
  ...(["access-log", "headers", "session", "subset", "global-rate-limit", "compression", "overload"] as const),
  ...([
    "forward-certificate",
    "connection-limits",
    "trusted-hops",
    "health-check-http",
    "spill",
    "dns",
    "registered",
  ] as const),
];

const byChance = new Set(["ring_hash", "maglev", "random"]);

export type Feature = keyof typeof features;

/** The features that a model uses, each with the first place that requests it. A default has no place. */
export function featuresOf(model: Model): Map<Feature, Place> {
  const found = new Map<Feature, Place>();
  const use = (feature: Feature, isUsed: boolean, place: Place | undefined = ""): void => {
    if (isUsed && !found.has(feature)) found.set(feature, place);
  };
  const useAny = (feature: Feature, all: AllDecided<object>): void => {
    for (const { value, cause } of Object.values(all as Readonly<Record<string, Decided<unknown>>>))
      use(feature, value !== undefined, cause.place);
  };
  const ports = new Set<string>();
  for (const listener of model.listeners) {
    const { place, grpcWeb, transcoding, cors, tracing, accessLog, hosts, routes } = listener;
    const { address, limits, headers, compression, trustedHops, tls } = listener;
    use("host-patterns", hosts.some(isHostPattern), place);
    use("virtual-hosts", ports.has(showAddress(address.value)), address.cause.place);
    ports.add(showAddress(address.value));
    useAny("connection-limits", limits);
    use("headers", headers.value !== undefined, headers.cause.place);
    use("header-operators", hasOperators(headers.value), headers.cause.place);
    use("compression", compression.value !== undefined, compression.cause.place);
    use("trusted-hops", trustedHops.value > 0, trustedHops.cause.place);
    use("forward-certificate", tls?.forwardCertificate === true, place);
    use("rest", transcoding.value, transcoding.cause.place ?? place);
    use("grpc-web", grpcWeb.value, grpcWeb.cause.place ?? place);
    use("cors", cors !== undefined, place);
    use("tracing", tracing !== undefined, place);
    use("access-log", accessLog !== undefined, place);
    use(
      "hosts",
      hosts.some((host) => host !== "*"),
      place,
    );
    for (const { policy } of routes) usePolicy(policy, use);
  }
  use("authorization", model.authorization !== undefined, model.authorization?.place);
  use("calls", model.lvs !== undefined, model.lvs?.place);
  use("overload", model.overload.value !== undefined, model.overload.cause.place);
  for (const cluster of model.clusters) {
    const { place, localities, loadBalancing, healthCheck, outlierDetection, circuitBreaker } = cluster;
    const { limits, dnsFamily, spillFactor, panicThreshold, zoneAware } = cluster;
    const { http, tcp } = healthCheck.value ?? {};
    use("registered", cluster.registered.value !== undefined, cluster.registered.cause.place);
    use("backend-tls", cluster.tls !== undefined, place);
    use("health-check-http", http !== undefined, healthCheck.cause.place);
    use("health-check-tcp", tcp === true, healthCheck.cause.place);
    use("health-check", healthCheck.value !== undefined && !http && !tcp, healthCheck.cause.place);
    useAny("connection-limits", limits);
    use("dns", dnsFamily.cause.place !== undefined, dnsFamily.cause.place);
    use("spill", spillFactor.value !== undefined, spillFactor.cause.place);
    use("spill", panicThreshold.value !== undefined, panicThreshold.cause.place);
    use("locality", zoneAware.value !== undefined, zoneAware.cause.place);
    use("outlier-detection", outlierDetection.value !== undefined, outlierDetection.cause.place);
    use("circuit-breaker", circuitBreaker.cause.place !== undefined, circuitBreaker.cause.place);
    use("locality", new Set(localities.map(({ zone }) => zone)).size > 1, place);
    use("priority", localities.some(({ priority }) => priority > 0) && byChance.has(loadBalancing.value), place);
  }
  return found;
}

function usePolicy(
  policy: RoutePolicy,
  use: (feature: Feature, isUsed: boolean, place: Place | undefined) => void,
): void {
  const { timeout, retry, mirror, rateLimit, cors, auth, fault } = policy;
  use("deadline", timeout.value > 0, timeout.cause.place);
  use("retry-status", retry.value !== undefined, retry.cause.place);
  use("mirror", mirror.value.length > 0, mirror.cause.place);
  use("rate-limit", rateLimit.value !== undefined, rateLimit.cause.place);
  use("cors", cors.value !== undefined, cors.cause.place);
  use("jwt", auth.value?.jwt !== undefined, auth.cause.place);
  use("callers", auth.value?.callers !== undefined, auth.cause.place);
  use("fault", fault.value !== undefined, fault.cause.place);
  const { headers, session, subset, globalRateLimit } = policy;
  use("headers", headers.value !== undefined, headers.cause.place);
  use("header-operators", hasOperators(headers.value), headers.cause.place);
  use("session", session.value !== undefined, session.cause.place);
  use("subset", subset.value !== undefined, subset.cause.place);
  use("global-rate-limit", globalRateLimit.value !== undefined, globalRateLimit.cause.place);
}

/** Whether a host name has a star that does not stand for whole labels at its start. */
export function isHostPattern(host: string): boolean {
  return host !== "*" && !/^(?:\*\.)?[^*]+$/.test(host);
}

function hasOperators(headers: Headers | undefined): boolean {
  const values = [headers?.request, headers?.response].flatMap((change) =>
    Object.values({ ...change?.set, ...change?.append }),
  );
  return values.some((value) => /%[^%]/.test(value));
}

/** The lines at the head of a configuration that list unsupported features. */
export function headOf(program: string, lacking: ReadonlyMap<Feature, Place>): string[] {
  const lines = [...lacking].map(([feature, place]) => `#   ${features[feature]}${place === "" ? "" : ` (${place})`}`);
  if (lines.length === 0) return [`# Made by protoc-gen-envoy for ${program}.`];
  return [`# Made by protoc-gen-envoy for ${program}, which cannot do this that was asked for:`, ...lines];
}

/** Whether a method is closed because the program cannot enforce its access control. */
export function isClosed({ auth }: RoutePolicy, { authorization }: Model): boolean {
  const { jwt, callers, public: isPublic } = auth.value ?? {};
  return jwt !== undefined || callers !== undefined || (authorization !== undefined && !isPublic);
}

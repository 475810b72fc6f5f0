import {
  type AllDecided,
  type Canary,
  type ConnectionLimits,
  type Decided,
  type FilterName,
  type Fragment,
  filterNames,
  type Listener,
  type Method,
  type Place,
  type Rest,
  type Route,
  type RoutePolicy,
  type ServerTls,
  type Service,
  type Target,
} from "@protoloom/envoy";
import type * as deployed from "../input/deployment.js";
import type { ReadDeployment } from "../input/deployment.js";
import type { Reader } from "../input/shape.js";
import { AT_EDGE, allDecided, withDefaults } from "./all-decided.js";
import { APPLICATION } from "./clusters.js";
import { byDefault, decided } from "./policy.js";
import { wildcardsOf } from "./wildcards.js";

/** The listeners of the deployment file and its sidecar. If it has none, one listener with all services. */
export function buildListeners(services: readonly Service[], { deployment, places }: ReadDeployment): Listener[] {
  const specs = Object.entries(deployment.listeners ?? {});
  const listeners = specs.map(([name, spec]) => {
    const place = places.place(deployment.listeners!, name);
    return listenerOf(name, spec, select(services, spec.services), places, place, deployment);
  });
  const { sidecar } = deployment;
  if (sidecar !== undefined) listeners.push(...sidecarPair(sidecar, services, places, deployment));
  if (listeners.length === 0) listeners.push(listenerByDefault(services, places, deployment));
  return listeners;
}

/** The services that the names select, in the order of the protos. */
function select(services: readonly Service[], names: readonly string[] | undefined): Service[] {
  if (names === undefined) return [...services];
  const wanted = new Set(names);
  return services.filter(({ name }) => wildcardsOf(name).some((each) => wanted.has(each)));
}

function listenerByDefault(services: readonly Service[], places: Reader, deployment: deployed.Deployment): Listener {
  const address = { host: "0.0.0.0", port: 8080 };
  const listener = listenerOf("main", { ...plain, address }, [...services], places, "", deployment);
  return {
    ...listener,
    address: byDefault(address, "no listener is named: all addresses, and the port of many a proxy"),
  };
}

const plain: Omit<deployed.Listener, "address"> = {
  services: undefined,
  hosts: undefined,
  tls: undefined,
  grpcWeb: undefined,
  cors: undefined,
  transcoding: undefined,
  accessLog: undefined,
  tracing: undefined,
  limits: undefined,
  headers: undefined,
  compression: undefined,
  rest: undefined,
  trustedHops: undefined,
  filters: undefined,
  envoy: undefined,
};

/** One listener takes calls to the application, the other its outgoing calls. */
function sidecarPair(
  sidecar: deployed.Sidecar,
  services: readonly Service[],
  places: Reader,
  deployment: deployed.Deployment,
): Listener[] {
  const served = new Set(select(services, sidecar.serves));
  const place = (key: keyof deployed.Sidecar): Place => places.place(sidecar, key);
  const toApplication = [{ cluster: APPLICATION, weight: 1, place: place("application") }];
  const inbound = [...served].map((service) => ({
    ...governed(service, arrived),
    targets: toApplication,
    targetCause: { place: place("application"), why: "calls that have arrived go to the application" },
    canaries: [],
  }));
  const outbound = services.filter((service) => !served.has(service)).map((service) => governed(service, leaving));
  const spec = (key: "inbound" | "outbound", tls: ServerTls | undefined) => ({
    ...plain,
    address: sidecar[key],
    tls,
    transcoding: false,
  });
  return [
    listenerOf("inbound", spec("inbound", sidecar.tls), inbound, places, place("inbound"), deployment),
    listenerOf("outbound", spec("outbound", undefined), outbound, places, place("outbound"), {
      ...deployment,
      authorization: undefined, // checked where the call arrives
    }),
  ];
}

/** An inbound call has one endpoint. The caller's side has balanced it, and retries it. */
function arrived(policy: RoutePolicy): RoutePolicy {
  const { timeout, lifetime, idleTimeout, rateLimit, globalRateLimit, auth, fault, headers, host } = policy;
  const done = "the sidecar of the caller does it";
  return {
    ...{ timeout, lifetime, idleTimeout, rateLimit, globalRateLimit, auth, fault, headers, host },
    session: byDefault(undefined, done),
    subset: byDefault(undefined, done),
    retry: byDefault(undefined, done),
    reconnect: byDefault(1, done),
    mirror: byDefault([], done),
    hash: byDefault([], done),
    cors: byDefault(undefined, "no browser calls a sidecar"),
  };
}

/** An outbound call is guarded where it arrives. Otherwise it would be counted twice and need credentials that only callers have. */
function leaving(policy: RoutePolicy): RoutePolicy {
  const done = "the sidecar of the service does it";
  return {
    ...policy,
    rateLimit: byDefault(undefined, done),
    globalRateLimit: byDefault(undefined, done),
    auth: byDefault(undefined, done),
    headers: byDefault(undefined, done),
    host: byDefault(undefined, done),
    fault: byDefault(undefined, done),
    cors: byDefault(undefined, "no browser calls a sidecar"),
  };
}

function governed(service: Service, change: (policy: RoutePolicy) => RoutePolicy): Service {
  const methods = service.methods.map((method) => ({ ...method, policy: change(method.policy) }));
  return { ...service, methods, unknown: change(service.unknown) };
}

function listenerOf(
  name: string,
  spec: deployed.Listener,
  services: readonly Service[],
  places: Reader,
  place: Place,
  deployment: deployed.Deployment,
): Listener {
  const hasCors =
    spec.cors !== undefined || services.some(({ methods }) => methods.some(({ policy }) => policy.cors.value));
  const hasRules = services.some(({ methods }) => methods.some(({ bindings }) => bindings.length > 0));
  const grpcWeb = or(
    spec,
    "grpcWeb",
    hasCors,
    hasCors ? "pages of other origins call by gRPC-Web" : "nobody asks for it",
    places,
  );
  const transcoding = or(
    spec,
    "transcoding",
    hasRules,
    hasRules ? "a service has google.api.http" : "no service has google.api.http",
    places,
  );
  const isGrpcOnly = !hasCors && !grpcWeb.value && !transcoding.value;
  const listener = {
    name,
    place,
    address: decided(spec.address, places.place(spec, "address")),
    hosts: spec.hosts ?? ["*"],
    tls: spec.tls,
    cors: spec.cors,
    grpcWeb,
    transcoding,
    accessLog: spec.accessLog,
    tracing: spec.tracing,
    services,
    isGrpcOnly,
    limits: limitsOf(spec, places, deployment),
    headers: maybe(spec, "headers", places),
    compression: maybe(spec, "compression", places),
    rest: restOf(spec, places, deployment),
    trustedHops:
      spec.trustedHops === undefined
        ? byDefault(0, "the address of the connection is the caller's")
        : decided(spec.trustedHops, places.place(spec, "trustedHops")),
    fragments: fragmentsOf(spec, places),
    routes: services.flatMap(routesOf),
  };
  return { ...listener, filters: filtersOf(listener, hasCors, deployment) };
}

function maybe<K extends "headers" | "compression">(spec: deployed.Listener, key: K, places: Reader) {
  return spec[key] === undefined
    ? byDefault(undefined, "nobody asks for it")
    : decided(spec[key], places.place(spec, key));
}

/** https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/best_practices/edge */
const edgeLimits: Partial<ConnectionLimits> = {
  idle: 3_600_000,
  buffer: 32_768,
  streams: 100,
  streamWindow: 65_536,
  connectionWindow: 1_048_576,
  underscores: "reject",
  mergeSlashes: true,
  escapedSlashes: "redirect",
};

/**
 * Without a limit of its own, what fits depends on the buffers of connections: requests of 3 MB passed, responses of 1.2 MB too,
 * and those of 3 MB failed.
 */
const usualRest: Partial<Rest> = { maxBody: 1024 * 1024 };

/** Buffered bodies are limited apart from connection buffers. gRPC's own limit of a message is 4 MB. */
const edgeRest: Partial<Rest> = { maxBody: 4 * 1024 * 1024 };

function limitsOf(
  spec: deployed.Listener,
  places: Reader,
  { profile }: deployed.Deployment,
): AllDecided<ConnectionLimits> {
  const keys = [
    ...(["connections", "age", "idle", "buffer", "headerKilobytes", "headerCount", "streams", "streamWindow"] as const),
    ...(["connectionWindow", "underscores", "mergeSlashes", "escapedSlashes"] as const),
  ];
  const found = allDecided<ConnectionLimits>(spec.limits, keys, places);
  return profile === "edge" ? withDefaults(found, edgeLimits, AT_EDGE) : found;
}

function restOf(spec: deployed.Listener, places: Reader, { profile }: deployed.Deployment): AllDecided<Rest> {
  const found = allDecided<Rest>(spec.rest, ["unknownParameters", "maxBody", "stream"], places);
  return profile === "edge"
    ? withDefaults(found, edgeRest, AT_EDGE)
    : withDefaults(found, usualRest, "REST is buffered, and a connection buffers as much");
}

function fragmentsOf({ envoy }: deployed.Listener, places: Reader): Listener["fragments"] {
  const at = (key: keyof Listener["fragments"]): Fragment | undefined =>
    envoy?.[key] && { json: envoy[key], place: places.place(envoy, key) };
  return { listener: at("listener"), http: at("http"), virtualHost: at("virtualHost") };
}

function or<K extends "grpcWeb" | "transcoding">(
  spec: deployed.Listener,
  key: K,
  value: boolean,
  why: string,
  places: Reader,
): Decided<boolean> {
  return spec[key] === undefined ? byDefault(value, why) : decided(spec[key], places.place(spec, key));
}

/**
 * Canaries come before the default and exact paths before the prefix, because Envoy takes the first match. The prefix ends
 * with a slash, or it would also match calls of `shop.v1.OrdersV2`.
 */
function routesOf(service: Service): Route[] {
  const routes = service.methods.flatMap((method): Route[] => [
    ...service.canaries.map((canary) => routeOf(service, method, canary)),
    routeOf(service, method, undefined),
  ]);
  const why = "methods that this proto does not have yet: the server is to answer";
  return [
    ...routes,
    ...service.canaries.map((canary) => unknownMethods(service, canary, why)),
    unknownMethods(service, undefined, why),
  ];
}

function routeOf(service: Service, method: Method, condition: Canary | undefined): Route {
  return {
    name: `${service.name}/${method.name}`,
    service,
    method,
    path: method.path,
    isExact: true,
    condition,
    targets: condition ? targetOf(condition) : service.targets,
    policy: method.policy,
    fragment: method.fragment,
    cause: { place: method.place, why: method.desc.methodKind.replaceAll("_", " ") },
  };
}

function unknownMethods(service: Service, condition: Canary | undefined, why: string): Route {
  return {
    name: `${service.name}/*`,
    service,
    method: undefined,
    path: `/${service.name}/`,
    isExact: false,
    condition,
    targets: condition ? targetOf(condition) : service.targets,
    policy: service.unknown,
    fragment: service.fragment,
    cause: { place: service.place, why },
  };
}

function targetOf({ cluster, place }: Canary): Target[] {
  return [{ cluster, weight: 1, place }];
}

/** The filters with the reason for each, in the only order that works. */
function filtersOf(
  listener: Omit<Listener, "filters">,
  hasCors: boolean,
  { authorization }: deployed.Deployment,
): Decided<FilterName>[] {
  const some = (key: "fault" | "rateLimit" | "globalRateLimit" | "session", why: string): string | undefined =>
    listener.routes.some(({ policy }) => policy[key].value !== undefined) ? why : undefined;
  const auth = (key: "jwt" | "callers"): boolean =>
    listener.routes.some(({ policy }) => policy.auth.value?.[key] !== undefined);
  const reasons: Record<FilterName, string | undefined> = {
    cors: hasCors ? "answers preflights, before anything can refuse them" : undefined,
    grpc_web: listener.grpcWeb.value ? "makes gRPC of gRPC-Web, before anything looks for gRPC" : undefined,
    grpc_json_transcoder: listener.transcoding.value
      ? "makes gRPC of REST, before what guards methods: from here on the path is that of the method"
      : undefined,
    grpc_stats: "counts calls by their gRPC status: to HTTP all are 200",
    fault: some("fault", "a method has a fault"),
    jwt_authn: auth("jwt") ? "a method asks for a token" : undefined,
    ext_authz: authorization ? "authorization is asked for" : undefined,
    compressor: listener.compression.value
      ? "compresses what the filters behind it answer, so that it stands before them"
      : undefined,
    ratelimit: some("globalRateLimit", "a method asks the rate limit service"),
    stateful_session: some("session", "a method has sessions"),
    rbac: auth("callers") ? "a method names its callers" : undefined,
    local_ratelimit: some("rateLimit", "a method has a rate limit"),
    router: "sends the call on, and is the last",
  };
  return filterNames.flatMap((name) => (reasons[name] === undefined ? [] : [byDefault(name, reasons[name])]));
}

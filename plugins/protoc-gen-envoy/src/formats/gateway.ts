import type {
  Cluster,
  HeaderChange,
  Headers,
  Listener,
  Mirror,
  Model,
  Place,
  Route,
  RoutePolicy,
  Service,
  Target,
} from "@protoloom/envoy";
import type { GeneratedFile } from "@protoloom/plugin-kit";
import type { JsonValue } from "@protoloom/protobuf";
import { beyondBoth, type Feature, featuresOf, headOf, isClosed, isHostPattern } from "./features.js";
import { toYaml } from "./yaml.js";

/** Features without a field in the standard channel of Gateway API 1.4. */
export const beyondGateway: readonly Feature[] = [
  ...beyondBoth.filter((feature) => feature !== "mirror" && feature !== "headers" && feature !== "health-check-http"),
  ...([
    "header-operators",
    "rate-limit",
    "health-check-http",
    "health-check-tcp",
    "backend-tls",
    "host-patterns",
  ] as const),
];

/** `kubectl apply -f gateway.yaml`. https://gateway-api.sigs.k8s.io/reference/1.4/spec/ */
export function gatewayFormat(model: Model): GeneratedFile[] {
  const lacking = new Map([...featuresOf(model)].filter(([feature]) => beyondGateway.includes(feature)));
  const listeners = model.listeners.filter(
    (listener) => listener.address.value.path === undefined && hostsOf(listener).length > 0,
  );
  const documents = [
    ...(listeners.length > 0 ? [gateway(model, listeners)] : []), // the API wants one listener at least
    // a host name has routes of one kind only
    ...listeners.flatMap((listener) =>
      listener.services.flatMap((service) => routesOf(service, listener, model, listener.grpcWeb.value ? http : grpc)),
    ),
  ];
  const content = [...head(lacking), "---", documents.map(toYaml).join("---\n")].join("\n");
  return [{ name: "gateway.yaml", content }];
}

function head(lacking: ReadonlyMap<Feature, Place>): string[] {
  return [...headOf("Gateway API", lacking), "# Each cluster is a Service of its name, and each certificate a Secret."];
}

const GROUP = "gateway.networking.k8s.io/v1";

function gateway({ name }: Model, listeners: readonly Listener[]): JsonValue {
  return {
    apiVersion: GROUP,
    kind: "Gateway",
    metadata: { name: nameOf(name) },
    spec: { gatewayClassName: "envoy", listeners: listeners.flatMap(entrances) },
  };
}

/** A listener of the API has one host name. */
function entrances(listener: Listener): JsonValue[] {
  const { address, tls } = listener;
  return hostsOf(listener).map((host, i) => ({
    name: sectionOf(listener, i),
    port: address.value.port,
    protocol: tls ? "HTTPS" : "HTTP",
    ...(host === "*" ? {} : { hostname: host.toLowerCase() }),
    ...(tls ? { tls: { mode: "Terminate", certificateRefs: [{ name: secretOf(tls.certificate) }] } } : {}),
  }));
}

/** The API's host names have no star but in place of the first labels. */
function hostsOf({ hosts }: Listener): string[] {
  return hosts.filter((host) => host === "*" || !isHostPattern(host));
}

function sectionOf({ name }: Listener, i: number): string {
  return i === 0 ? nameOf(name) : `${nameOf(name)}-${i + 1}`;
}

/** Names in Kubernetes have lower-case letters, digits, dashes and dots. */
function nameOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z\d.]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
}

/** `tls/server.pem` is the secret tls-server. */
function secretOf(file: string): string {
  return nameOf(file.replace(/\.\w+$/, ""));
}

/** The two kinds of routes: how each names a method, or all of a service. */
interface Kind {
  readonly kind: "GRPCRoute" | "HTTPRoute";
  match(service: string, method: string | undefined): { readonly [key: string]: JsonValue };
  /** Only HTTPRoutes have timeouts. */
  readonly hasTimeouts: boolean;
}

const grpc: Kind = {
  kind: "GRPCRoute",
  match: (service, method) => ({ method: method === undefined ? { service } : { service, method } }),
  hasTimeouts: false,
};

/** For callers of gRPC-Web, whose calls are no gRPC yet. */
const http: Kind = {
  kind: "HTTPRoute",
  match: (service, method) => ({
    path:
      method === undefined
        ? { type: "PathPrefix", value: `/${service}` }
        : { type: "Exact", value: `/${service}/${method}` },
  }),
  hasTimeouts: true,
};

function routesOf(service: Service, listener: Listener, model: Model, kind: Kind): JsonValue[] {
  const rules = rulesOf(service, listener, model, kind);
  const name = `${nameOf(service.name)}.${nameOf(listener.name)}`;
  return chunks(rules, MOST_RULES).map((some, i) => ({
    apiVersion: GROUP,
    kind: kind.kind,
    metadata: { name: i === 0 ? name : `${name}-${i + 1}` },
    spec: { parentRefs: parents(listener, model), rules: some },
  }));
}

/** Methods with settings of their own, methods that are closed, and all others by their service. */
function rulesOf(service: Service, { routes }: Listener, model: Model, kind: Kind): JsonValue[] {
  const known = routes.filter((route) => route.service === service && route.isExact && route.condition === undefined);
  const isAllClosed = isClosed(service.unknown, model);
  const open = known.filter(({ policy }) => !isClosed(policy, model));
  const own = open.filter((route) => isAllClosed || hasOwn(route, service, kind));
  const closed = isAllClosed ? [] : known.filter(({ policy }) => isClosed(policy, model));
  const all = kind.match(service.name, undefined);
  return [
    ...own.flatMap((route) =>
      waysOf(service).map((way) =>
        ruleOf(kind.match(service.name, route.method!.name), route.policy, way, model, kind),
      ),
    ),
    ...chunks(closed, MOST_MATCHES).map((some) => ({
      matches: some.map(({ method }) => kind.match(service.name, method!.name)),
    })),
    ...(isAllClosed
      ? [{ matches: [all] }]
      : waysOf(service).map((way) => ruleOf(all, service.unknown, way, model, kind))),
  ];
}

/** Whether a method needs a rule beside that of its service. */
function hasOwn({ policy }: Route, { unknown }: Service, kind: Kind): boolean {
  const hasTimeout = kind.hasTimeouts && policy.timeout.value > 0 && policy.timeout.cause.place !== undefined;
  return hasTimeout || policy.mirror.value.length > 0 || policy.headers.cause.place !== unknown.headers.cause.place;
}

function ruleOf(
  match: { readonly [key: string]: JsonValue },
  policy: RoutePolicy,
  { headers, targets }: Way,
  model: Model,
  kind: Kind,
) {
  const { timeout } = policy;
  const hasTimeout = kind.hasTimeouts && timeout.value > 0 && timeout.cause.place !== undefined;
  return {
    matches: [{ ...match, ...headers }],
    ...filtersOf(policy.headers.value, policy.mirror.value, model),
    ...(hasTimeout ? { timeouts: { request: duration(timeout.value) } } : {}),
    backendRefs: backends(targets, model),
  };
}

/**
 * A duration of the API, "1h30m": each unit has five digits at most, so that 100 s in milliseconds would be one too many.
 * Longer ones than 99,999 hours are cut. https://gateway-api.sigs.k8s.io/geps/gep-2257/
 */
function duration(ms: number): string {
  let rest = Math.ceil(ms);
  const parts = Object.entries(units).map(([unit, size]) => {
    const count = Math.min(Math.floor(rest / size), MOST_OF_A_UNIT);
    rest %= size;
    return count === 0 ? "" : `${count}${unit}`;
  });
  return parts.join("");
}

const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const MOST_OF_A_UNIT = 99_999;

/** The API's limits of a route and of a rule. A rule without backends answers with an error: the method is closed. */
const MOST_RULES = 16;
const MOST_MATCHES = 64;

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

function parents(listener: Listener, { name }: Model): JsonValue[] {
  return hostsOf(listener).map((_, i) => ({ name: nameOf(name), sectionName: sectionOf(listener, i) }));
}

interface Way {
  readonly headers: { readonly headers?: JsonValue };
  readonly targets: readonly Pick<Target, "cluster" | "weight">[];
}

/** Weights count to a million in the API; a percentage of a canary is a share of the calls that the next way would get. */
const SUM = 1_000_000;

/** The ways of a service, first match first: canaries by header, then the split. Percentages become weights. */
function waysOf({ targets, canaries }: Service): Way[] {
  const sum = targets.reduce((total, { weight }) => total + weight, 0);
  let rest: Way["targets"] =
    targets.length === 1
      ? [{ ...targets[0]!, weight: SUM }]
      : targets.map((each) => ({ ...each, weight: Math.round((each.weight / sum) * SUM) }));
  const ways: Way[] = [];
  for (const { header, percent = 100, cluster } of [...canaries].reverse()) {
    const share = Math.round((percent / 100) * SUM);
    const others = rest.map((each) => ({ ...each, weight: Math.round(each.weight * (1 - share / SUM)) }));
    const mixed = merged([{ cluster, weight: share }, ...others]);
    if (header === undefined) rest = mixed;
    else ways.unshift({ headers: { headers: [headerMatch(header)] }, targets: mixed });
  }
  return [...ways, { headers: {}, targets: rest }];
}

/** A cluster is named once. */
function merged(targets: Way["targets"]): Way["targets"] {
  const found = new Map<string, number>();
  for (const { cluster, weight } of targets) found.set(cluster, (found.get(cluster) ?? 0) + weight);
  return [...found].map(([cluster, weight]) => ({ cluster, weight })).filter(({ weight }) => weight > 0);
}

function headerMatch({ name, value }: { readonly name: string; readonly value: string | undefined }): JsonValue {
  return value === undefined ? { name, type: "RegularExpression", value: ".*" } : { name, type: "Exact", value };
}

function backends(targets: Way["targets"], { clusters }: Model): JsonValue[] {
  return targets.map(({ cluster, weight }) => ({
    name: nameOf(cluster),
    port: portOf(clusters.find(({ name }) => name === cluster)),
    ...(targets.length === 1 ? {} : { weight }),
  }));
}

function portOf(cluster: Cluster | undefined): number {
  const port = cluster?.localities[0]?.endpoints[0]?.address.port;
  return port === undefined || port === 0 ? 80 : port;
}

function filtersOf(headers: Headers | undefined, mirror: readonly Mirror[], { clusters }: Model) {
  const filters: JsonValue[] = [
    ...modifier("RequestHeaderModifier", "requestHeaderModifier", headers?.request),
    ...modifier("ResponseHeaderModifier", "responseHeaderModifier", headers?.response),
    ...mirror.map(({ cluster, percent = 100 }) => ({
      type: "RequestMirror",
      requestMirror: {
        backendRef: { name: nameOf(cluster), port: portOf(clusters.find(({ name }) => name === cluster)) },
        percent: Math.max(1, Math.round(percent)),
      },
    })),
  ];
  return filters.length === 0 ? {} : { filters };
}

/** The values that need nothing of the call. */
function modifier(type: string, key: string, change: HeaderChange | undefined): JsonValue[] {
  const plain = (values: HeaderChange["set"]) =>
    Object.entries(values ?? {}).flatMap(([name, value]) =>
      /%[^%]/.test(value) ? [] : [{ name, value: value.replaceAll("%%", "%") }],
    );
  const parts = { set: plain(change?.set), add: plain(change?.append), remove: [...(change?.remove ?? [])] };
  const used = Object.entries(parts).filter(([, all]) => all.length > 0);
  return used.length === 0 ? [] : [{ type, [key]: Object.fromEntries(used) }];
}

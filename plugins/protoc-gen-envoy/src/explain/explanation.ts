import {
  type AllDecided,
  type Cause,
  type Cluster,
  type Decided,
  type Fragment,
  type HeaderChange,
  type Headers,
  type Listener,
  type Model,
  type Route,
  type RoutePolicy,
  showAddress,
} from "@protoloom/envoy";
import { own } from "@protoloom/plugin-kit";
import { snake } from "../input/shape.js";

/** Explains the configuration: a table for each listener, service and cluster. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly what: string;
  readonly value: string;
  /** The line that sets it, or the reason of the default. */
  readonly because: string;
  readonly isDefault: boolean;
}

export function explanationOf(model: Model): Section[] {
  return [
    ...model.listeners.flatMap((listener) => [
      listenerSection(listener),
      ...routeSections(listener, model.listeners.length > 1),
    ]),
    ...model.clusters.map(clusterSection),
    ...proxySection(model),
  ];
}

/** Settings of the whole proxy. */
function proxySection({ overload, authorization, rateLimitService, home, lvs, jwt }: Model): Section[] {
  const rows: Row[] = [];
  if (overload.value) {
    const { connections, heap } = overload.value;
    rows.push(row("overload", `${connections} connections, heap ${bytes(heap)}`, overload.cause));
  }
  for (const [name, { issuer, claims, place }] of Object.entries(jwt)) {
    const told = Object.entries(claims ?? {}).map(([claim, header]) => `${claim} as ${header}`);
    const value = [issuer, told.length > 0 ? `claims for backends: ${told.join(", ")}` : ""].filter(Boolean).join("; ");
    rows.push(row(`token issuer ${name}`, value, { place, why: "" }));
  }
  if (authorization) {
    const by = authorization.http ? "HTTP" : "gRPC";
    rows.push(
      row("authorization", `cluster ${authorization.cluster} over ${by}`, { place: authorization.place, why: "" }),
    );
  }
  if (rateLimitService) {
    const { cluster, domain } = rateLimitService;
    rows.push(
      row("rate limit service", `cluster ${cluster}, domain ${domain}`, { place: rateLimitService.place, why: "" }),
    );
  }
  if (lvs) rows.push(row("LVS", `${lvs.address} before cluster ${lvs.proxies}`, { place: lvs.place, why: "" }));
  if (home) rows.push(row("home", [home.region, home.zone].filter(Boolean).join("/"), { place: home.place, why: "" }));
  return rows.length === 0 ? [] : [{ title: "Proxy", rows }];
}

function listenerSection(listener: Listener): Section {
  const { name, address, grpcWeb, transcoding, filters, tls, place } = listener;
  return {
    title: `Listener ${name}`,
    rows: [
      row("address", showAddress(address.value), address.cause),
      row("TLS", tls ? (tls.clientCa === undefined ? "yes" : "mutual") : "no", said(tls !== undefined, place)),
      row("gRPC-Web", yes(grpcWeb.value), grpcWeb.cause),
      row("REST", yes(transcoding.value), transcoding.cause),
      ...filters.map(({ value, cause }) => row(`filter ${value}`, "in the chain", cause)),
      ...settingRows(listener.limits, limitUnits),
      ...(transcoding.value ? settingRows(listener.rest, limitUnits) : []),
      ...listenerRows(listener),
      ...Object.entries(listener.fragments).flatMap(([key, fragment]) => fragmentRows(snake(key), fragment)),
      row("pings", "every 30 s", {
        place: undefined,
        why: "streams have no timeout, so a caller that is gone must be noticed",
      }),
    ],
  };
}

/** How the numbers of limits are counted. Numbers of things have no unit. */
const limitUnits: Readonly<Record<string, (value: number) => string>> = {
  ...{ age: duration, idle: duration },
  ...{ buffer: bytes, maxBody: bytes, streamWindow: bytes, connectionWindow: bytes },
  headerKilobytes: (value) => `${value} KB`,
};

function bytes(value: number): string {
  return value % 1024 === 0 ? `${value / 1024} KB` : `${value} bytes`;
}

/** A row for each value of an object that is set, or has a default of ours. */
function settingRows(all: AllDecided<object>, units: typeof limitUnits): Row[] {
  return Object.entries(all as Readonly<Record<string, Decided<unknown>>>).flatMap(([key, { value, cause }]) => {
    if (value === undefined) return [];
    const unit = own(units, key);
    const text = typeof value === "number" && unit ? unit(value) : String(value).replaceAll("_", " ");
    return [row(snake(key).replaceAll("_", " "), text, cause)];
  });
}

function listenerRows({ tls, headers, compression, trustedHops, accessLog, tracing, place }: Listener): Row[] {
  const here = { place, why: "" };
  const rows: Row[] = [];
  if (tls?.clientCa !== undefined && tls.clientCertificate === "optional")
    rows.push(row("client certificate", "optional: callers without one are strangers", here));
  if (tls?.forwardCertificate) rows.push(row("client certificate", "told to backends", here));
  if (headers.value) rows.push(row("headers", headersIn(headers.value), headers.cause));
  if (compression.value) rows.push(row("compression", compression.value, compression.cause));
  if (trustedHops.value > 0) rows.push(row("trusted hops", String(trustedHops.value), trustedHops.cause));
  if (accessLog?.fields) rows.push(row("access log", `fields ${Object.keys(accessLog.fields).join(", ")}`, here));
  if (accessLog?.only) rows.push(row("access log", `only ${shown(accessLog.only)}`, here));
  if (accessLog?.otlp) rows.push(row("access log", `to cluster ${accessLog.otlp.cluster}`, here));
  if (tracing?.tags) rows.push(row("span tags", Object.keys(tracing.tags).join(", "), here));
  return rows;
}

function headersIn({ request, response }: Headers): string {
  const change = (of: string, { set, append, remove }: HeaderChange): string[] => [
    ...Object.entries(set ?? {}).map(([name, value]) => `${of} ${name} = ${value}`),
    ...Object.entries(append ?? {}).map(([name, value]) => `${of} ${name} + ${value}`),
    ...(remove ?? []).map((name) => `${of} without ${name}`),
  ];
  return [...(request ? change("request", request) : []), ...(response ? change("response", response) : [])].join(", ");
}

/** Fields of Envoy's own API from the input. */
function fragmentRows(what: string, fragment: Fragment | undefined): Row[] {
  return fragment ? [row(what, `Envoy: ${JSON.stringify(fragment.json)}`, { place: fragment.place, why: "" })] : [];
}

/** The routes service by service, in the order in which Envoy tries them. */
function routeSections({ name, routes, services }: Listener, isOneOfMany: boolean): Section[] {
  const ofService = grouped(routes);
  return services.map((service) => ({
    title: `Service ${service.name}${isOneOfMany ? ` on ${name}` : ""}`,
    rows: (ofService.get(service) ?? []).flatMap(routeRows),
  }));
}

function grouped(routes: readonly Route[]): Map<Route["service"], Route[]> {
  const found = new Map<Route["service"], Route[]>();
  for (const route of routes) {
    const known = found.get(route.service);
    if (known) known.push(route);
    else found.set(route.service, [route]);
  }
  return found;
}

function routeRows(route: Route): Row[] {
  const { method, condition, targets, path, isExact } = route;
  const name = method?.name ?? "all other methods";
  const to = targets
    .map(({ cluster, weight }) => (targets.length === 1 ? cluster : `${cluster} (${weight})`))
    .join(", ");
  if (condition !== undefined) {
    const { header, percent } = condition;
    const value = header?.value === undefined ? "" : ` ${header.value}`;
    const when = [header ? `with ${header.name}${value}` : "", percent === undefined ? "" : `${percent} %`];
    return [row(`${name}, ${when.filter(Boolean).join(", ")}`, `→ ${to}`, { place: condition.place, why: "canary" })];
  }
  return [
    row(name, `${path}${isExact ? "" : "…"}`, route.cause),
    row("", `→ ${to}`, route.service.targetCause),
    ...policyRows(route.policy, method?.isStreaming ?? true),
    ...fragmentRows("", route.fragment),
    ...(method?.bindings ?? []).map(({ verb, template, place }) =>
      row("", `REST ${verb} ${template}`, { place, why: "" }),
    ),
  ];
}

function policyRows(policy: RoutePolicy, isStreaming: boolean): Row[] {
  return settingsOf(policy, isStreaming).map(({ text, cause }) => row("", text, cause));
}

/** An effective setting of a route: its key in the deployment file, its value, and the two in words. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly text: string;
  readonly cause: Cause;
}

/** The settings of a route that have an effect. */
export function settingsOf(policy: RoutePolicy, isStreaming: boolean): Setting[] {
  const { timeout, lifetime, idleTimeout, retry, reconnect, mirror, hash, rateLimit, cors, auth, fault } = policy;
  const found: Setting[] = [];
  const add = <T>(key: string, { value, cause }: Decided<T>, text: string) => found.push({ key, value, text, cause });
  if (isStreaming) add("lifetime", lifetime, `lifetime ${forEver(lifetime.value)}`);
  else add("timeout", timeout, `timeout ${duration(timeout.value)}`);
  add("idle_timeout", idleTimeout, `idle ${forEver(idleTimeout.value)}`);
  add("retry", retry, retry.value ? `${retry.value.attempts} attempts` : "not retried");
  if (!retry.value && reconnect.value > 1)
    add("reconnect", reconnect, `${reconnect.value} attempts to get a connection`);
  if (mirror.value.length > 0)
    add("mirror", mirror, `mirrored to ${mirror.value.map(({ cluster }) => cluster).join(", ")}`);
  if (hash.value.length > 0) add("hash", hash, `hash of ${hash.value.map(hashed).join(", else of ")}`);
  const present: [string, string, Decided<object | undefined>][] = [
    ["rate_limit", "rate limit", rateLimit],
    ["cors", "CORS", cors],
    ["auth", "auth", auth],
    ["fault", "fault", fault],
    ["session", "session", policy.session],
    ["subset", "endpoints with", policy.subset],
  ];
  for (const [key, name, each] of present) if (each.value) add(key, each, `${name}: ${shown(each.value)}`);
  const { headers, host, globalRateLimit } = policy;
  if (headers.value) add("headers", headers, `headers: ${headersIn(headers.value)}`);
  if (host.value) add("host", host, `host ${host.value}`);
  if (globalRateLimit.value) {
    const by = ["service", "method", ...(globalRateLimit.value.by ?? []).map((each) => each.header ?? "address")];
    add("global_rate_limit", globalRateLimit, `rate limit service asked by ${by.join(", ")}`);
  }
  return found;
}

function hashed({ header, cookie }: RoutePolicy["hash"]["value"][number]): string {
  if (header !== undefined) return `the header ${header}`;
  return cookie === undefined ? "the address" : `the cookie ${cookie}`;
}

/** A value as written in a deployment file, without unset fields. */
function shown(value: object): string {
  const parts = Object.entries(value).filter(([, each]) => each !== undefined && each !== "");
  return parts.map(([key, each]) => `${snake(key).replaceAll("_", " ")} ${inUnits(key, each)}`).join(", ");
}

const durations = new Set(["per", "delay", "interval", "timeout", "ejectionTime", "maxAge", "slowerThan", "ttl"]);

function inUnits(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(key === "jwt" ? " or " : " ");
  if (typeof value === "object" && value !== null) return shown(value);
  return durations.has(key) ? duration(value as number) : String(value);
}

function clusterSection(cluster: Cluster): Section {
  const { name, cause, protocol, loadBalancing, connectTimeout, healthCheck, outlierDetection, circuitBreaker, tls } =
    cluster;
  return {
    title: `Cluster ${name}`,
    rows: [
      row("", kindOf(cluster), cluster.registered.value === undefined ? cause : cluster.registered.cause),
      ...fragmentRows("fragment", cluster.fragment),
      row("protocol", protocol.value === "h2" ? "HTTP/2" : "HTTP/1.1", protocol.cause),
      row("load balancing", loadBalancing.value.replaceAll("_", " "), loadBalancing.cause),
      row("connect timeout", duration(connectTimeout.value), connectTimeout.cause),
      row("health check", healthCheck.value ? shown(healthCheck.value) : "none", healthCheck.cause),
      row("outlier detection", outlierDetection.value ? shown(outlierDetection.value) : "none", outlierDetection.cause),
      row("circuit breaker", shown(circuitBreaker.value), circuitBreaker.cause),
      row("TLS", tls ? `as ${tls.serverName}` : "no", said(tls !== undefined, cause.place ?? "")),
      ...settingRows(cluster.limits, limitUnits),
      ...(cluster.isDns
        ? [row("addresses", cluster.dnsFamily.value.replaceAll("_", " "), cluster.dnsFamily.cause)]
        : []),
      ...clusterRows(cluster),
      ...cluster.localities.map(({ region, zone, priority, weight, endpoints }) =>
        row(
          [region, zone].filter(Boolean).join("/") || "endpoints",
          `${endpoints.map(({ address }) => showAddress(address)).join(", ")}; priority ${priority}, weight ${weight.value}`,
          weight.cause,
        ),
      ),
    ],
  };
}

function kindOf({ registered, isDns }: Cluster): string {
  if (registered.value !== undefined) return `endpoints that register as ${registered.value}`;
  return isDns ? "host names, which Envoy looks up" : "IP addresses";
}

function clusterRows({ spillFactor, panicThreshold, zoneAware, subsets }: Cluster): Row[] {
  const rows: Row[] = [];
  if (spillFactor.value !== undefined) rows.push(row("spill factor", String(spillFactor.value), spillFactor.cause));
  if (panicThreshold.value !== undefined)
    rows.push(row("panic threshold", `${panicThreshold.value} %`, panicThreshold.cause));
  if (zoneAware.value) rows.push(row("zones", `nearest first ${shown(zoneAware.value)}`.trim(), zoneAware.cause));
  for (const keys of subsets.value) rows.push(row("subset by", keys.join(", "), subsets.cause));
  return rows;
}

function said(isSaid: boolean, place: string): Cause {
  return isSaid && place !== "" ? { place, why: "" } : { place: undefined, why: "nobody asks for it" };
}

function row(what: string, value: string, cause: Cause): Row {
  const { place } = cause;
  return { what, value, because: becauseOf(cause), isDefault: place === undefined || place === "" };
}

/** A cause in words: the line, or the reason of a default. */
export function becauseOf({ place, why }: Cause): string {
  if (place === undefined || place === "") return `default: ${why}`;
  return why === "" ? place : `${place}: ${why}`;
}

function yes(value: boolean): string {
  return value ? "yes" : "no";
}

function forEver(ms: number): string {
  return ms === 0 ? "unlimited" : duration(ms);
}

function duration(ms: number): string {
  if (ms === 0) return "none";
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

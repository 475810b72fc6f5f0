import {
  type Address,
  type Cluster,
  type Listener,
  type Model,
  portsOf,
  type Route,
  type Service,
  showAddress,
} from "@protoloom/envoy";
import type { GeneratedFile } from "@protoloom/plugin-kit";
import { beyondBoth, type Feature, featuresOf, headOf, isClosed } from "./features.js";

/** Features that HAProxy lacks without its commercial modules. */
export const beyondHaproxy: readonly Feature[] = [...beyondBoth, "rate-limit", "hosts", "virtual-hosts"];

/** HAProxy's timers have 31 bits of milliseconds. */
const FOR_EVER = "24d";
const MOST = 24 * 24 * 3_600_000;

/** `haproxy -f haproxy.cfg`, for HAProxy 2.6 and newer. https://docs.haproxy.org/2.6/configuration.html */
export function haproxyFormat(model: Model): GeneratedFile[] {
  const lacking = new Map([...featuresOf(model)].filter(([feature]) => beyondHaproxy.includes(feature)));
  const hasTls = model.listeners.some(({ tls }) => tls);
  const lines = [
    ...headOf("HAProxy", lacking),
    ...(hasTls
      ? [
          "# HAProxy wants the private key in the file of its certificate, or beside it, with .key at the end of its name.",
        ]
      : []),
    "",
    "defaults",
    "    mode http",
    "    timeout connect 5s",
    `    timeout client ${FOR_EVER}`,
    `    timeout server ${FOR_EVER}`,
    "    timeout http-request 10s",
    ...portsOf(model).flatMap(([listener]) => ["", ...frontend(listener, model)]),
    ...model.clusters.flatMap((cluster) => ["", ...backend(cluster, model)]),
  ];
  return [{ name: "haproxy.cfg", content: `${lines.join("\n")}\n` }];
}

function frontend(listener: Listener, model: Model): string[] {
  const { name, address, tls, services, routes } = listener;
  const { clientCa, clientCertificate = "required" } = tls ?? {};
  const secure = tls
    ? ` ssl crt ${tls.certificate} alpn h2 ssl-min-ver TLSv1.2${clientCa ? ` ca-file ${clientCa} verify ${clientCertificate}` : ""}`
    : " proto h2";
  const closed = routes.filter(({ policy, condition }) => condition === undefined && isClosed(policy, model));
  return [
    `frontend ${name}`,
    `    bind ${placeOf(address.value)}${secure}`,
    ...openBeside(closed, routes).map((path) => `    http-request allow if { path ${path} }`),
    ...hostRules(routes),
    ...closed.map((route) => `    ${refusal(7, "HAProxy cannot check who calls")} if ${pathOf(route)}`),
    ...services.flatMap(backendsOf).map((line) => `    ${line}`),
    ...paths(
      "known",
      services.map(({ name: service }) => `/${service}/`),
      "path_beg",
    ),
    // it has no servers: a call that gets here is for an unknown service
    `    ${refusal(12, "no such service")} unless ${services.length > 0 ? "known" : "FALSE"}`,
  ].sort(requestRulesFirst);
}

/** HAProxy warns about request rules after the choice of a backend, since it evaluates them first anyway. */
function requestRulesFirst(a: string, b: string): number {
  return rank(a) - rank(b);
}

function rank(line: string): number {
  return ["frontend", "    bind", "    acl", "    http-request", "    use_backend"].findIndex((start) =>
    line.startsWith(start),
  );
}

/** Sockets have another prefix than in other programs. */
function placeOf(address: Address): string {
  return address.path === undefined ? showAddress(address) : `unix@${address.path}`;
}

/** The host that backends see, for the paths that have one. */
function hostRules(routes: readonly Route[]): string[] {
  const found = routes.filter(({ policy, condition }) => policy.host.value !== undefined && condition === undefined);
  return found.map((route) => `    http-request set-header host ${route.policy.host.value} if ${pathOf(route)}`);
}

/** Callable methods of services whose other methods are closed by their prefix. */
function openBeside(closed: readonly Route[], routes: readonly Route[]): string[] {
  const services = new Set(closed.filter(({ isExact }) => !isExact).map(({ service }) => service));
  const known = new Set(closed);
  return routes
    .filter(
      (route) => services.has(route.service) && route.isExact && route.condition === undefined && !known.has(route),
    )
    .map(({ path }) => path);
}

/** A gRPC status in response headers. HAProxy omits the content type if there is no body. */
function refusal(status: number, message: string): string {
  const empty = 'lf-string "%[str()]"';
  return `http-request return status 200 content-type application/grpc ${empty} hdr grpc-status ${status} hdr grpc-message "${message}"`;
}

function pathOf({ path, isExact }: Route): string {
  return isExact ? `{ path ${path} }` : `{ path_beg ${path} }`;
}

/** Canaries first, then each share of the remaining calls. */
function backendsOf({ name, targets, canaries }: Service): string[] {
  const path = `{ path_beg /${name}/ }`;
  const lines = canaries.map(({ cluster, header, percent }) => {
    const value = header?.value === undefined ? "-m found" : `-m str ${quoted(header.value)}`;
    const conditions = [
      header ? `{ req.hdr(${header.name}) ${value} }` : "",
      percent === undefined ? "" : lottery(percent / 100),
    ];
    return `use_backend ${cluster} if ${[path, ...conditions.filter(Boolean)].join(" ")}`;
  });
  let rest = targets.reduce((sum, { weight }) => sum + weight, 0);
  for (const [i, { cluster, weight }] of targets.entries()) {
    const isLast = i === targets.length - 1;
    if (weight > 0) lines.push(`use_backend ${cluster} if ${path}${isLast ? "" : ` ${lottery(weight / rest)}`}`);
    rest -= weight;
  }
  return lines;
}

const CHANCES = 1_000_000;

function lottery(share: number): string {
  return `{ rand(${CHANCES}) lt ${Math.round(share * CHANCES)} }`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\$]/g, "\\$&")}"`;
}

function backend(cluster: Cluster, model: Model): string[] {
  const { name, localities, loadBalancing, connectTimeout, outlierDetection, healthCheck } = cluster;
  const routes = routesTo(name, model);
  const balance: Record<Cluster["loadBalancing"]["value"], string[]> = {
    round_robin: ["balance roundrobin"],
    least_request: ["balance leastconn"],
    random: ["balance random"],
    ring_hash: [`balance ${hashOf(routes)}`, "hash-type consistent"],
    maglev: [`balance ${hashOf(routes)}`, "hash-type consistent"],
  };
  const most = Math.max(256, ...localities.flatMap(({ endpoints }) => endpoints.map(({ weight = 1 }) => weight)));
  const check = healthCheck.value
    ? ` check inter ${duration(healthCheck.value.interval)} fall ${healthCheck.value.unhealthy} rise ${healthCheck.value.healthy}${healthCheck.value.port === undefined ? "" : ` port ${healthCheck.value.port}`}`
    : outlierDetection.value
      ? " check"
      : "";
  const outlier = outlierDetection.value
    ? ` observe layer7 error-limit ${outlierDetection.value.consecutiveErrors} on-error mark-down`
    : "";
  const servers = localities.flatMap(({ priority, endpoints }) =>
    endpoints.map(({ address, weight = 1 }) => {
      const at = placeOf(address);
      const scaled = Math.max(1, Math.round((weight / most) * 256)); // HAProxy's maximum
      return `server ${at.replace(/[[\]]/g, "").replace(/[:/@]/g, "_")} ${at} weight ${scaled}${tlsOf(cluster)}${check}${outlier}${priority > 0 ? " backup" : ""}`;
    }),
  );
  return [
    `backend ${name}`,
    ...[
      ...balance[loadBalancing.value],
      `timeout connect ${duration(connectTimeout.value)}`,
      ...timeouts(routes),
      ...retries(routes),
      ...servers,
    ].map((line) => `    ${line}`),
  ];
}

/** The routes that may lead to a cluster: its own, and those of services that use it as a canary. */
function routesTo(name: string, { listeners }: Model): Route[] {
  const routes = listeners.flatMap((listener) => listener.routes);
  return routes.filter(({ targets }) => targets.some(({ cluster }) => cluster === name));
}

/** The hash of a backend. HAProxy has one per backend, so the first method that leads there determines it. */
function hashOf(routes: readonly Route[]): string {
  const { header, cookie } = routes.find(({ policy }) => policy.hash.value.length > 0)?.policy.hash.value[0] ?? {};
  if (header !== undefined) return `hdr(${header})`;
  return cookie === undefined ? "source" : `hash req.cook(${cookie})`;
}

/** Lines of one ACL that matches any of the paths. HAProxy limits a line to 64 words and 2 KB. */
function paths(name: string, all: readonly string[], match: "path" | "path_beg" = "path"): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [i, path] of all.entries()) {
    line += ` ${path}`;
    if (i === all.length - 1 || (line + all[i + 1]).length > 1500 || line.split(" ").length > 40) {
      lines.push(`    acl ${name} ${match}${line}`);
      line = "";
    }
  }
  return lines;
}

/** One rule per timeout, with all its paths. */
function timeouts(routes: readonly Route[]): string[] {
  const byTime = new Map<string, Set<string>>();
  for (const { path, isExact, policy } of routes) {
    const time = duration(policy.timeout.value || policy.idleTimeout.value);
    if (isExact && time !== FOR_EVER) byTime.set(time, (byTime.get(time) ?? new Set()).add(path));
  }
  return [...byTime].flatMap(([time, found]) => [
    ...paths(`within_${time}`, [...found]).map((line) => line.trim()),
    `http-request set-timeout server ${time} if within_${time}`,
  ]);
}

/** A request that the server did not receive may always be retried. Other retries need a policy. */
function retries(routes: readonly Route[]): string[] {
  const again = routes.filter(({ policy, isExact }) => isExact && policy.retry.value !== undefined);
  const most = Math.max(1, ...routes.map(({ policy }) => policy.retry.value?.attempts ?? policy.reconnect.value));
  if (most === 1) return ["retries 0"];
  const lines = [`retries ${most - 1}`, "option redispatch 1"];
  if (again.length === 0) return lines;
  return [
    ...lines,
    "retry-on conn-failure empty-response 503",
    ...paths("may_repeat", [...new Set(again.map(({ path }) => path))]).map((line) => line.trim()),
    "http-request disable-l7-retry unless may_repeat",
  ];
}

function tlsOf({ tls, protocol }: Cluster): string {
  const isH2 = protocol.value === "h2";
  if (tls === undefined) return isH2 ? " proto h2" : "";
  const own = tls.certificate === undefined ? "" : ` crt ${tls.certificate}`;
  return ` ssl verify required ca-file ${tls.ca} sni str(${tls.serverName}) verifyhost ${tls.serverName}${own}${isH2 ? " alpn h2" : ""}`;
}

function duration(ms: number): string {
  return ms === 0 || ms > MOST ? FOR_EVER : `${Math.ceil(ms)}ms`;
}

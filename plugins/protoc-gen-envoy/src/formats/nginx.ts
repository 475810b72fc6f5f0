import {
  type Canary,
  type Cluster,
  type Limit,
  type Listener,
  type Model,
  type Route,
  type RoutePolicy,
  type Service,
  showAddress,
} from "@protoloom/envoy";
import type { GeneratedFile } from "@protoloom/plugin-kit";
import { beyondBoth, type Feature, featuresOf, headOf, isClosed } from "./features.js";

/** Features that nginx lacks without its commercial modules. */
export const beyondNginx: readonly Feature[] = [...beyondBoth, "health-check-tcp"];

/** `nginx -c nginx.conf`, for nginx 1.22 and newer. https://nginx.org/en/docs/http/ngx_http_grpc_module.html */
export function nginxFormat(model: Model): GeneratedFile[] {
  const used = featuresOf(model);
  const lacking = new Map([...used].filter(([feature]) => beyondNginx.includes(feature)));
  const lines = [
    ...headOf("nginx", lacking),
    "",
    "events {}",
    "",
    "http {",
    ...indent([
      "server_tokens off;",
      ...hashSizes(model),
      ...model.clusters.flatMap((cluster) => ["", ...upstream(cluster, model)]),
      ...model.listeners.flatMap((listener) => listener.services.flatMap((service) => choice(service, listener))),
      ...rateZones(model),
      ...model.listeners.flatMap((listener) => ["", ...server(listener, model)]),
    ]),
    "}",
  ];
  return [{ name: "nginx.conf", content: `${lines.join("\n")}\n` }];
}

/** nginx rejects names that do not fit into a bucket of its hash tables. The default is 64 bytes. */
function hashSizes({ listeners }: Model): string[] {
  const services = listeners.flatMap((listener) =>
    listener.services.map((service) => ({ name: nameOf(listener, service), steps: service.canaries.length * 2 + 2 })),
  );
  const names = services.map(({ name }) => name.length + "_00_share".length);
  const hosts = listeners.flatMap((listener) => listener.hosts.map((host) => host.length));
  const bucket = 2 ** Math.ceil(Math.log2(Math.max(0, ...names, ...hosts) + 48));
  const count = services.reduce((sum, { steps }) => sum + steps, 0);
  return [
    ...(bucket > 64 ? ["variables", "map", "server_names"].map((table) => `${table}_hash_bucket_size ${bucket};`) : []),
    ...(count > 200 ? [`variables_hash_max_size ${2 ** Math.ceil(Math.log2(count * 8))};`] : []),
  ];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `    ${line}`));
}

function upstream({ name, localities, loadBalancing, outlierDetection }: Cluster, model: Model): string[] {
  const balance: Record<Cluster["loadBalancing"]["value"], string[]> = {
    round_robin: [],
    least_request: ["least_conn;"],
    random: ["random;"],
    ring_hash: [`hash ${hashOf(name, model)} consistent;`],
    maglev: [`hash ${hashOf(name, model)} consistent;`],
  };
  const hasBackup = loadBalancing.value === "round_robin" || loadBalancing.value === "least_request";
  const outlier = outlierDetection.value;
  const fails = outlier
    ? ` max_fails=${outlier.consecutiveErrors} fail_timeout=${Math.ceil(outlier.ejectionTime / 1000)}s`
    : "";
  const servers = localities.flatMap(({ priority, endpoints }) =>
    endpoints.map(({ address, weight = 1 }) => {
      const at = showAddress(address);
      // nginx rejects it together with hash or random balancing
      const backup = priority > 0 && hasBackup ? " backup" : "";
      return `server ${at} weight=${Math.min(weight, 65_535)}${fails}${backup};`;
    }),
  );
  const none = servers.length === 0 ? ["server 127.0.0.1:9 down;"] : []; // nginx wants one at least
  return [
    `upstream ${name} {`,
    ...indent([...balance[loadBalancing.value], ...servers, ...none, "keepalive 16;"]),
    "}",
  ];
}

/** The hash of an upstream. nginx has one per upstream, so the first method that leads there determines it. */
function hashOf(cluster: string, { listeners }: Model): string {
  const routes = listeners.flatMap((listener) => listener.routes);
  const hash = routes.find(
    ({ targets, policy }) => policy.hash.value.length > 0 && targets.some((each) => each.cluster === cluster),
  );
  const { header, cookie } = hash?.policy.hash.value[0] ?? {};
  if (header !== undefined) return `$http_${variable(header)}`;
  return cookie === undefined ? "$remote_addr" : `$cookie_${variable(cookie)}`;
}

function variable(text: string): string {
  return text.toLowerCase().replace(/\W/g, "_");
}

function nameOf({ name }: Listener, service: Service): string {
  return variable(`to_${name}_${service.name}`);
}

function isChosen({ targets, canaries }: Service): boolean {
  return targets.length > 1 || canaries.length > 0;
}

/** The variable that holds a call's cluster: a share of the split, unless a canary matches. */
function choice(service: Service, listener: Listener): string[] {
  if (!isChosen(service)) return [];
  const name = nameOf(listener, service);
  const [first] = service.targets;
  const lines = service.targets.length > 1 ? ["", ...split(`${name}_0`, service)] : [];
  let before = service.targets.length > 1 ? `$${name}_0` : first!.cluster;
  const { canaries } = service;
  for (let i = canaries.length - 1; i >= 0; i--) {
    const step = `${name}_${canaries.length - i}`;
    lines.push("", ...canaryLines(canaries[i]!, step, before));
    before = `$${step}`;
  }
  return [...lines, "", `map "" $${name} {`, ...indent([`default ${before};`]), "}"];
}

function split(name: string, { targets }: Service): string[] {
  const sum = targets.reduce((total, { weight }) => total + weight, 0);
  const shares = targets.slice(1).flatMap(({ cluster, weight }) => {
    const percent = (Math.floor((weight / sum) * 10_000) / 100).toFixed(2); // rounded up, they could exceed 100 in total
    return percent === "0.00" ? [] : [`${percent}% ${cluster};`];
  });
  return [`split_clients "\${request_id}" $${name} {`, ...indent([...shares, `* ${targets[0]!.cluster};`]), "}"];
}

function canaryLines({ header, percent, cluster }: Canary, name: string, before: string): string[] {
  const value = header ? `$http_${variable(header.name)}` : "";
  const wanted = header ? (header.value === undefined ? "~." : header.value) : "";
  const map = (key: string, match: string) => [
    `map ${key} $${name} {`,
    ...indent([`${match} ${cluster};`, `default ${before};`]),
    "}",
  ];
  if (percent === undefined || percent >= 100) return header ? map(`"${value}"`, quoted(wanted)) : map(`""`, `""`);
  const share = percent < 0.01 ? [] : [`${percent.toFixed(2)}% 1;`];
  const lottery = [`split_clients "\${request_id}${name}" $${name}_share {`, ...indent([...share, "* 0;"]), "}"];
  const match = header?.value === undefined ? (header ? "~^1." : "1") : `1${header.value}`;
  return [...lottery, ...map(`"$${name}_share${value}"`, quoted(match))];
}

function quoted(text: string): string {
  return `"${text.replace(/["\\$]/g, "\\$&")}"`;
}

/** A zone for each method with its own limit. nginx counts per second or per minute. */
function rateZones({ listeners }: Model): string[] {
  const limits = new Map(
    listeners.flatMap(({ routes }) =>
      routes.flatMap(({ policy: { rateLimit } }): [string, Limit][] =>
        rateLimit.value ? [[rateLimit.value.bucket, rateLimit.value]] : [],
      ),
    ),
  );
  if (limits.size === 0) return [];
  const zones = [...limits].map(([bucket, { requests, per = 1000, by }]) => {
    const each = (requests / per) * 1000;
    const rate = each >= 1 ? `${Math.round(each)}r/s` : `${Math.max(1, Math.round(each * 60))}r/m`;
    const name = by === undefined ? "" : by.header ? `$http_${variable(by.header)}` : "$binary_remote_addr";
    const key = `$server_name${name}`; // nginx does not limit requests with an empty key
    return `limit_req_zone ${key} zone=${zone(bucket)}:${by === undefined ? "64k" : "10m"} rate=${rate};`;
  });
  return ["", ...zones];
}

/** A unique zone name for each bucket. It distinguishes dots from slashes. */
function zone(bucket: string): string {
  return bucket.replaceAll("_", "__").replaceAll("/", "_method_").replaceAll(".", "_");
}

function server(listener: Listener, model: Model): string[] {
  const { address, tls, hosts, routes } = listener;
  const at = showAddress(address.value);
  const secure = tls
    ? [`ssl_certificate ${tls.certificate};`, `ssl_certificate_key ${tls.key};`, "ssl_protocols TLSv1.2 TLSv1.3;"]
    : [];
  const verify = tls?.clientCertificate === "optional" ? "optional" : "on";
  const mutual = tls?.clientCa ? [`ssl_client_certificate ${tls.clientCa};`, `ssl_verify_client ${verify};`] : [];
  const clusters = new Map(model.clusters.map((cluster) => [cluster.name, cluster]));
  return [
    "server {",
    ...indent([
      `listen ${at}${tls ? " ssl" : ""} http2;`,
      `server_name ${hosts.map((each) => (each === "*" ? "_" : each)).join(" ")};`,
      ...secure,
      ...mutual,
      "client_max_body_size 0;",
      `client_body_timeout ${FOR_EVER};`,
      `send_timeout ${FOR_EVER};`,
      // the variable of the service includes canaries
      ...routes
        .filter(({ condition }) => condition === undefined)
        .flatMap((route) => ["", ...location(route, listener, model, clusters)]),
      "",
      "location / {",
      ...indent(refusal(12, "no such service")),
      "}",
    ]),
    "}",
  ];
}

const FOR_EVER = "365d";
const YEAR = 365 * 24 * 3_600_000;

/** nginx has no directive for this: the gRPC status goes into the headers of a response without a body. */
function refusal(status: number, message: string): string[] {
  return [
    "default_type application/grpc;",
    `add_header grpc-status ${status} always;`,
    `add_header grpc-message "${message}" always;`,
    "return 204;",
  ];
}

function location(route: Route, listener: Listener, model: Model, clusters: ReadonlyMap<string, Cluster>): string[] {
  const { path, isExact, policy, service, targets } = route;
  const head = `location ${isExact ? "= " : ""}${path} {`;
  if (isClosed(policy, model)) return [head, ...indent(refusal(7, "nginx cannot check who calls")), "}"];
  const names = [...new Set([...targets, ...service.canaries].map(({ cluster }) => cluster))];
  const kinds = grouped(names.map((name) => clusters.get(name)!));
  const to = isChosen(service) ? `$${nameOf(listener, service)}` : targets[0]!.cluster;
  const [only] = kinds;
  if (kinds.length === 1 && only) return [head, ...indent(pass(to, only.tls, policy)), "}"];
  return [
    head,
    ...indent(choose(to, kinds, route)),
    "}",
    ...kinds.flatMap((kind, i) => ["", `location ${named(route, i)} {`, ...indent(pass(to, kind.tls, policy)), "}"]),
  ];
}

interface Kind {
  readonly tls: Cluster["tls"];
  readonly clusters: readonly Cluster[];
}

/** Groups clusters by protocol and TLS, because nginx sets TLS for a whole location. */
function grouped(clusters: readonly Cluster[]): Kind[] {
  const found = new Map<string, Kind>();
  for (const cluster of clusters) {
    const key = JSON.stringify(cluster.tls ?? null);
    found.set(key, { tls: cluster.tls, clusters: [...(found.get(key)?.clusters ?? []), cluster] });
  }
  return [...found.values()];
}

function named({ name, isExact }: Route, i: number): string {
  return `@${zone(isExact ? name : name.replace("*", ""))}_${i}`;
}

/** Jumps to the location of the chosen cluster. A private status code gets there without changing the request. */
function choose(to: string, kinds: readonly Kind[], route: Route): string[] {
  const status = (i: number): number => 460 + i;
  return [
    ...kinds.map((_, i) => `error_page ${status(i)} = ${named(route, i)};`),
    ...kinds.slice(1).map(({ clusters }, i) => {
      const names = clusters.map(({ name }) => name.replaceAll(".", "\\.")).join("|");
      return `if (${to} ~ "^(?:${names})$") { return ${status(i + 1)}; }`;
    }),
    `return ${status(0)};`,
  ];
}

function pass(to: string, secure: Cluster["tls"], policy: RoutePolicy): string[] {
  const time = duration(policy.timeout.value || policy.idleTimeout.value);
  const { value: retry } = policy.retry;
  const { value: limit } = policy.rateLimit;
  return [
    `grpc_pass ${secure ? "grpcs" : "grpc"}://${to};`,
    `grpc_read_timeout ${time};`,
    `grpc_send_timeout ${time};`,
    ...(policy.host.value === undefined ? [] : [`grpc_set_header Host ${policy.host.value};`]),
    ...(retry
      ? [`grpc_next_upstream error timeout http_503 non_idempotent;`, `grpc_next_upstream_tries ${retry.attempts};`]
      : policy.reconnect.value > 1
        ? // a request that was sent may have been executed: nginx itself retries a POST only if it was not sent
          ["grpc_next_upstream error;", `grpc_next_upstream_tries ${policy.reconnect.value};`]
        : ["grpc_next_upstream off;"]),
    ...(limit
      ? [
          `limit_req zone=${zone(limit.bucket)} burst=${limit.burst ?? limit.requests} nodelay;`,
          "limit_req_status 429;",
        ]
      : []),
    ...(secure
      ? [
          `grpc_ssl_trusted_certificate ${secure.ca};`,
          "grpc_ssl_verify on;",
          "grpc_ssl_server_name on;",
          `grpc_ssl_name ${secure.serverName};`,
          ...(secure.certificate
            ? [`grpc_ssl_certificate ${secure.certificate};`, `grpc_ssl_certificate_key ${secure.key};`]
            : []),
        ]
      : []),
  ];
}

function duration(ms: number): string {
  if (ms === 0 || ms > YEAR) return FOR_EVER;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.ceil(ms)}ms`;
}

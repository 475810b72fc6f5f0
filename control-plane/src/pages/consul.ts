import { durationFromMs } from "@protoloom/protobuf/wkt";
import { HealthCheck, type HealthCheckInit, Instance, Status } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { Parts } from "../plane/parts.js";
import { type Actor, bearer, mayChange, namespaceFor } from "../registry/access.js";
import type { Key } from "../registry/instance-key.js";
import type { Registry } from "../registry/registry.js";
import { parseGoDuration } from "./go-duration.js";
import { errorPage } from "./http-status.js";
import { bodyOf, json, type Page, text } from "./router.js";

const MAX_BYTES = 512 * 1024;
const DEFAULT_WAIT_MS = 5 * 60_000;
const MAX_WAIT_MS = 10 * 60_000;
const NO_TTL_MS = 3_600_000;

/** A request to Consul's API. */
interface Call {
  readonly registry: Registry;
  readonly actor: Actor;
  readonly namespace: string;
  readonly url: URL;
  readonly body: unknown;
  readonly peer: string;
  readonly signal: AbortSignal;
  /** The variable parts of the path. */
  readonly names: readonly string[];
}

interface Route {
  readonly method: "GET" | "PUT";
  readonly path: RegExp;
  answer(call: Call): Promise<Response> | Response;
}

/** The part of Consul's HTTP API that services and their clients use (Consul, "Agent", "Catalog" and "Health"). */
const routes: readonly Route[] = [
  { method: "PUT", path: /^\/v1\/agent\/service\/register$/, answer: register },
  { method: "PUT", path: /^\/v1\/agent\/service\/deregister\/([^/]+)$/, answer: deregister },
  { method: "PUT", path: /^\/v1\/agent\/service\/maintenance\/([^/]+)$/, answer: maintain },
  { method: "PUT", path: /^\/v1\/agent\/check\/(pass|warn|fail|update)\/([^/]+)$/, answer: check },
  { method: "GET", path: /^\/v1\/agent\/services$/, answer: agentServices },
  {
    method: "GET",
    path: /^\/v1\/agent\/self$/,
    answer: () => json({ Config: { NodeName: NODE, Datacenter: DATACENTER } }),
  },
  { method: "GET", path: /^\/v1\/status\/leader$/, answer: () => json("127.0.0.1:8300") },
  { method: "GET", path: /^\/v1\/health\/service\/([^/]+)$/, answer: (call) => blocking(call, () => healthOf(call)) },
  { method: "GET", path: /^\/v1\/catalog\/services$/, answer: (call) => blocking(call, () => catalog(call)) },
  { method: "GET", path: /^\/v1\/catalog\/service\/([^/]+)$/, answer: (call) => blocking(call, () => catalogOf(call)) },
];

const NODE = "protoloom";
const DATACENTER = "dc1";

/** Consul's HTTP API for services: programs that register with Consul register here unchanged. */
export function consulPage({ registry, access }: Parts): Page {
  return async (request, url, peer) => {
    if (!url.pathname.startsWith("/v1/")) return undefined;
    const found = routes
      .map((route) => ({ route, match: route.path.exec(url.pathname) }))
      .find(({ match }) => match !== null);
    if (found === undefined) return text(`${url.pathname} is not served here\n`, 404);
    const { route, match } = found;
    if (request.method !== route.method) return text(`use ${route.method}\n`, 405);
    try {
      const token = request.headers.get("x-consul-token") ?? bearer(request.headers.get("authorization"));
      const actor = access.actor({ token: token ?? undefined, names: [], peer });
      const namespace = namespaceFor(actor, url.searchParams.get("ns") ?? "");
      if (route.method === "PUT") mayChange(actor);
      const body = await bodyOf(request, MAX_BYTES);
      if (body === undefined) return text("the request is too long\n", 413);
      const names = match!.slice(1).map(decodeURIComponent);
      return await route.answer({
        registry,
        actor,
        namespace,
        url,
        body: parsed(body),
        peer,
        signal: request.signal,
        names,
      });
    } catch (e) {
      if (e instanceof SyntaxError || e instanceof URIError) return text(`${e.message}\n`, 400);
      return errorPage(e);
    }
  };
}

function parsed(body: string): unknown {
  return body === "" ? {} : JSON.parse(body);
}

/** A registration as clients send it. As in Consul, keys are case-insensitive. */
interface Registration {
  readonly name?: string;
  readonly id?: string;
  readonly address?: string;
  readonly port?: number;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, string>>;
  readonly weights?: { readonly passing?: number };
  readonly check?: Check;
  readonly checks?: readonly Check[];
}

interface Check {
  readonly ttl?: string;
  readonly grpc?: string;
  readonly http?: string;
  readonly tcp?: string;
  readonly interval?: string;
  readonly timeout?: string;
  readonly status?: string;
}

async function register({ registry, actor, namespace, body, peer }: Call): Promise<Response> {
  const given = lowerKeys(body) as Registration;
  const checks = given.check ? [given.check, ...(given.checks ?? [])] : (given.checks ?? []);
  const ttl = checks.map(({ ttl }) => ttl).find((each) => each !== undefined && each !== "");
  const probe = checks.map(probeOf).find((each) => each !== undefined);
  const instance = new Instance({
    namespace,
    service: given.name ?? "",
    id: given.id || given.name || "",
    host: given.address ?? "",
    port: given.port ?? 0,
    version: versionOf(given),
    weight: given.weights?.passing ?? 0,
    metadata: { ...given.meta, ...(given.tags?.length && { [TAGS]: given.tags.join(",") }) },
    // a service without a TTL stays until it is deregistered, as far as leases allow; its probe reports its health
    ttl: durationFromMs(ttl === undefined ? NO_TTL_MS : parseGoDuration(ttl)),
    // a TTL check is critical until the service says otherwise
    status: ttl !== undefined && !checks.some(({ status }) => status === "passing") ? Status.UNHEALTHY : Status.HEALTHY,
    ...(probe !== undefined && { healthCheck: new HealthCheck(probe) }),
  });
  const known = registry.get({ namespace, service: instance.service, id: instance.id });
  if (known !== undefined) instance.status = known.status; // registering again does not make an instance critical (consul#868)
  await registry.register(instance, { namespace, peer }, actor.name);
  return new Response(null, { status: 200 });
}

const TAGS = "consul-tags";

function versionOf({ meta, tags }: Registration): string {
  const tagged = tags?.find((tag) => tag.startsWith("version="))?.slice("version=".length);
  return meta?.version ?? tagged ?? "";
}

function probeOf({ grpc, http, tcp, interval, timeout }: Check): HealthCheckInit | undefined {
  const timing = {
    ...(interval && { interval: durationFromMs(parseGoDuration(interval)) }),
    ...(timeout && { timeout: durationFromMs(parseGoDuration(timeout)) }),
  };
  if (grpc) return { kind: { case: "grpc", value: { service: grpc.split("/")[1] ?? "" } }, ...timing };
  if (http) return { kind: { case: "http", value: { path: new URL(http).pathname } }, ...timing };
  if (tcp) return { kind: { case: "tcp", value: {} }, ...timing };
  return undefined;
}

async function deregister(call: Call): Promise<Response> {
  for (const key of withId(call, call.names[0]!)) await call.registry.deregister(key, call.actor.name);
  return new Response(null, { status: 200 });
}

async function maintain(call: Call): Promise<Response> {
  const keys = withId(call, call.names[0]!);
  if (keys.length === 0) return unknownService(call.names[0]!);
  const isOn = call.url.searchParams.get("enable") === "true";
  const reason = call.url.searchParams.get("reason") ?? "";
  for (const key of keys) {
    const status = isOn ? Status.UNHEALTHY : Status.HEALTHY;
    await call.registry.setStatus(key, status, isOn ? reason || "maintenance" : "", call.actor.name, "maintenance");
  }
  return new Response(null, { status: 200 });
}

const statuses: Readonly<Record<string, Status>> = {
  pass: Status.HEALTHY,
  passing: Status.HEALTHY,
  warn: Status.HEALTHY,
  warning: Status.HEALTHY,
  fail: Status.UNHEALTHY,
  critical: Status.UNHEALTHY,
};

/** A check is `service:ID`, or the name that the client gave it. */
async function check(call: Call): Promise<Response> {
  const [verb, checkId] = call.names as [string, string];
  const id = checkId.replace(/^service:/, "");
  const keys = withId(call, id);
  if (keys.length === 0)
    return text(
      `Unknown check ID ${JSON.stringify(checkId)}. Ensure that the check ID is passed, not the check name.\n`,
      404,
    );
  const { status, output } = lowerKeys(call.body) as { status?: string; output?: string };
  const wanted = Object.hasOwn(statuses, verb) ? statuses[verb] : statuses[status ?? ""];
  if (wanted === undefined) return text(`Invalid check status: ${JSON.stringify(status)}\n`, 400);
  const reason = wanted === Status.HEALTHY ? "" : (output ?? call.url.searchParams.get("note") ?? "").slice(0, 500);
  for (const key of keys) await call.registry.setStatus(key, wanted, reason, call.actor.name);
  return new Response(null, { status: 200 });
}

/** Consul's agent identifies services by id alone. */
function withId({ registry, namespace }: Call, id: string): Key[] {
  return registry.list(namespace).filter((instance) => instance.id === id);
}

function unknownService(id: string): Response {
  return text(
    `Unknown service ID ${JSON.stringify(id)}. Ensure that the service ID is passed, not the service name.\n`,
    404,
  );
}

function agentServices({ registry, namespace }: Call): Response {
  return json(Object.fromEntries(registry.list(namespace).map((instance) => [instance.id, serviceOf(instance)])));
}

function catalog({ registry, namespace }: Call): unknown {
  const services = registry.servicesOf(namespace).map((name) => {
    const tags = registry.list(namespace, name).flatMap(tagsOf);
    return [name, [...new Set(tags)].sort()];
  });
  return Object.fromEntries(services);
}

function catalogOf({ registry, namespace, names: [name], url }: Call): unknown {
  return tagged(registry.list(namespace, name), url).map((instance) => ({
    ID: NODE,
    Node: NODE,
    Address: instance.host,
    Datacenter: DATACENTER,
    ServiceID: instance.id,
    ServiceName: instance.service,
    ServiceTags: tagsOf(instance),
    ServiceAddress: instance.host,
    ServicePort: instance.port,
    ServiceMeta: metaOf(instance),
    ServiceWeights: { Passing: instance.weight, Warning: 1 },
    CreateIndex: 1,
    ModifyIndex: 1,
  }));
}

/** With `passing`, only healthy instances; otherwise all (consul#10703). */
function healthOf({ registry, namespace, names: [name], url }: Call): unknown {
  const onlyPassing = url.searchParams.has("passing") && url.searchParams.get("passing") !== "false";
  const instances = tagged(registry.list(namespace, name), url);
  const wanted = onlyPassing ? instances.filter(({ status }) => status === Status.HEALTHY) : instances;
  return wanted.map((instance) => ({
    Node: { ID: NODE, Node: NODE, Address: instance.host, Datacenter: DATACENTER, Meta: {} },
    Service: serviceOf(instance),
    Checks: [
      {
        Node: NODE,
        CheckID: `service:${instance.id}`,
        Name: `Service '${instance.service}' check`,
        Status: instance.status === Status.HEALTHY ? "passing" : "critical",
        Output: instance.reason,
        ServiceID: instance.id,
        ServiceName: instance.service,
        ServiceTags: tagsOf(instance),
      },
    ],
  }));
}

function tagged(instances: readonly Instance[], { searchParams }: URL): Instance[] {
  const wanted = searchParams.getAll("tag");
  return instances.filter((instance) => wanted.every((tag) => tagsOf(instance).includes(tag)));
}

function serviceOf(instance: Instance): object {
  return {
    ID: instance.id,
    Service: instance.service,
    Tags: tagsOf(instance),
    Meta: metaOf(instance),
    Address: instance.host,
    Port: instance.port,
    Weights: { Passing: instance.weight, Warning: 1 },
    EnableTagOverride: false,
    Datacenter: DATACENTER,
  };
}

function tagsOf({ metadata }: Instance): string[] {
  return metadata[TAGS]?.split(",") ?? [];
}

function metaOf({ metadata }: Instance): Record<string, string> {
  const { [TAGS]: _, ...meta } = metadata;
  return meta;
}

/** Waits for a change if the client has seen the current state (Consul, "Blocking Queries"). */
async function blocking({ registry, url, signal }: Call, answer: () => unknown): Promise<Response> {
  const { feed } = registry;
  const index = (): number => feed.seq + 1; // never 0, which means that the client has seen no state
  const seen = Number(url.searchParams.get("index") ?? 0);
  if (seen === index()) {
    const before = JSON.stringify(answer());
    const wait = parseGoDuration(url.searchParams.get("wait") ?? "") || DEFAULT_WAIT_MS;
    const end = Date.now() + Math.min(MAX_WAIT_MS, wait) * (1 + Math.random() / 16);
    while (!signal.aborted && Date.now() < end && JSON.stringify(answer()) === before) {
      await changed(feed, end - Date.now(), signal);
    }
  }
  return json(answer(), 200, {
    "x-consul-index": String(index()),
    "x-consul-knownleader": "true",
    "x-consul-lastcontact": "0",
  });
}

function changed(feed: Registry["feed"], ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = feed.listen(done);
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Converts the keys of objects to lower case, except in metadata. */
function lowerKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    const lower = key.toLowerCase();
    return [lower, lower === "meta" ? each : lowerKeys(each)];
  });
  return Object.fromEntries(entries);
}

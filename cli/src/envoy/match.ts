/** The output of protoc-gen-envoy with `format=routes`. */
export interface RouteMap {
  readonly listeners: readonly Listener[];
}

export interface Listener {
  readonly name: string;
  readonly address: string;
  readonly because: string;
  readonly hosts: readonly string[];
  readonly grpc_web: boolean;
  readonly rest: boolean;
  readonly cors: boolean;
  /** The cluster of the authorization service. */
  readonly authorization?: string;
  readonly routes: readonly Route[];
}

export interface Route {
  readonly name: string;
  readonly path: string;
  readonly exact: boolean;
  readonly header?: { readonly name: string; readonly value?: string };
  readonly percent?: number;
  readonly because: string;
  readonly rest?: readonly { readonly verb: string; readonly template: string; readonly shape: string }[];
  readonly clusters: readonly { readonly name: string; readonly weight: number }[];
  readonly clusters_because: string;
  readonly settings: readonly Setting[];
  readonly fragment?: { readonly because: string; readonly envoy: unknown };
}

export interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly text: string;
  readonly because: string;
}

export interface HttpRequest {
  readonly verb: string;
  /** The path, with or without a query. */
  readonly path: string;
  /** The host with or without a port. Without one, any. */
  readonly host: string | undefined;
  /** Headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A way of a request, and its share of equal requests: 1 unless a canary takes a percentage. */
export interface Way {
  readonly route: Route;
  readonly share: number;
  /** The REST form by which the request reaches the route. */
  readonly rest: string | undefined;
}

/** Where a request goes. Without ways, `answer` says what Envoy answers itself. */
export interface Match {
  readonly listener: Listener;
  readonly ways: readonly Way[];
  readonly answer: string | undefined;
}

/** Finds the route of a request as Envoy does: by host, then the first route whose path, headers and percentage match. */
export function matchRequest(listener: Listener, request: HttpRequest): Match {
  const type = request.headers.get("content-type");
  const path = request.path.replace(/[?#].*$/, "");
  const rest = type?.startsWith("application/grpc") ? undefined : restForm(listener, request.verb, path);
  const assumed = type ?? (request.verb === "POST" && rest === undefined ? "application/grpc" : "");
  const answered = (answer: string): Match => ({ listener, ways: [], answer });
  // Envoy answers calls by gRPC, all else by HTTP
  const refused = (why: string): Match => answered(`${isGrpc(assumed) ? "UNIMPLEMENTED" : "404"}: ${why}`);

  if (request.host !== undefined && !listener.hosts.some((host) => hasHost(host, request.host!)))
    return refused(`listener ${listener.name} does not serve the host ${request.host}`);
  if (isPreflight(request) && listener.cors) return answered("the CORS filter answers preflights of allowed origins");
  const isCall = rest !== undefined || isGrpc(assumed) || (listener.grpc_web && assumed.startsWith("application/grpc"));
  if (!isCall) return refused(listener.rest ? "no REST route matches" : "only gRPC is served");
  const ways = waysOf(listener, rest?.route.path ?? path, request, rest && `${rest.verb} ${rest.template}`);
  return ways.length > 0 ? { listener, ways, answer: undefined } : refused("no service of the listener has this path");
}

function waysOf(listener: Listener, path: string, { headers }: HttpRequest, rest: string | undefined): Way[] {
  const ways: Way[] = [];
  let left = 1;
  for (const route of listener.routes) {
    const isHere = route.exact ? route.path === path : path.startsWith(route.path);
    if (!isHere || !hasHeader(route, headers)) continue;
    const share = route.percent === undefined ? left : left * (route.percent / 100);
    if (share > 0) ways.push({ route, share, rest });
    left -= share;
    if (left <= 0) break;
  }
  return ways;
}

function isGrpc(type: string): boolean {
  return type === "application/grpc" || type.startsWith("application/grpc+");
}

function isPreflight({ verb, headers }: HttpRequest): boolean {
  return verb === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

function hasHeader({ header }: Route, headers: ReadonlyMap<string, string>): boolean {
  if (header === undefined) return true;
  const value = headers.get(header.name);
  return value !== undefined && (header.value === undefined || header.value === value);
}

/** Envoy's domains: exact, `*.shop.example`, `shop.*` or `*`, without case, and the port ignored. */
function hasHost(domain: string, host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  const wanted = domain.toLowerCase();
  if (wanted === "*") return true;
  if (wanted.startsWith("*")) return name.endsWith(wanted.slice(1)) && name.length >= wanted.length;
  if (wanted.endsWith("*")) return name.startsWith(wanted.slice(0, -1)) && name.length >= wanted.length;
  return name === wanted;
}

/** The REST form that matches, those with more literal segments first. */
function restForm(listener: Listener, verb: string, path: string) {
  if (!listener.rest) return undefined;
  const forms = listener.routes.flatMap((route) => (route.rest ?? []).map((form) => ({ ...form, route })));
  return forms
    .filter((form) => (form.verb === verb || form.verb === "*") && patternOf(form.shape).test(path))
    .sort((a, b) => literalsOf(b.shape) - literalsOf(a.shape))[0];
}

/** A path template of google.api.http without variables: `*` is a segment, `**` the rest. */
function patternOf(shape: string): RegExp {
  const parts = shape.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^/]+" : part.replace(/[^\w/]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

function literalsOf(shape: string): number {
  return shape.split("/").filter((segment) => !segment.includes("*")).length;
}

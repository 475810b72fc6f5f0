import type { Configuration, Json, JsonObject } from "./resources.js";

/** A change of a value inside a resource. `before` or `after` is undefined if it was added or removed. */
export interface Change {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The fate of a listener or cluster. */
export interface Effect {
  readonly name: string;
  /** "drains": open connections are closed in time; "warms": it waits for its endpoints before it takes calls. */
  readonly effect: "new" | "removed" | "drains" | "warms";
  readonly changes: readonly Change[];
}

/** A change of the calls that some routes take. */
export interface RouteChange {
  readonly routes: readonly string[];
  readonly effect: "new" | "removed" | "changed";
  /** Shares of clusters, if they differ. */
  readonly clusters?: { readonly before: string; readonly after: string };
  readonly changes: readonly Change[];
}

export interface EndpointChange {
  readonly cluster: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** The effect of a configuration change on traffic. */
export interface Difference {
  /** Why Envoy must be restarted. Empty if it takes the change while it runs. */
  readonly restart: readonly string[];
  readonly listeners: readonly Effect[];
  readonly clusters: readonly Effect[];
  readonly routes: readonly RouteChange[];
  readonly endpoints: readonly EndpointChange[];
  /** Certificates that are exchanged. No connection is closed. */
  readonly secrets: readonly string[];
}

/** Compares two configurations by their effect on a running Envoy. */
export function difference(before: Configuration, after: Configuration): Difference {
  const listeners = effects(before.listeners, after.listeners, "drains");
  const clusters = effects(before.clusters, after.clusters, "warms");
  const routes = routeChanges(before.routes, after.routes);
  const endpoints = endpointChanges(before, after);
  const isChanged = listeners.length + clusters.length + routes.length + endpoints.length > 0;
  return {
    restart: restartOf(before, after, isChanged),
    listeners,
    clusters,
    routes,
    endpoints,
    secrets: changedNames(before.secrets, after.secrets),
  };
}

function restartOf(before: Configuration, after: Configuration, isChanged: boolean): string[] {
  const paths = changesOf(before.bootstrap, after.bootstrap).map(({ path }) => path);
  return [
    ...(after.isStatic && isChanged ? ["format=static is read at the start only"] : []),
    ...(paths.length > 0 ? [`the bootstrap has changed: ${shortened(paths)}`] : []),
  ];
}

const MOST = 3;

function shortened(all: readonly string[]): string {
  const rest = all.length - MOST;
  return [...all.slice(0, MOST), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/** Envoy drains a changed listener, and replaces a changed cluster once the new one is warm. */
function effects(
  before: ReadonlyMap<string, JsonObject>,
  after: ReadonlyMap<string, JsonObject>,
  effect: "drains" | "warms",
): Effect[] {
  const found: Effect[] = [];
  for (const [name, old] of before) {
    const next = after.get(name);
    if (next === undefined) found.push({ name, effect: "removed", changes: [] });
    else {
      const changes = changesOf(old, next);
      if (changes.length > 0) found.push({ name, effect, changes });
    }
  }
  for (const name of after.keys()) if (!before.has(name)) found.push({ name, effect: "new", changes: [] });
  return found;
}

/** The values that differ, with their paths. Elements of lists are compared by name where they have one. */
export function changesOf(before: Json | undefined, after: Json | undefined, path = ""): Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [old, next] = [childrenOf(before), childrenOf(after)];
  if (old === undefined || next === undefined) return [{ path, before, after }];
  const keys = [...new Set([...old.keys(), ...next.keys()])];
  const found = keys.flatMap((key) => changesOf(old.get(key), next.get(key), path === "" ? key : `${path}.${key}`));
  // the same elements in another order
  return found.length > 0 ? found : [{ path: `${path} (order)`, before, after }];
}

function childrenOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value as JsonObject));
  const found = new Map<string, Json>();
  for (const [i, each] of (value as readonly Json[]).entries()) {
    const name = nameOf(each) ?? String(i);
    found.set(found.has(name) ? `${name}#${i}` : name, each);
  }
  return found;
}

function nameOf(value: Json): string | undefined {
  const name = (value as { readonly name?: Json } | null)?.name;
  return typeof name === "string" ? name : undefined;
}

/** Routes that change in the same way are one change. */
function routeChanges(before: ReadonlyMap<string, JsonObject>, after: ReadonlyMap<string, JsonObject>): RouteChange[] {
  const [old, next] = [routesOf(before), routesOf(after)];
  const found = new Map<string, RouteChange & { readonly routes: string[] }>();
  const add = (name: string, change: Omit<RouteChange, "routes">): void => {
    const key = JSON.stringify(change);
    const known = found.get(key);
    if (known) known.routes.push(name);
    else found.set(key, { ...change, routes: [name] });
  };
  for (const [key, { name, route }] of old) {
    const other = next.get(key);
    if (other === undefined) {
      add(name, { effect: "removed", changes: [] });
      continue;
    }
    const [was, is] = [sharesOf(route), sharesOf(other.route)];
    const changes = changesOf(withoutClusters(route), withoutClusters(other.route));
    const clusters = was === is ? {} : { clusters: { before: was, after: is } };
    if (was !== is || changes.length > 0) add(name, { effect: "changed", ...clusters, changes });
  }
  for (const [key, { name, route }] of next)
    if (!old.has(key)) add(name, { effect: "new", clusters: { before: "", after: sharesOf(route) }, changes: [] });
  return [...found.values(), ...hostChanges(before, after)];
}

interface Named {
  readonly name: string;
  readonly route: JsonObject;
}

/** Routes by what they match, percentages apart: one whose percentage changes is still the same. */
function routesOf(configurations: ReadonlyMap<string, JsonObject>): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const [of, configuration] of configurations) {
    for (const host of listOf(configuration.virtual_hosts)) {
      for (const route of listOf(host.routes)) {
        const { runtime_fraction: _, ...match } = (route.match ?? {}) as JsonObject;
        const key = JSON.stringify([of, host.name, match]);
        const headers = listOf(match.headers).flatMap(({ name }) => (name === "content-type" ? [] : [String(name)]));
        const when = headers.length === 0 ? "" : ` with ${headers.join(", ")}`;
        const unique = found.has(key) ? `${key}#${found.size}` : key;
        found.set(unique, { name: `${of}: ${String(route.name)}${when}`, route });
      }
    }
  }
  return found;
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

function actionOf(route: JsonObject): JsonObject {
  return (route.route ?? {}) as JsonObject;
}

function sharesOf(route: JsonObject): string {
  const { cluster, weighted_clusters: weighted } = actionOf(route);
  if (typeof cluster === "string") return cluster;
  const clusters = listOf((weighted as JsonObject | undefined)?.clusters);
  const sum = clusters.reduce((total, { weight }) => total + Number(weight ?? 0), 0);
  return clusters
    .map(({ name, weight }) => `${String(name)} ${Number(((Number(weight ?? 0) / sum) * 100).toPrecision(4))} %`)
    .join(", ");
}

function withoutClusters(route: JsonObject): JsonObject {
  const { route: action, ...rest } = route;
  if (action === undefined) return rest;
  const { cluster: _, weighted_clusters: __, ...others } = action as JsonObject;
  return { ...rest, route: others };
}

/** Changes of whole virtual hosts and route configurations: domains, limits, and the order of routes. */
function hostChanges(before: ReadonlyMap<string, JsonObject>, after: ReadonlyMap<string, JsonObject>): RouteChange[] {
  return [...after].flatMap(([of, next]) => {
    const old = before.get(of);
    if (old === undefined) return [];
    const changes = changesOf(withoutRoutesOf(old), withoutRoutesOf(next));
    const [was, is] = [orderOf(old), orderOf(next)];
    const [inOld, inNext] = [new Set(was), new Set(is)];
    const isMoved = was.filter((key) => inNext.has(key)).join() !== is.filter((key) => inOld.has(key)).join();
    const moved = isMoved ? [{ path: "order of routes", before: undefined, after: undefined }] : [];
    const all = [...changes, ...moved];
    return all.length > 0 ? [{ routes: [`${of}: all`], effect: "changed" as const, changes: all }] : [];
  });
}

function withoutRoutesOf(configuration: JsonObject): JsonObject {
  const hosts = listOf(configuration.virtual_hosts).map(({ routes: _, ...host }) => host);
  return { ...configuration, virtual_hosts: hosts };
}

function orderOf(configuration: JsonObject): string[] {
  return listOf(configuration.virtual_hosts).flatMap((host) =>
    listOf(host.routes).map(({ name, match }) => {
      const { runtime_fraction: _, ...rest } = (match ?? {}) as JsonObject;
      return JSON.stringify([host.name, name, rest]);
    }),
  );
}

function endpointChanges(before: Configuration, after: Configuration): EndpointChange[] {
  return [...after.endpoints].flatMap(([cluster, next]) => {
    const old = before.endpoints.get(cluster);
    if (old === undefined || !before.clusters.has(cluster)) return [];
    const [was, is] = [addressesOf(old), addressesOf(next)];
    const change = {
      cluster,
      added: [...is.keys()].filter((address) => !was.has(address)),
      removed: [...was.keys()].filter((address) => !is.has(address)),
      changed: [...is].flatMap(([address, how]) => {
        const then = was.get(address);
        return then === undefined || then === how ? [] : [`${address} ${then} → ${how}`];
      }),
    };
    return change.added.length + change.removed.length + change.changed.length > 0 ? [change] : [];
  });
}

/** Each endpoint with its weight, priority and zone in words. */
function addressesOf(assignment: JsonObject): Map<string, string> {
  const found = new Map<string, string>();
  for (const { locality, priority, load_balancing_weight: share, lb_endpoints: endpoints } of listOf(
    assignment.endpoints,
  )) {
    const zone = (locality as JsonObject | undefined)?.zone;
    for (const each of listOf(endpoints)) {
      const name = addressOf(each);
      const parts = [
        `weight ${String(each.load_balancing_weight ?? 1)}`,
        priority === undefined ? "" : `priority ${String(priority)}`,
        zone === undefined ? "" : `zone ${String(zone)} of weight ${String(share)}`,
      ];
      found.set(name, parts.filter(Boolean).join(", "));
    }
  }
  return found;
}

function addressOf(endpoint: JsonObject): string {
  const { address } = (endpoint.endpoint ?? {}) as JsonObject;
  const { socket_address: socket, pipe } = (address ?? {}) as Readonly<Record<string, JsonObject>>;
  return socket === undefined ? String(pipe?.path) : `${String(socket.address)}:${String(socket.port_value)}`;
}

function changedNames(before: ReadonlyMap<string, JsonObject>, after: ReadonlyMap<string, JsonObject>): string[] {
  return [...after].filter(([name, next]) => changesOf(before.get(name), next).length > 0).map(([name]) => name);
}

/** The difference in words. */
export function showDifference(found: Difference): string {
  const lines = [
    ...found.restart.map((why) => `restart: ${why}`),
    ...found.listeners.map(
      (each) => `listener ${each.name}: ${effectWords.listener[each.effect]}${because(each.changes)}`,
    ),
    ...found.clusters.map(
      (each) => `cluster ${each.name}: ${effectWords.cluster[each.effect]}${because(each.changes)}`,
    ),
    ...found.routes.flatMap(showRoutes),
    ...found.endpoints.flatMap(({ cluster, added, removed, changed }) => [
      ...added.map((each) => `cluster ${cluster}: ${each} gets calls`),
      ...removed.map((each) => `cluster ${cluster}: ${each} gets no calls any more`),
      ...changed.map((each) => `cluster ${cluster}: ${each}`),
    ]),
    ...found.secrets.map((name) => `certificate ${name}: replaced, no connection is closed`),
  ];
  return lines.length === 0 ? "nothing changes\n" : `${lines.join("\n")}\n`;
}

const effectWords = {
  listener: {
    new: "new",
    removed: "removed, its connections are drained and closed",
    drains: "its connections are drained",
    warms: "",
  },
  cluster: {
    new: "new, it warms before it takes calls",
    removed: "removed, its connections are closed",
    warms: "warms anew, its old connections are closed then",
    drains: "",
  },
} as const;

function because(changes: readonly Change[]): string {
  return changes.length === 0 ? "" : ` (${shortened(changes.map(showChange))})`;
}

function showChange({ path, before, after }: Change): string {
  if (before === undefined && after === undefined) return path;
  if (before === undefined) return `${path} added`;
  if (after === undefined) return `${path} removed`;
  const [was, is] = [before, after].map((value) => (typeof value === "object" ? "…" : String(value)));
  return was === is ? path : `${path} ${was} → ${is}`;
}

function showRoutes({ routes, effect, clusters, changes }: RouteChange): string[] {
  const names = shortened(routes);
  if (effect === "removed") return [`${names}: no route any more`];
  if (effect === "new") return [`${names}: new${clusters === undefined ? "" : ` → ${clusters.after}`}`];
  const shares = clusters === undefined ? [] : [`${clusters.before} → ${clusters.after}`];
  return [`${names}: ${shortened([...shares, ...changes.map(showChange)])}`];
}

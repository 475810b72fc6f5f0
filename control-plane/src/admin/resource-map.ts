import { Cluster } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { HealthStatus } from "@protoloom/envoy/gen/envoy/config/core/v3/health_check_pb";
import type { LbEndpoint } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_components_pb";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { Listener } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import type { HeaderMatcher, Route } from "@protoloom/envoy/gen/envoy/config/route/v3/route_components_pb";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import { managersOf } from "../cache/references.js";
import type { Resource } from "../cache/resource.js";
import { type KnownType, resourceTypes } from "../cache/resource-types.js";
import type { View } from "../cache/snapshot-cache.js";
import { MapEdge, MapNode, ResourceMap } from "../gen/protoloom/admin/v1/admin_pb.js";
import { Status } from "../gen/protoloom/registry/v1/registry_pb.js";

const MAX_NODES = 400;

/** The references of one resource. */
interface Link {
  readonly type: KnownType;
  readonly name: string;
  readonly share?: number | undefined;
  readonly condition?: string | undefined;
  readonly status?: Status | undefined;
}

/** The resources of one family of clients. With a search, those with a name that contains it, and the ways through them. */
export function resourceMapOf(family: string, view: View, search: string): ResourceMap | undefined {
  const all = new Map<string, Place>();
  const endpoints = view.table(resourceTypes.endpoint);
  for (const type of columns) {
    for (const entry of view.table(resourceTypes[type]).all) {
      const resource = entry.served ?? entry.wanted;
      const place = placeAt(all, type, resource.name);
      place.refused = entry.refusal !== undefined;
      const assigned = type === "cluster" ? resource.references.flatMap((name) => endpoints.entry(name) ?? []) : [];
      if (assigned.some(({ refusal }) => refusal !== undefined)) place.refused = true;
      const assignments = assigned.flatMap(({ served }) => served ?? []);
      for (const link of [resource, ...assignments].flatMap(linksOf)) {
        connect(place, link, placeAt(all, link.type, link.name));
      }
    }
  }
  if (all.size === 0) return undefined;
  const found = [...all.values()].filter(({ name }) => name.includes(search));
  const shown =
    search === "" ? new Set(all.values()) : new Set([...throughAll(found, "to"), ...throughAll(found, "from")]);
  return drawn(family, [...shown].sort(inColumns));
}

/** Endpoints appear as what clusters refer to: their assignments have the clusters' names. */
const columns = ["listener", "route", "cluster"] as const;
const order: Readonly<Partial<Record<KnownType, number>>> = { listener: 0, route: 1, cluster: 2, endpoint: 3 };

interface Place {
  readonly type: KnownType;
  readonly name: string;
  refused: boolean;
  status: Status;
  readonly to: Map<Place, Link>;
  readonly from: Set<Place>;
}

function placeAt(all: Map<string, Place>, type: KnownType, name: string): Place {
  const key = `${type} ${name}`;
  let place = all.get(key);
  if (place === undefined) {
    place = { type, name, refused: false, status: Status.UNSPECIFIED, to: new Map(), from: new Set() };
    all.set(key, place);
  }
  return place;
}

function connect(from: Place, link: Link, to: Place): void {
  to.status = link.status ?? to.status;
  const known = from.to.get(to);
  from.to.set(to, known === undefined ? link : joined(known, link));
  to.from.add(from);
}

/** A canary and a share of the split may lead to the same cluster. */
function joined(known: Link, { share = known.share, condition = known.condition }: Link): Link {
  return { ...known, share, condition };
}

function throughAll(start: readonly Place[], direction: "to" | "from"): Set<Place> {
  const found = new Set(start);
  for (const place of found) for (const next of place[direction].keys()) found.add(next);
  return found;
}

function inColumns(a: Place, b: Place): number {
  return order[a.type]! - order[b.type]! || (a.name < b.name ? -1 : 1);
}

function drawn(family: string, places: readonly Place[]): ResourceMap {
  const shown = places.slice(0, MAX_NODES);
  const index = new Map(shown.map((place, at) => [place, at]));
  const edges = shown.flatMap((place, from) =>
    [...place.to].flatMap(([target, { share, condition }]) => {
      const to = index.get(target);
      return to === undefined ? [] : new MapEdge({ from, to, share, condition });
    }),
  );
  const nodes = shown.map(({ type, name, status, refused }) => new MapNode({ type, name, status, refused }));
  return new ResourceMap({ family, nodes, edges, omitted: places.length - shown.length });
}

const known = new WeakMap<Resource, readonly Link[]>();

/** Reads a resource once, however often the map is drawn. */
function linksOf(resource: Resource): readonly Link[] {
  let links = known.get(resource);
  if (links === undefined) {
    links = readers[resource.typeUrl]?.(resource) ?? [];
    known.set(resource, links);
  }
  return links;
}

const readers: Readonly<Record<string, (resource: Resource) => Link[]>> = {
  [resourceTypes.listener.typeUrl]: (resource) => managersOf(resource.decode(Listener)).flatMap(ofManager),
  [resourceTypes.route.typeUrl]: (resource) => routesOf(resource.decode(RouteConfiguration)),
  [resourceTypes.cluster.typeUrl]: (resource) => endpointsOf(resource.decode(Cluster).loadAssignment),
  [resourceTypes.endpoint.typeUrl]: (resource) => endpointsOf(resource.decode(ClusterLoadAssignment)),
};

function ofManager({ routeSpecifier }: ReturnType<typeof managersOf>[number]): Link[] {
  if (routeSpecifier.case === "rds") return [{ type: "route", name: routeSpecifier.value.routeConfigName }];
  return routeSpecifier.case === "routeConfig" ? routesOf(routeSpecifier.value) : [];
}

function routesOf({ virtualHosts }: RouteConfiguration): Link[] {
  return virtualHosts.flatMap(({ routes }) => routes.flatMap(ofRoute));
}

function ofRoute({ action, match }: Route): Link[] {
  if (action.case !== "route") return [];
  const { clusterSpecifier: to } = action.value;
  const condition = match?.headers.map(conditionOf).join(", ") || undefined;
  if (to.case === "cluster") return [{ type: "cluster", name: to.value, condition }];
  if (to.case !== "weightedClusters") return [];
  const { clusters } = to.value;
  const total = clusters.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  return clusters.map(({ name, weight = 0 }) => ({
    type: "cluster",
    name,
    condition,
    share: total === 0 ? 0 : (100 * weight) / total,
  }));
}

function conditionOf({ name, headerMatchSpecifier: match }: HeaderMatcher): string {
  const pattern = match.case === "stringMatch" ? match.value.matchPattern : undefined;
  return pattern?.case === "exact" ? `${name}: ${pattern.value}` : name;
}

function endpointsOf(assignment: ClusterLoadAssignment | undefined): Link[] {
  return (assignment?.endpoints ?? []).flatMap(({ lbEndpoints }) => lbEndpoints.flatMap(ofEndpoint));
}

const statuses: Readonly<Partial<Record<HealthStatus, Status>>> = {
  [HealthStatus.HEALTHY]: Status.HEALTHY,
  [HealthStatus.UNHEALTHY]: Status.UNHEALTHY,
  [HealthStatus.DRAINING]: Status.DRAINING,
};

function ofEndpoint({ hostIdentifier: host, healthStatus }: LbEndpoint): Link[] {
  const address = host.case === "endpoint" ? host.value.address?.address : undefined;
  if (address?.case !== "socketAddress") return [];
  const { address: ip, portSpecifier: port } = address.value;
  const name = `${ip.includes(":") ? `[${ip}]` : ip}:${port.value ?? ""}`;
  return [{ type: "endpoint", name, status: statuses[healthStatus] }];
}

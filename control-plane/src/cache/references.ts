import { Cluster } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { Listener } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import type { Route, RouteAction } from "@protoloom/envoy/gen/envoy/config/route/v3/route_components_pb";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import { HttpConnectionManager } from "@protoloom/envoy/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb";
import { type Any, anyUnpack } from "@protoloom/protobuf/wkt";

/**
 * The names that a resource refers to: the clusters of routes, including routes inside a listener, and the endpoints of a
 * cluster. A client must have them before this resource.
 */
export function referencesOf(message: object): readonly string[] {
  if (message instanceof RouteConfiguration) return [...new Set(clustersOf(message))];
  if (message instanceof Listener) return [...new Set(managersOf(message).flatMap(inlineClusters))];
  if (message instanceof Cluster && message.edsClusterConfig !== undefined) {
    return [message.edsClusterConfig.serviceName || message.name];
  }
  return [];
}

function clustersOf({ virtualHosts }: RouteConfiguration): string[] {
  return virtualHosts.flatMap(({ routes }) => routes.flatMap(clustersOfRoute));
}

function clustersOfRoute({ action }: Route): string[] {
  if (action.case !== "route") return [];
  const { clusterSpecifier: to, requestMirrorPolicies } = action.value as RouteAction;
  const mirrors = requestMirrorPolicies.flatMap(({ cluster }) => (cluster === "" ? [] : [cluster]));
  if (to.case === "cluster") return [to.value, ...mirrors];
  if (to.case === "weightedClusters") return [...to.value.clusters.map(({ name }) => name), ...mirrors];
  return mirrors;
}

/** The HTTP connection managers of a listener. */
export function managersOf({ apiListener, filterChains, defaultFilterChain }: Listener): HttpConnectionManager[] {
  const chains = defaultFilterChain === undefined ? filterChains : [...filterChains, defaultFilterChain];
  const configs = chains.flatMap(({ filters }) =>
    filters.flatMap(({ configType }) => (configType.case === "typedConfig" ? [configType.value] : [])),
  );
  return [...configs, ...(apiListener?.apiListener ? [apiListener.apiListener] : [])].flatMap(toManager);
}

function toManager(any: Any): HttpConnectionManager[] {
  const manager = anyUnpack(any, HttpConnectionManager);
  return manager === undefined ? [] : [manager];
}

function inlineClusters({ routeSpecifier }: HttpConnectionManager): string[] {
  return routeSpecifier.case === "routeConfig" ? clustersOf(routeSpecifier.value) : [];
}

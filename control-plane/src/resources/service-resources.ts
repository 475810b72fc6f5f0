import type { Client } from "../cache/cache.js";
import type { Resource } from "../cache/resource.js";
import type { Instance } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { Registry } from "../registry/registry.js";
import { clusterName, clusterOf } from "./clusters.js";
import { endpointsOf } from "./endpoints.js";
import { apiListenerOf, gatewayOf } from "./listeners.js";
import { type Routed, routesOf } from "./routes.js";

/** Where Envoy listens for the calls of all services of a namespace. */
export interface Gateway {
  /** The address to listen on: `0.0.0.0`. */
  readonly host: string;
  /** The TCP port. */
  readonly port: number;
}

/** The name of the listener, and of its routes. */
const GATEWAY = "gateway";

/** The clusters of a service: one for all instances, and one for each version that exists or receives traffic. */
export function versionsOf(
  registry: Registry,
  namespace: string,
  service: string,
  instances: readonly Instance[] = registry.list(namespace, service),
): string[] {
  const policy = registry.policy(namespace, service);
  const versions = instances.map(({ version }) => version);
  const wanted = [...(policy?.split ?? []), ...(policy?.canaries ?? [])].map(({ version }) => version);
  return ["", ...[...new Set([...versions, ...wanted])].filter((version) => version !== "").sort()];
}

/** The endpoints of a service, by cluster. */
export function endpointsOfService(
  registry: Registry,
  namespace: string,
  service: string,
  instances: readonly Instance[] = registry.list(namespace, service),
): Resource[] {
  return versionsOf(registry, namespace, service, instances).map((version) => {
    const members = version === "" ? instances : instances.filter((each) => each.version === version);
    return endpointsOf(clusterName(service, version), members, causeOf(namespace, service));
  });
}

/** All resources except endpoints that clients of a family get for the services of a namespace. */
export function resourcesOf(
  registry: Registry,
  namespace: string,
  family: Client["family"],
  gateway: Gateway | undefined,
): Resource[] {
  const names = servicesOf(registry, namespace);
  const clusters = names.flatMap((service) =>
    versionsOf(registry, namespace, service).map((version) =>
      clusterOf(clusterName(service, version), family, causeOf(namespace, service)),
    ),
  );
  const routed = names.map((service): Routed => ({ service, policy: registry.policy(namespace, service) }));
  if (family === "grpc") {
    return [
      ...clusters,
      ...routed.flatMap((each) => {
        const cause = causeOf(namespace, each.service);
        return [routesOf(each.service, [each], cause), apiListenerOf(each.service, cause)];
      }),
    ];
  }
  if (gateway === undefined) return clusters;
  const { host, port } = gateway;
  const routes = routesOf(GATEWAY, routed, `the policies of the namespace ${namespace}`);
  return [...clusters, routes, gatewayOf(GATEWAY, host, port, `the gateway at ${host}:${port}`)];
}

/** A refusal of its resources is traced to this, as no file has made them. */
function causeOf(namespace: string, service: string): string {
  return `the service ${service} and its policy, in the namespace ${namespace}`;
}

/** Services that have instances or a policy. */
export function servicesOf(registry: Registry, namespace: string): string[] {
  const governed = registry.policies(namespace).map(({ service }) => service);
  return [...new Set([...registry.servicesOf(namespace), ...governed])].sort();
}

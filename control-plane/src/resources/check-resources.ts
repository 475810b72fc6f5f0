import { isIP } from "node:net";
import { checkMessage, messageTypes } from "@protoloom/envoy";
import { Cluster, Cluster_LbPolicy } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ClusterLoadAssignment } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { Listener } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import type { Client } from "../cache/cache.js";
import { managersOf } from "../cache/references.js";
import type { Resource } from "../cache/resource.js";
import { resourceType, resourceTypes } from "../cache/resource-types.js";

/** A resource that clients would refuse, or could not use. */
export interface Fault {
  /** The resource. */
  readonly resource: Resource;
  /** The path of a field with the broken rule, or a sentence that says what is wrong. */
  readonly text: string;
}

/**
 * Checks resources before they are served to a family of clients: by the rules of Envoy's API, and for what these clients
 * refuse although the rules permit it. Returns nothing for resources of types that are not known here.
 *
 * @example
 * const [fault] = checkResources(resources, "grpc");
 * if (fault === undefined) cache.set("shop", resources);
 */
export function checkResources(resources: readonly Resource[], family: Client["family"]): Fault[] {
  return [...resources.flatMap((resource) => faultsOf(resource, family)), ...twins(resources)];
}

/** Throws an Error with the line that the first fault comes from. */
export function refuseFaults(resources: readonly Resource[], family: Client["family"]): void {
  const [fault] = checkResources(resources, family);
  if (fault === undefined) return;
  const { typeUrl, name } = fault.resource;
  throw new Error(`${fault.resource.causeOf(fault.text) ?? `${resourceType(typeUrl).name} ${name}`}: ${fault.text}`);
}

function faultsOf(resource: Resource, family: Client["family"]): Fault[] {
  const type = messageTypes.get(resource.typeUrl.slice(resource.typeUrl.lastIndexOf("/") + 1));
  if (type === undefined) return [];
  const violations = checkMessage(type.schema, resource.decode(type), messageTypes);
  const texts =
    violations.length > 0
      ? violations.map(({ path, text, rule }) => `${path}: ${text} (${rule})`)
      : (checks[resource.typeUrl]?.(resource, family) ?? []);
  return texts.map((text) => ({ resource, text }));
}

/** A name that two resources of a type have, and an address that two listeners have. */
function twins(resources: readonly Resource[]): Fault[] {
  const isSecond = repeats();
  return resources.flatMap((resource) => {
    const { typeUrl, name } = resource;
    const faults: Fault[] = [];
    if (isSecond(`${typeUrl} ${name}`)) faults.push({ resource, text: `the name ${JSON.stringify(name)} is taken` });
    const address = typeUrl === resourceTypes.listener.typeUrl ? addressOf(resource.decode(Listener)) : undefined;
    if (address !== undefined && isSecond(`address ${address}`))
      faults.push({ resource, text: `another listener has the address ${address}` });
    return faults;
  });
}

/** A function that tells whether it has been called with the same text before. */
function repeats(): (text: string) => boolean {
  const seen = new Set<string>();
  return (text) => seen.size === seen.add(text).size;
}

function addressOf({ address }: Listener): string | undefined {
  if (address?.address.case !== "socketAddress") return undefined;
  const { protocol, address: host, portSpecifier } = address.address.value;
  return portSpecifier.value === 0 ? undefined : `${protocol === 1 ? "udp " : ""}${host}:${portSpecifier.value}`;
}

const checks: Readonly<Record<string, (resource: Resource, family: Client["family"]) => string[]>> = {
  [resourceTypes.listener.typeUrl]: (resource) => listenerFaults(resource.decode(Listener)),
  [resourceTypes.route.typeUrl]: (resource) => routeFaults(resource.decode(RouteConfiguration)),
  [resourceTypes.cluster.typeUrl]: (resource, family) => clusterFaults(resource.decode(Cluster), family),
  [resourceTypes.endpoint.typeUrl]: (resource, family) =>
    endpointFaults(resource.decode(ClusterLoadAssignment), family),
};

const ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/** Without a terminal filter, calls would end nowhere (gRFC A39; Envoy, "HTTP filters"). */
function listenerFaults(listener: Listener): string[] {
  const ends = managersOf(listener).map(({ httpFilters }) => httpFilters.at(-1)?.configType);
  const isWrong = ends.some((end) => end?.case === "typedConfig" && end.value.typeUrl !== ROUTER);
  return isWrong || ends.includes(undefined) ? ["the last HTTP filter is not the router"] : [];
}

const MAX_SUM = 4_294_967_295;

function routeFaults({ virtualHosts }: RouteConfiguration): string[] {
  const domains = virtualHosts.flatMap((host) => host.domains.map((domain) => domain.toLowerCase()));
  const twice = domains.find(repeats());
  const sums = virtualHosts.flatMap(({ routes }) =>
    routes.flatMap(({ action }) => {
      const to = action.case === "route" ? action.value.clusterSpecifier : undefined;
      return to?.case === "weightedClusters" ? to.value.clusters.reduce((sum, { weight = 0 }) => sum + weight, 0) : [];
    }),
  );
  return [
    ...(twice === undefined ? [] : [`two virtual hosts have the domain ${JSON.stringify(twice)}`]),
    ...sums.filter((sum) => sum < 1 || sum > MAX_SUM).map((sum) => `the sum of weights is ${sum}`),
  ];
}

/** gRPC clients know two policies by name (gRFC A27, A42). */
function clusterFaults({ lbPolicy, loadBalancingPolicy }: Cluster, family: Client["family"]): string[] {
  const isKnown = lbPolicy === Cluster_LbPolicy.ROUND_ROBIN || lbPolicy === Cluster_LbPolicy.RING_HASH;
  if (family === "envoy" || isKnown || loadBalancingPolicy !== undefined) return [];
  return [`gRPC clients do not balance by ${Cluster_LbPolicy[lbPolicy]}`];
}

function endpointFaults({ endpoints }: ClusterLoadAssignment, family: Client["family"]): string[] {
  const hosts = endpoints.flatMap(({ lbEndpoints }) =>
    lbEndpoints.flatMap(({ hostIdentifier: { case: kind, value } }) => {
      const address = kind === "endpoint" ? value.address?.address : undefined;
      return address?.case === "socketAddress" && address.value.resolverName === "" ? [address.value.address] : [];
    }),
  );
  const named = hosts.filter((host) => isIP(host) === 0).map((host) => `${JSON.stringify(host)} is not an IP address`);
  return family === "envoy" ? named : [...named, ...gapsFor(endpoints)];
}

/** gRPC clients want a locality for all endpoints, and priorities from 0 without a gap (gRFC A27, A56). */
function gapsFor(endpoints: ClusterLoadAssignment["endpoints"]): string[] {
  if (endpoints.some(({ locality }) => locality === undefined)) return ["endpoints without a locality"];
  const priorities = new Set(endpoints.map(({ priority }) => priority));
  const gap = [...priorities.keys()].findIndex((_, index) => !priorities.has(index));
  return gap < 0 ? [] : [`there is no priority ${gap}`];
}

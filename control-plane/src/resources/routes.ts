import type { RouteActionInit, RouteInit } from "@protoloom/envoy/gen/envoy/config/route/v3/route_components_pb";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import { durationFromMs } from "@protoloom/protobuf/wkt";
import { Resource } from "../cache/resource.js";
import type { Canary, Policy } from "../gen/protoloom/registry/v1/registry_pb.js";
import { clusterName } from "./clusters.js";

/** A service and the policy for calls to it. */
export interface Routed {
  readonly service: string;
  readonly policy: Policy | undefined;
}

/** The routes of the services: canaries first, then versions by weight. */
export function routesOf(name: string, services: readonly Routed[], cause: string): Resource {
  const routes = services.flatMap(({ service, policy }) => [
    ...(policy?.canaries ?? []).map((canary) => canaryOf(service, canary, policy!)),
    {
      match: { pathSpecifier: { case: "prefix", value: `/${service}/` } },
      ...actionOf(service, policy),
    } satisfies RouteInit,
  ]);
  const virtualHosts = [{ name, domains: ["*"], routes }];
  return new Resource(name, new RouteConfiguration({ name, virtualHosts }), { cause });
}

function canaryOf(service: string, { header, value, version }: Canary, policy: Policy): RouteInit {
  const specifier =
    value === ""
      ? ({ case: "presentMatch", value: true } as const)
      : ({ case: "stringMatch", value: { matchPattern: { case: "exact", value } } } as const);
  return {
    match: {
      pathSpecifier: { case: "prefix", value: `/${service}/` },
      headers: [{ name: header, headerMatchSpecifier: specifier }],
    },
    ...routeTo({ case: "cluster", value: clusterName(service, version) }, policy),
  };
}

function actionOf(service: string, policy: Policy | undefined): Pick<RouteInit, "action"> {
  const split = policy?.split.filter(({ weight }) => weight > 0) ?? [];
  if (split.length === 0) return routeTo({ case: "cluster", value: service }, policy);
  if (split.length === 1) return routeTo({ case: "cluster", value: clusterName(service, split[0]!.version) }, policy);
  const clusters = split.map(({ version, weight }) => ({ name: clusterName(service, version), weight }));
  return routeTo({ case: "weightedClusters", value: { clusters } }, policy);
}

function routeTo(
  clusterSpecifier: NonNullable<RouteActionInit["clusterSpecifier"]>,
  policy: Policy | undefined,
): Pick<RouteInit, "action"> {
  const attempts = policy?.attempts ?? 1;
  return {
    action: {
      case: "route",
      value: {
        clusterSpecifier,
        timeout: durationFromMs(0), // Envoy's default of 15 s would cut streams off
        ...(policy?.timeout !== undefined && { maxStreamDuration: { maxStreamDuration: policy.timeout } }),
        ...(attempts > 1 && {
          retryPolicy: {
            retryOn: "unavailable",
            numRetries: attempts - 1,
            retryBackOff: { baseInterval: durationFromMs(25), maxInterval: durationFromMs(250) },
          },
        }),
      },
    },
  };
}

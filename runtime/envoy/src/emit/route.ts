import { durationFromMs } from "@protoloom/protobuf/wkt";
import {
  RouteAction_ClusterNotFoundResponseCode as NotFound,
  type RetryPolicyInit,
  Route,
  type RouteActionInit,
  type RouteInit,
  type RouteMatchInit,
} from "../gen/envoy/config/route/v3/route_components_pb.js";
import { RouteConfiguration } from "../gen/envoy/config/route/v3/route_pb.js";
import { PreviousHostsPredicate } from "../gen/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js";
import type * as model from "../model/model.js";
import type { Hash, Retry } from "../model/terms.js";
import { corsOf, routeFilters } from "./filters.js";
import { fraction } from "./percent.js";
import { extension } from "./typed-config.js";

/** The routes of a listener, of the same name. */
export function emitRoutes(listener: model.Listener): RouteConfiguration {
  const typedPerFilterConfig = listener.cors ? corsOf(listener.cors) : {};
  const hasCors = listener.filters.some(({ value }) => value === "cors");
  return new RouteConfiguration({
    name: listener.name,
    validateClusters: hasCors ? false : undefined, // see nothingElse; that all others are there is checked before
    ignorePortInHostMatching: true, // clients of gRPC send the port along
    virtualHosts: [
      {
        name: listener.name,
        domains: listener.hosts,
        routes: [...listener.routes.map((route) => emitRoute(route, listener)), ...nothingElse(hasCors)],
        typedPerFilterConfig,
      },
    ],
  });
}

function emitRoute(route: model.Route, listener: model.Listener): Route {
  return new Route({
    name: route.name,
    match: matchOf(route, listener.isGrpcOnly),
    action: { case: "route", value: actionOf(route) },
    typedPerFilterConfig: routeFilters(route.policy, listener),
  });
}

/**
 * A request that no route fits has no policy either, and neither has one with a direct response: where pages call, it needs
 * one, so that its refusal, and the preflight of a REST path, which becomes that of a method only later, can be read by the
 * page. So it is sent to a cluster that is not there, which is a 404.
 */
function nothingElse(hasCors: boolean): RouteInit[] {
  if (!hasCors) return [];
  const clusterSpecifier = { case: "cluster", value: "nothing" } as const;
  return [
    {
      name: "nothing else",
      match: { pathSpecifier: { case: "prefix", value: "/" } },
      action: { case: "route", value: { clusterSpecifier, clusterNotFoundResponseCode: NotFound.NOT_FOUND } },
    },
  ];
}

/** `grpc` would refuse preflights and REST: it is asked for only where these cannot come. */
function matchOf({ path, isExact, condition }: model.Route, isGrpcOnly: boolean): RouteMatchInit {
  return {
    pathSpecifier: { case: isExact ? "path" : "prefix", value: path },
    grpc: isGrpcOnly ? {} : undefined,
    headers: condition?.header ? [headerOf(condition.header)] : [],
    runtimeFraction: condition?.percent === undefined ? undefined : { defaultValue: fraction(condition.percent) },
  };
}

function headerOf({ name, value }: NonNullable<model.Canary["header"]>) {
  if (value === undefined) return { name, headerMatchSpecifier: { case: "presentMatch", value: true } } as const;
  const matchPattern = { case: "exact", value } as const;
  return { name, headerMatchSpecifier: { case: "stringMatch", value: { matchPattern } } } as const;
}

function actionOf({ targets, policy }: model.Route): RouteActionInit {
  return {
    clusterSpecifier: clustersOf(targets),
    timeout: durationFromMs(policy.timeout.value),
    idleTimeout: durationFromMs(policy.idleTimeout.value),
    maxStreamDuration: {
      // 0 is for ever; it ends a call with DEADLINE_EXCEEDED, and timeout alone with UNAVAILABLE
      maxStreamDuration: durationFromMs(policy.lifetime.value),
      grpcTimeoutHeaderMax: durationFromMs(policy.lifetime.value),
    },
    retryPolicy: policy.retry.value ? retryOf(policy.retry.value) : undefined,
    requestMirrorPolicies: policy.mirror.value.map(({ cluster, percent }) => ({
      cluster,
      runtimeFraction: percent === undefined ? undefined : { defaultValue: fraction(percent) },
    })),
    hashPolicy: policy.hash.value.map((hash) => ({ policySpecifier: hashOf(hash), terminal: true })),
  };
}

function clustersOf(targets: readonly model.Target[]): NonNullable<RouteActionInit["clusterSpecifier"]> {
  const [first] = targets;
  if (targets.length === 1 && first) return { case: "cluster", value: first.cluster };
  const clusters = targets.map(({ cluster, weight }) => ({ name: cluster, weight }));
  return { case: "weightedClusters", value: { clusters } };
}

const DEFAULT_BACKOFF = 25;

/** On another endpoint each time, if there is one. */
function retryOf({ attempts, on, perTryTimeout, backoff, maxBackoff }: Retry): RetryPolicyInit {
  const base = backoff ?? DEFAULT_BACKOFF;
  return {
    retryOn: (on ?? ["unavailable"]).join(","),
    numRetries: attempts - 1,
    perTryTimeout: perTryTimeout === undefined ? undefined : durationFromMs(perTryTimeout),
    retryBackOff: { baseInterval: durationFromMs(base), maxInterval: durationFromMs(maxBackoff ?? base * 10) },
    retryHostPredicate: [otherHost()],
    hostSelectionRetryMaxAttempts: 5n,
  };
}

function otherHost() {
  return extension("envoy.retry_host_predicates.previous_hosts", new PreviousHostsPredicate());
}

function hashOf({ header, cookie, sourceIp }: Hash) {
  if (header !== undefined) return { case: "header", value: { headerName: header } } as const;
  if (cookie !== undefined) return { case: "cookie", value: { name: cookie } } as const;
  return { case: "connectionProperties", value: { sourceIp: sourceIp === true } } as const;
}

import { durationFromMs } from "@protoloom/protobuf/wkt";
import {
  RouteAction_ClusterNotFoundResponseCode as NotFound,
  type RetryPolicyInit,
  Route,
  type RouteActionInit,
  type RouteInit,
  type RouteMatchInit,
  RouteSchema,
  VirtualHost,
  VirtualHostSchema,
} from "../gen/envoy/config/route/v3/route_components_pb.js";
import { RouteConfiguration } from "../gen/envoy/config/route/v3/route_pb.js";
import { PreviousHostsPredicate } from "../gen/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js";
import type * as model from "../model/model.js";
import { type Port, portName } from "../model/port.js";
import type { Hash, Retry } from "../model/terms.js";
import { hostFilters, routeFilters } from "./filters.js";
import { withFragment } from "./fragment.js";
import { emitGlobalRateLimits } from "./global-rate-limit.js";
import { emitHeaders } from "./headers.js";
import { emitLabels } from "./labels.js";
import { fraction } from "./percent.js";
import { extension } from "./typed-config.js";

/** The routes of listeners that share a port, each a virtual host, under their name. */
export function emitRoutes(port: Port): RouteConfiguration {
  const hasCors = port.some((listener) => listener.filters.some(({ value }) => value === "cors"));
  return new RouteConfiguration({
    name: portName(port),
    validateClusters: hasCors ? false : undefined, // see nothingElse; a check ensures that all others exist
    ignorePortInHostMatching: true, // gRPC clients include the port
    virtualHosts: port.map((listener) => hostOf(listener)),
  });
}

function hostOf(listener: model.Listener): VirtualHost {
  const hasCors = listener.filters.some(({ value }) => value === "cors");
  const emitted = new VirtualHost({
    name: listener.name,
    domains: listener.hosts,
    routes: listener.routes.flatMap((route) => emitRoute(route, listener)),
    typedPerFilterConfig: hostFilters(listener),
    ...emitHeaders(listener.headers.value),
  });
  const host = withFragment(VirtualHostSchema, VirtualHost, emitted, listener.fragments.virtualHost);
  if (hasCors) host.routes.push(new Route(nothingElse)); // after the routes of a fragment
  return host;
}

function emitRoute(route: model.Route, listener: model.Listener): RouteInit[] {
  const emitted = withFragment(
    RouteSchema,
    Route,
    new Route({
      name: route.name,
      match: matchOf(route, listener.grpcWeb.value),
      action: { case: "route", value: actionOf(route) },
      typedPerFilterConfig: routeFilters(route.policy, listener),
      ...emitHeaders(route.policy.headers.value),
    }),
    route.fragment,
  );
  // nothingElse uses the listener's own policy
  return route.policy.cors.value && route.condition === undefined ? [preflight(route, listener), emitted] : [emitted];
}

/** A preflight has no content type, so no gRPC route matches it. The filter answers it by the policy of this route. */
function preflight(route: model.Route, listener: model.Listener): RouteInit {
  const { cors } = route.policy;
  const matchPattern = { case: "exact", value: "OPTIONS" } as const;
  return {
    name: `${route.name} preflight`,
    match: {
      pathSpecifier: pathOf(route),
      headers: [{ name: ":method", headerMatchSpecifier: { case: "stringMatch", value: { matchPattern } } }],
    },
    action: { case: "route", value: toNothing },
    typedPerFilterConfig: routeFilters({ cors }, listener),
  };
}

const toNothing: RouteActionInit = {
  clusterSpecifier: { case: "cluster", value: "nothing" },
  clusterNotFoundResponseCode: NotFound.NOT_FOUND,
};

/**
 * An unmatched request has no CORS policy, and neither has a direct response. Web pages need one to read a rejection, or the
 * preflight of a REST path, which becomes a method's path only later. So the request goes to a missing cluster, which
 * answers 404.
 */
const nothingElse: RouteInit = {
  name: "nothing else",
  match: { pathSpecifier: { case: "prefix", value: "/" } },
  action: { case: "route", value: toNothing },
};

/**
 * Only gRPC is forwarded: a gRPC server resets other requests, which would count against it. gRPC-Web becomes gRPC in its
 * filter, after the first route match. So does REST, whose route is chosen again.
 */
function matchOf(route: model.Route, hasWeb: boolean): RouteMatchInit {
  const { condition } = route;
  const headers = condition?.header ? [headerOf(condition.header)] : [];
  return {
    pathSpecifier: pathOf(route),
    grpc: hasWeb ? undefined : {},
    headers: hasWeb ? [...headers, grpcOrWeb] : headers,
    runtimeFraction: condition?.percent === undefined ? undefined : { defaultValue: fraction(condition.percent) },
  };
}

const grpcOrWeb = {
  name: "content-type",
  headerMatchSpecifier: {
    case: "stringMatch",
    value: { matchPattern: { case: "prefix", value: "application/grpc" } as const },
  } as const,
};

function pathOf({ path, isExact }: model.Route) {
  return { case: isExact ? "path" : "prefix", value: path } as const;
}

function headerOf({ name, value }: NonNullable<model.Canary["header"]>) {
  if (value === undefined) return { name, headerMatchSpecifier: { case: "presentMatch", value: true } } as const;
  const matchPattern = { case: "exact", value } as const;
  return { name, headerMatchSpecifier: { case: "stringMatch", value: { matchPattern } } } as const;
}

function actionOf({ name, targets, policy }: model.Route): RouteActionInit {
  return {
    clusterSpecifier: clustersOf(targets, policy.hash.value.length > 0),
    timeout: durationFromMs(policy.timeout.value),
    idleTimeout: durationFromMs(policy.idleTimeout.value),
    maxStreamDuration: {
      // 0 is unlimited; this ends a call with DEADLINE_EXCEEDED, where timeout alone would give UNAVAILABLE
      maxStreamDuration: durationFromMs(policy.lifetime.value),
      grpcTimeoutHeaderMax: durationFromMs(policy.lifetime.value),
    },
    retryPolicy: retryOf(policy),
    hostRewriteSpecifier:
      policy.host.value === undefined ? undefined : { case: "hostRewriteLiteral", value: policy.host.value },
    metadataMatch: policy.subset.value ? emitLabels(policy.subset.value) : undefined,
    rateLimits: policy.globalRateLimit.value ? emitGlobalRateLimits(name, policy.globalRateLimit.value) : [],
    requestMirrorPolicies: policy.mirror.value.map(({ cluster, percent }) => ({
      cluster,
      runtimeFraction: percent === undefined ? undefined : { defaultValue: fraction(percent) },
    })),
    hashPolicy: policy.hash.value.map((hash) => ({ policySpecifier: hashOf(hash), terminal: true })),
  };
}

/** The clusters of a route. With a hash, calls with the same value also reach the same cluster. */
function clustersOf(
  targets: readonly model.Target[],
  hasHash: boolean,
): NonNullable<RouteActionInit["clusterSpecifier"]> {
  const [first] = targets;
  if (targets.length === 1 && first) return { case: "cluster", value: first.cluster };
  const clusters = targets.map(({ cluster, weight }) => ({ name: cluster, weight }));
  const randomValueSpecifier = hasHash ? ({ case: "useHashPolicy", value: { value: true } } as const) : undefined;
  return { case: "weightedClusters", value: { clusters, randomValueSpecifier } };
}

const DEFAULT_BACKOFF = 25;
/** The default maximum of a backoff: a day, in milliseconds. Envoy rejects durations of centuries. */
const LONGEST_WAIT = 24 * 3_600_000;

/** Failures of calls that no server processed: no connection, or a refused stream (RFC 9113, 8.7). */
const unseen = ["connect-failure", "refused-stream"];

/**
 * Envoy reads statuses only from response headers. An endpoint that breaks the connection or exceeds the per-try timeout sends
 * no response, which is `reset`.
 */
function retryOf({ retry, reconnect }: model.RoutePolicy): RetryPolicyInit | undefined {
  if (retry.value !== undefined) {
    const { attempts, on = ["unavailable"] } = retry.value;
    return again([...on, ...unseen, "reset"], attempts, retry.value);
  }
  return reconnect.value > 1 ? again(unseen, reconnect.value) : undefined;
}

/**
 * How often Envoy picks again to find an endpoint that was not tried yet. Once all were tried it takes the last pick, and
 * picks in turn. The picks of an attempt, this many and one, must not be a multiple of the number of endpoints: six picks
 * among two endpoints end at the same one each time, be it the one that is down.
 */
const RESELECTIONS = 4n;

/** Retries on a different endpoint each time, if there is one. */
function again(
  on: readonly string[],
  attempts: number,
  { perTryTimeout, backoff, maxBackoff }: Partial<Retry> = {},
): RetryPolicyInit {
  const base = backoff ?? DEFAULT_BACKOFF;
  return {
    retryOn: on.join(","),
    numRetries: attempts - 1,
    perTryTimeout: perTryTimeout === undefined ? undefined : durationFromMs(perTryTimeout),
    retryBackOff: {
      baseInterval: durationFromMs(base),
      maxInterval: durationFromMs(maxBackoff ?? Math.min(base * 10, Math.max(base, LONGEST_WAIT))),
    },
    retryHostPredicate: [otherHost()],
    hostSelectionRetryMaxAttempts: RESELECTIONS,
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

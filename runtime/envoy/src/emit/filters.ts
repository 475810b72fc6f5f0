import { type Any, durationFromMs } from "@protoloom/protobuf/wkt";
import { ApiVersion } from "../gen/envoy/config/core/v3/config_source_pb.js";
import { RBAC_Action } from "../gen/envoy/config/rbac/v3/rbac_pb.js";
import { Cors, CorsPolicy } from "../gen/envoy/extensions/filters/http/cors/v3/cors_pb.js";
import { ExtAuthz, ExtAuthzPerRoute } from "../gen/envoy/extensions/filters/http/ext_authz/v3/ext_authz_pb.js";
import { HTTPFault } from "../gen/envoy/extensions/filters/http/fault/v3/fault_pb.js";
import { FilterConfig } from "../gen/envoy/extensions/filters/http/grpc_stats/v3/config_pb.js";
import { GrpcWeb } from "../gen/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb.js";
import {
  JwtAuthentication,
  type JwtProviderInit,
  PerRouteConfig,
} from "../gen/envoy/extensions/filters/http/jwt_authn/v3/config_pb.js";
import { RBAC, RBACPerRoute } from "../gen/envoy/extensions/filters/http/rbac/v3/rbac_pb.js";
import { Router } from "../gen/envoy/extensions/filters/http/router/v3/router_pb.js";
import type { Listener, Model, RoutePolicy } from "../model/model.js";
import type { Cors as CorsTerms, FilterName, JwtProvider } from "../model/terms.js";
import { fraction } from "./percent.js";
import { emitRateLimits, emptyRateLimit } from "./rate-limit.js";
import { emitTranscoder } from "./transcoder.js";
import { type Extension, extension, type Message, typedConfig } from "./typed-config.js";

/** An HTTP filter: its configuration in the chain, and its per-route configuration from a method's policy. */
interface Filter {
  readonly name: string;
  chain(listener: Listener, model: Model): Message;
  route?(policy: Partial<RoutePolicy>): Message | undefined;
  /** The configuration that all routes of a virtual host share. */
  host?(listener: Listener): Message | undefined;
}

/** Every per-route configuration belongs to a filter of this table, so its filter cannot be missing from the chain. */
const filters: Readonly<Record<FilterName, Filter>> = {
  cors: {
    name: "envoy.filters.http.cors",
    chain: () => new Cors(),
    route: ({ cors }) => cors?.value && corsPolicy(cors.value),
    host: ({ cors }) => cors && corsPolicy(cors),
  },
  grpc_web: { name: "envoy.filters.http.grpc_web", chain: () => new GrpcWeb() },
  grpc_json_transcoder: { name: "envoy.filters.http.grpc_json_transcoder", chain: emitTranscoder },
  grpc_stats: { name: "envoy.filters.http.grpc_stats", chain: stats },
  fault: {
    name: "envoy.filters.http.fault",
    chain: () => new HTTPFault({ maxActiveFaults: 0 }),
    route: ({ fault }) => fault?.value && faultOf(fault.value),
  },
  jwt_authn: {
    name: "envoy.filters.http.jwt_authn",
    chain: (_, { jwt }) => tokens(jwt),
    route: ({ auth }) =>
      auth?.value?.jwt === undefined
        ? undefined
        : new PerRouteConfig({ requirementSpecifier: { case: "requirementName", value: auth.value.jwt } }),
  },
  ext_authz: {
    name: "envoy.filters.http.ext_authz",
    chain: (_, { authorization }) =>
      new ExtAuthz({
        transportApiVersion: ApiVersion.V3,
        failureModeAllow: authorization?.failOpen ?? false,
        services: {
          case: "grpcService",
          value: {
            timeout: durationFromMs(authorization?.timeout ?? 200),
            targetSpecifier: { case: "envoyGrpc", value: { clusterName: authorization?.cluster ?? "" } },
          },
        },
      }),
    route: ({ auth }) =>
      auth?.value?.public ? new ExtAuthzPerRoute({ override: { case: "disabled", value: true } }) : undefined,
  },
  rbac: {
    name: "envoy.filters.http.rbac",
    chain: () => new RBAC(),
    route: ({ auth }) => auth?.value?.callers && onlyCallers(auth.value.callers),
  },
  local_ratelimit: {
    name: "envoy.filters.http.local_ratelimit",
    chain: emptyRateLimit,
    host: emitRateLimits,
  },
  router: { name: "envoy.filters.http.router", chain: () => new Router() },
};

/** The filter chain of a listener, in the model's order. */
export function emitFilters(listener: Listener, model: Model): Extension[] {
  return listener.filters.map(({ value }) => {
    const { name, chain } = filters[value];
    return extension(name, chain(listener, model));
  });
}

/** The per-route configuration of the listener's filters. */
export function routeFilters(policy: Partial<RoutePolicy>, { filters: chain }: Listener): Record<string, Any> {
  const found: Record<string, Any> = {};
  for (const { value } of chain) {
    const { name, route } = filters[value];
    const message = route?.(policy);
    if (message !== undefined) found[name] = typedConfig(message);
  }
  return found;
}

/** The configuration of the listener's filters for a virtual host. */
export function hostFilters(listener: Listener): Record<string, Any> {
  const found: Record<string, Any> = {};
  for (const { value } of listener.filters) {
    const { name, host } = filters[value];
    const message = host?.(listener);
    if (message !== undefined) found[name] = typedConfig(message);
  }
  return found;
}

const DAY = 24 * 3_600_000;
/** The headers that gRPC-Web clients send, and those that they must be able to read. */
const requestHeaders = ["content-type", "x-grpc-web", "x-user-agent", "grpc-timeout", "authorization"];
const responseHeaders = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

function corsPolicy({ origins, headers = [], expose = [], credentials, maxAge = DAY }: CorsTerms): CorsPolicy {
  return new CorsPolicy({
    allowOriginStringMatch: origins.map((origin) => ({
      matchPattern: origin.includes("*")
        ? { case: "safeRegex", value: { regex: originPattern(origin) } }
        : { case: "exact", value: origin },
    })),
    allowMethods: "GET, POST, PUT, PATCH, DELETE",
    allowHeaders: [...requestHeaders, ...headers].join(", "),
    exposeHeaders: [...responseHeaders, ...expose].join(", "),
    maxAge: String(Math.round(maxAge / 1000)),
    allowCredentials: credentials,
  });
}

/** A star matches any origin, or any subdomain. */
function originPattern(origin: string): string {
  return origin === "*" ? ".*" : origin.replaceAll(".", "\\.").replace("*", "[\\w.-]+");
}

/** Statistics for known methods only: a caller could invent any number of names. */
function stats({ services }: Listener): FilterConfig {
  const named = services.map(({ name, methods }) => ({ name, methodNames: methods.map((method) => method.name) }));
  return new FilterConfig({
    emitFilterState: true,
    perMethodStatSpecifier: { case: "individualMethodStatsAllowlist", value: { services: named } },
  });
}

function faultOf({ percent = 100, delay, status }: NonNullable<RoutePolicy["fault"]["value"]>): HTTPFault {
  const percentage = fraction(percent);
  return new HTTPFault({
    delay:
      delay === undefined
        ? undefined
        : { percentage, faultDelaySecifier: { case: "fixedDelay", value: durationFromMs(delay) } },
    abort: status === undefined ? undefined : { percentage, errorType: { case: "grpcStatus", value: status } },
  });
}

function tokens(providers: Readonly<Record<string, JwtProvider>>): JwtAuthentication {
  const names = Object.keys(providers);
  return new JwtAuthentication({
    providers: Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, providerOf(provider)])),
    requirementMap: Object.fromEntries(
      names.map((name) => [name, { requiresType: { case: "providerName", value: name } as const }]),
    ),
  });
}

function providerOf({ issuer, audiences, jwks, cluster }: JwtProvider): JwtProviderInit {
  const common = { issuer, audiences: audiences ?? [], forward: true };
  if (cluster === undefined) {
    return {
      ...common,
      jwksSourceSpecifier: { case: "localJwks", value: { specifier: { case: "filename", value: jwks } } },
    };
  }
  const timeout = durationFromMs(5000);
  const httpUri = { uri: jwks, timeout, httpUpstreamType: { case: "cluster", value: cluster } } as const;
  return { ...common, jwksSourceSpecifier: { case: "remoteJwks", value: { httpUri } } };
}

function onlyCallers(callers: readonly string[]): RBACPerRoute {
  const principals = callers.map(
    (name) =>
      ({
        identifier: {
          case: "authenticated",
          value: { principalName: { matchPattern: { case: "exact", value: name } } },
        },
      }) as const,
  );
  const permissions = [{ rule: { case: "any", value: true } } as const];
  return new RBACPerRoute({
    rbac: { rules: { action: RBAC_Action.ALLOW, policies: { callers: { permissions, principals } } } },
  });
}

import { type Any, durationFromMs } from "@protoloom/protobuf/wkt";
import { RBAC_Action } from "../gen/envoy/config/rbac/v3/rbac_pb.js";
import { Cors, CorsPolicy } from "../gen/envoy/extensions/filters/http/cors/v3/cors_pb.js";
import { ExtAuthzPerRoute } from "../gen/envoy/extensions/filters/http/ext_authz/v3/ext_authz_pb.js";
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
import { StatefulSession } from "../gen/envoy/extensions/filters/http/stateful_session/v3/stateful_session_pb.js";
import type { Listener, Model, RoutePolicy, Service } from "../model/model.js";
import type { Port } from "../model/port.js";
import { type Cors as CorsTerms, type FilterName, filterNames, type JwtProvider } from "../model/terms.js";
import { emitAuthorization } from "./authorization.js";
import { emitCompressor } from "./compressor.js";
import { emitGlobalRateLimit } from "./global-rate-limit.js";
import { fraction } from "./percent.js";
import { emitRateLimits, emptyRateLimit } from "./rate-limit.js";
import { emitSession } from "./session.js";
import { emitTranscoder } from "./transcoder.js";
import { type Extension, extension, type Message, typedConfig } from "./typed-config.js";

/** The filter that Envoy wants at the end of the chain. */
export const ROUTER = "envoy.filters.http.router";

/** An HTTP filter: its configuration in the chain, and its per-route configuration from a method's policy. */
interface Filter {
  readonly name: string;
  chain(port: Port, model: Model): Message;
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
  compressor: {
    name: "envoy.filters.http.compressor",
    chain: ([{ compression }]) => emitCompressor(compression.value ?? "gzip"),
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
    chain: (_, { jwt, services }) => tokens(jwt, services),
    route: ({ auth }) =>
      auth?.value?.jwt === undefined
        ? undefined
        : new PerRouteConfig({ requirementSpecifier: { case: "requirementName", value: anyOf(auth.value.jwt) } }),
  },
  ext_authz: {
    name: "envoy.filters.http.ext_authz",
    chain: (_, { authorization }) => emitAuthorization(authorization),
    route: ({ auth }) =>
      auth?.value?.public ? new ExtAuthzPerRoute({ override: { case: "disabled", value: true } }) : undefined,
  },
  rbac: {
    name: "envoy.filters.http.rbac",
    chain: () => new RBAC(),
    route: ({ auth }) => auth?.value?.callers && onlyCallers(auth.value.callers),
  },
  ratelimit: {
    name: "envoy.filters.http.ratelimit",
    chain: (_, { rateLimitService }) => emitGlobalRateLimit(rateLimitService),
  },
  local_ratelimit: {
    name: "envoy.filters.http.local_ratelimit",
    chain: emptyRateLimit,
    host: emitRateLimits,
  },
  stateful_session: {
    name: "envoy.filters.http.stateful_session",
    chain: () => new StatefulSession(),
    route: ({ session }) => session?.value && emitSession(session.value),
  },
  router: { name: ROUTER, chain: () => new Router() },
};

/** The filter chain of a port: the filters of all of its listeners, in the order that works. */
export function emitFilters(port: Port, model: Model): Extension[] {
  const needed = new Set(port.flatMap((listener) => listener.filters.map(({ value }) => value)));
  return filterNames
    .filter((name) => needed.has(name))
    .map((each) => {
      const { name, chain } = filters[each];
      return extension(name, chain(port, model));
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
function stats(port: Port): FilterConfig {
  const services = [...new Map(port.flatMap((each) => each.services).map((each) => [each.name, each])).values()];
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

/** The requirement of a token from one of several providers is named after them. */
function anyOf(providers: readonly string[]): string {
  return providers.join(" or ");
}

function tokens(providers: Readonly<Record<string, JwtProvider>>, services: readonly Service[]): JwtAuthentication {
  const one = (value: string) => ({ requiresType: { case: "providerName", value } as const });
  const wanted = services.flatMap(({ methods, unknown }) =>
    [...methods.map(({ policy }) => policy), unknown].flatMap(({ auth }) => (auth.value?.jwt ? [auth.value.jwt] : [])),
  );
  const several = new Map(wanted.filter((names) => names.length > 1).map((names) => [anyOf(names), names]));
  return new JwtAuthentication({
    providers: Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, providerOf(provider)])),
    requirementMap: Object.fromEntries([
      ...Object.keys(providers).map((name) => [name, one(name)]),
      ...[...several].map(([name, names]) => [
        name,
        { requiresType: { case: "requiresAny", value: { requirements: names.map(one) } } as const },
      ]),
    ]),
  });
}

function providerOf({ issuer, audiences, jwks, cluster, claims }: JwtProvider): JwtProviderInit {
  const claimToHeaders = Object.entries(claims ?? {}).map(([claimName, headerName]) => ({ claimName, headerName }));
  const common = { issuer, audiences: audiences ?? [], forward: true, claimToHeaders };
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

import { durationFromMs } from "@protoloom/protobuf/wkt";
import type { TypedExtensionConfigInit } from "../gen/envoy/config/core/v3/extension_pb.js";
import { HttpProtocolOptions_HeadersWithUnderscoresAction as UnderscoresAction } from "../gen/envoy/config/core/v3/protocol_pb.js";
import type { FilterChainInit } from "../gen/envoy/config/listener/v3/listener_components_pb.js";
import { Listener, ListenerSchema } from "../gen/envoy/config/listener/v3/listener_pb.js";
import { OpenTelemetryConfig } from "../gen/envoy/config/trace/v3/opentelemetry_pb.js";
import { TlsInspector } from "../gen/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js";
import { ConnectionLimit } from "../gen/envoy/extensions/filters/network/connection_limit/v3/connection_limit_pb.js";
import {
  HttpConnectionManager_PathWithEscapedSlashesAction as EscapedSlashes,
  HttpConnectionManager_ForwardClientCertDetails as ForwardDetails,
  HttpConnectionManager,
  type HttpConnectionManager_TracingInit,
  type HttpConnectionManagerInit,
  HttpConnectionManagerSchema,
} from "../gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { HeaderMutation } from "../gen/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb.js";
import type * as model from "../model/model.js";
import { type Port, portName } from "../model/port.js";
import type { ServerTls } from "../model/terms.js";
import { emitAccessLog } from "./access-log.js";
import { emitAddress } from "./address.js";
import { configSource, type Discovery } from "./discovery.js";
import { emitFilters, ROUTER } from "./filters.js";
import { withFragment } from "./fragment.js";
import { emitRoutes } from "./route.js";
import { emitServerTls } from "./tls.js";
import { type Extension, extension, typedConfig } from "./typed-config.js";

/**
 * A listener of Envoy with the filter chains of all listeners on its port. Those with TLS have a chain each, chosen by SNI;
 * those without share one, and are virtual hosts. Routes are inline or discovered.
 */
export function emitListener(port: Port, of: model.Model, discovery: Discovery): Listener {
  const [first] = port;
  const { limits, fragments } = first;
  const isChosenBySni = port.length > 1 && first.tls !== undefined;
  const chains = isChosenBySni
    ? port.map((listener) => ({ ...chainOf([listener], of, discovery), ...serverNames(listener) }))
    : [chainOf(port, of, discovery)];
  const emitted = new Listener({
    name: portName(port),
    perConnectionBufferLimitBytes: limits.buffer.value,
    address: emitAddress(first.address.value),
    listenerFilters: isChosenBySni ? [extension("envoy.filters.listener.tls_inspector", new TlsInspector())] : [],
    filterChains: chains,
  });
  return withFragment(ListenerSchema, Listener, emitted, fragments.listener);
}

/** Without a name, the chain serves callers that ask for another one, or for none. */
function serverNames({ hosts }: model.Listener): FilterChainInit {
  return hosts.includes("*") ? {} : { filterChainMatch: { serverNames: hosts.map((host) => host.toLowerCase()) } };
}

function chainOf(port: Port, of: model.Model, discovery: Discovery): FilterChainInit {
  const [first] = port;
  const manager = withFragment(
    HttpConnectionManagerSchema,
    HttpConnectionManager,
    managerOf(port, of, discovery),
    first.fragments.http,
  );
  // the filters of a fragment come before the router
  manager.httpFilters.sort((a, b) => Number(a.name === ROUTER) - Number(b.name === ROUTER));
  return {
    name: port.length === 1 ? undefined : portName(port),
    filters: [...connectionLimit(first), extension("envoy.filters.network.http_connection_manager", manager)],
    transportSocket: first.tls ? emitServerTls(first.tls, first.isGrpcOnly, discovery) : undefined,
  };
}

function connectionLimit({ name, limits }: model.Listener): Extension[] {
  const { value } = limits.connections;
  if (value === undefined) return [];
  const config = new ConnectionLimit({ statPrefix: name, maxConnections: BigInt(value) });
  return [extension("envoy.filters.network.connection_limit", config)];
}

function managerOf(port: Port, of: model.Model, discovery: Discovery): HttpConnectionManager {
  const [first] = port;
  const { limits } = first;
  return new HttpConnectionManager({
    statPrefix: portName(port),
    routeSpecifier: routesOf(port, discovery),
    httpFilters: emitFilters(port, of),
    accessLog: first.accessLog ? [emitAccessLog(first.accessLog)] : [],
    tracing: tracingOf(first),
    useRemoteAddress: true,
    xffNumTrustedHops: first.trustedHops.value,
    normalizePath: true,
    ...forwarded(first.tls),
    earlyHeaderMutationExtensions: withoutClaims(of),
    // pings detect a caller that disappears silently: streams have no timeout
    http2ProtocolOptions: {
      connectionKeepalive: { interval: durationFromMs(30_000), timeout: durationFromMs(5000) },
      maxConcurrentStreams: limits.streams.value,
      initialStreamWindowSize: limits.streamWindow.value,
      initialConnectionWindowSize: limits.connectionWindow.value,
    },
    ...connectionsOf(first),
    requestHeadersTimeout: durationFromMs(10_000),
    streamIdleTimeout: durationFromMs(300_000), // each route has its own; this one is for requests that match none
  });
}

/** Limits, and how paths and header names are treated that servers could interpret differently. */
function connectionsOf({ limits }: model.Listener): HttpConnectionManagerInit {
  const { age, idle, headerCount, headerKilobytes, underscores, mergeSlashes, escapedSlashes } = limits;
  const ms = (value: number | undefined) => (value === undefined ? undefined : durationFromMs(value));
  const common = {
    idleTimeout: ms(idle.value),
    maxConnectionDuration: ms(age.value),
    maxHeadersCount: headerCount.value,
    headersWithUnderscoresAction: underscores.value && underscoresActions[underscores.value],
  };
  return {
    commonHttpProtocolOptions: Object.values(common).some((value) => value !== undefined) ? common : undefined,
    maxRequestHeadersKb: headerKilobytes.value,
    mergeSlashes: mergeSlashes.value,
    pathWithEscapedSlashesAction: escapedSlashes.value && escapedSlashesActions[escapedSlashes.value],
  };
}

const underscoresActions = {
  allow: UnderscoresAction.ALLOW,
  reject: UnderscoresAction.REJECT_REQUEST,
  drop: UnderscoresAction.DROP_HEADER,
};

const escapedSlashesActions = {
  keep: EscapedSlashes.KEEP_UNCHANGED,
  reject: EscapedSlashes.REJECT_REQUEST,
  redirect: EscapedSlashes.UNESCAPE_AND_REDIRECT,
  unescape: EscapedSlashes.UNESCAPE_AND_FORWARD,
};

/** Backends learn who called by x-forwarded-client-cert. What callers send under this name is removed in any case. */
function forwarded(tls: ServerTls | undefined): HttpConnectionManagerInit {
  if (!tls?.forwardCertificate) return {};
  return {
    forwardClientCertDetails: ForwardDetails.SANITIZE_SET,
    setCurrentClientCertDetails: { subject: true, uri: true, dns: true },
  };
}

/** Headers that tell backends the claims of a token are removed first: callers without a token could send them. */
function withoutClaims({ jwt }: model.Model): TypedExtensionConfigInit[] {
  const names = [...new Set(Object.values(jwt).flatMap(({ claims }) => Object.values(claims ?? {})))];
  if (names.length === 0) return [];
  const mutations = names.map((name) => ({ action: { case: "remove", value: name } as const }));
  const name = "envoy.http.early_header_mutation.header_mutation";
  return [{ name, typedConfig: typedConfig(new HeaderMutation({ mutations })) }];
}

function routesOf(port: Port, discovery: Discovery): NonNullable<HttpConnectionManagerInit["routeSpecifier"]> {
  if (discovery.kind === "inline") return { case: "routeConfig", value: emitRoutes(port) };
  const name = portName(port);
  return { case: "rds", value: { configSource: configSource(discovery, `routes/${name}`), routeConfigName: name } };
}

function tracingOf({ name, tracing }: model.Listener): HttpConnectionManager_TracingInit | undefined {
  if (tracing === undefined) return undefined;
  const { cluster, percent = 1, service = name, tags = {} } = tracing;
  const targetSpecifier = { case: "envoyGrpc", value: { clusterName: cluster } } as const;
  const provider = new OpenTelemetryConfig({ serviceName: service, grpcService: { targetSpecifier } });
  return {
    randomSampling: { value: percent },
    customTags: Object.entries(tags).map(([tag, value]) => ({ tag, type: { case: "value", value } as const })),
    provider: extension("envoy.tracers.opentelemetry", provider),
  };
}

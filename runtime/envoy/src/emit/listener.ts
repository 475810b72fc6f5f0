import { durationFromMs } from "@protoloom/protobuf/wkt";
import type { AccessLogInit } from "../gen/envoy/config/accesslog/v3/accesslog_pb.js";
import { HttpProtocolOptions_HeadersWithUnderscoresAction as UnderscoresAction } from "../gen/envoy/config/core/v3/protocol_pb.js";
import { Listener } from "../gen/envoy/config/listener/v3/listener_pb.js";
import { OpenTelemetryConfig } from "../gen/envoy/config/trace/v3/opentelemetry_pb.js";
import { FileAccessLog } from "../gen/envoy/extensions/access_loggers/file/v3/file_pb.js";
import { StdoutAccessLog } from "../gen/envoy/extensions/access_loggers/stream/v3/stream_pb.js";
import {
  HttpConnectionManager_PathWithEscapedSlashesAction as EscapedSlashes,
  HttpConnectionManager,
  type HttpConnectionManager_TracingInit,
  type HttpConnectionManagerInit,
} from "../gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import type * as model from "../model/model.js";
import type { AccessLog } from "../model/terms.js";
import { emitAddress } from "./address.js";
import { EDGE_BUFFER, edgeWindows } from "./cluster.js";
import { configSource, type Discovery } from "./discovery.js";
import { emitFilters } from "./filters.js";
import { withFragment } from "./fragment.js";
import { emitRoutes } from "./route.js";
import { emitServerTls } from "./tls.js";
import { extension } from "./typed-config.js";

/** A listener with its filter chain. Routes are inline or discovered. */
export function emitListener(listener: model.Listener, of: model.Model, discovery: Discovery): Listener {
  const { isEdge, fragments } = listener;
  const manager = new HttpConnectionManager({
    statPrefix: listener.name,
    routeSpecifier: routesOf(listener, discovery),
    httpFilters: emitFilters(listener, of),
    accessLog: listener.accessLog ? [accessLogOf(listener.accessLog)] : [],
    tracing: tracingOf(listener),
    useRemoteAddress: true,
    normalizePath: true,
    // pings detect a caller that disappears silently: streams have no timeout
    http2ProtocolOptions: {
      connectionKeepalive: { interval: durationFromMs(30_000), timeout: durationFromMs(5000) },
      ...(isEdge ? edgeWindows : {}),
    },
    ...(isEdge ? againstStrangers : {}),
    requestHeadersTimeout: durationFromMs(10_000),
    streamIdleTimeout: durationFromMs(300_000), // each route has its own; this one is for requests that match none
  });
  const emitted = new Listener({
    name: listener.name,
    perConnectionBufferLimitBytes: isEdge ? EDGE_BUFFER : undefined,
    address: emitAddress(listener.address.value),
    filterChains: [
      {
        filters: [
          extension(
            "envoy.filters.network.http_connection_manager",
            withFragment(HttpConnectionManager, manager, fragments.http),
          ),
        ],
        transportSocket: listener.tls ? emitServerTls(listener.tls, listener.isGrpcOnly, discovery) : undefined,
      },
    ],
  });
  return withFragment(Listener, emitted, fragments.listener);
}

/** Normalizes paths and header names that servers could interpret differently, so that callers cannot exploit them. */
const againstStrangers: HttpConnectionManagerInit = {
  commonHttpProtocolOptions: {
    idleTimeout: durationFromMs(3_600_000),
    headersWithUnderscoresAction: UnderscoresAction.REJECT_REQUEST,
  },
  mergeSlashes: true,
  pathWithEscapedSlashesAction: EscapedSlashes.UNESCAPE_AND_REDIRECT,
};

function routesOf(
  listener: model.Listener,
  discovery: Discovery,
): NonNullable<HttpConnectionManagerInit["routeSpecifier"]> {
  if (discovery.kind === "inline") return { case: "routeConfig", value: emitRoutes(listener) };
  const source = configSource(discovery, `routes/${listener.name}`);
  return { case: "rds", value: { configSource: source, routeConfigName: listener.name } };
}

/** The fields of a log line. Every gRPC call is an HTTP 200, so the line has the gRPC status too. */
const logged = {
  start: "%START_TIME%",
  method: "%REQ(:METHOD)%",
  path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  route: "%ROUTE_NAME%",
  grpc_status: "%GRPC_STATUS(SNAKE_STRING)%",
  http_status: "%RESPONSE_CODE%",
  flags: "%RESPONSE_FLAGS%",
  duration_ms: "%DURATION%",
  bytes_received: "%BYTES_RECEIVED%",
  bytes_sent: "%BYTES_SENT%",
  caller: "%DOWNSTREAM_REMOTE_ADDRESS%",
  cluster: "%UPSTREAM_CLUSTER%",
  endpoint: "%UPSTREAM_HOST%",
  request_id: "%REQ(X-REQUEST-ID)%",
};

function accessLogOf({ path, format = "json" }: AccessLog): AccessLogInit {
  const logFormat =
    format === "json"
      ? ({ case: "jsonFormat", value: logged } as const)
      : ({
          case: "textFormatSource",
          value: { specifier: { case: "inlineString", value: `${Object.values(logged).join(" ")}\n` } },
        } as const);
  const accessLogFormat = { case: "logFormat", value: { format: logFormat } } as const;
  return path === undefined
    ? extension("envoy.access_loggers.stdout", new StdoutAccessLog({ accessLogFormat }))
    : extension("envoy.access_loggers.file", new FileAccessLog({ path, accessLogFormat }));
}

function tracingOf({ name, tracing }: model.Listener): HttpConnectionManager_TracingInit | undefined {
  if (tracing === undefined) return undefined;
  const { cluster, percent = 1, service = name } = tracing;
  const targetSpecifier = { case: "envoyGrpc", value: { clusterName: cluster } } as const;
  const provider = new OpenTelemetryConfig({ serviceName: service, grpcService: { targetSpecifier } });
  return {
    randomSampling: { value: percent },
    provider: extension("envoy.tracers.opentelemetry", provider),
  };
}

import type { DescMessage } from "@bufbuild/protobuf";
import { createRegistry, type MessageClass, type Registry } from "@protoloom/protobuf";
import { type Any, anyPack } from "@protoloom/protobuf/wkt";
import { Bootstrap, BootstrapSchema } from "../gen/envoy/config/bootstrap/v3/bootstrap_pb.js";
import { Cluster, ClusterSchema } from "../gen/envoy/config/cluster/v3/cluster_pb.js";
import { ClusterLoadAssignment, ClusterLoadAssignmentSchema } from "../gen/envoy/config/endpoint/v3/endpoint_pb.js";
import { Listener, ListenerSchema } from "../gen/envoy/config/listener/v3/listener_pb.js";
import { RouteConfiguration, RouteConfigurationSchema } from "../gen/envoy/config/route/v3/route_pb.js";
import { OpenTelemetryConfig, OpenTelemetryConfigSchema } from "../gen/envoy/config/trace/v3/opentelemetry_pb.js";
import { FileAccessLog, FileAccessLogSchema } from "../gen/envoy/extensions/access_loggers/file/v3/file_pb.js";
import {
  OpenTelemetryAccessLogConfig,
  OpenTelemetryAccessLogConfigSchema,
} from "../gen/envoy/extensions/access_loggers/open_telemetry/v3/logs_service_pb.js";
import { StdoutAccessLog, StdoutAccessLogSchema } from "../gen/envoy/extensions/access_loggers/stream/v3/stream_pb.js";
import { Brotli, BrotliSchema } from "../gen/envoy/extensions/compression/brotli/compressor/v3/brotli_pb.js";
import { Gzip, GzipSchema } from "../gen/envoy/extensions/compression/gzip/compressor/v3/gzip_pb.js";
import { Zstd, ZstdSchema } from "../gen/envoy/extensions/compression/zstd/compressor/v3/zstd_pb.js";
import { Compressor, CompressorSchema } from "../gen/envoy/extensions/filters/http/compressor/v3/compressor_pb.js";
import {
  Cors,
  CorsPolicy,
  CorsPolicySchema,
  CorsSchema,
} from "../gen/envoy/extensions/filters/http/cors/v3/cors_pb.js";
import {
  ExtAuthz,
  ExtAuthzPerRoute,
  ExtAuthzPerRouteSchema,
  ExtAuthzSchema,
} from "../gen/envoy/extensions/filters/http/ext_authz/v3/ext_authz_pb.js";
import { HTTPFault, HTTPFaultSchema } from "../gen/envoy/extensions/filters/http/fault/v3/fault_pb.js";
import {
  GrpcJsonTranscoder,
  GrpcJsonTranscoderSchema,
} from "../gen/envoy/extensions/filters/http/grpc_json_transcoder/v3/transcoder_pb.js";
import { FilterConfig, FilterConfigSchema } from "../gen/envoy/extensions/filters/http/grpc_stats/v3/config_pb.js";
import { GrpcWeb, GrpcWebSchema } from "../gen/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb.js";
import {
  JwtAuthentication,
  JwtAuthenticationSchema,
  PerRouteConfig,
  PerRouteConfigSchema,
} from "../gen/envoy/extensions/filters/http/jwt_authn/v3/config_pb.js";
import {
  LocalRateLimit,
  LocalRateLimitSchema,
} from "../gen/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb.js";
import { RateLimit, RateLimitSchema } from "../gen/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb.js";
import {
  RBAC,
  RBACPerRoute,
  RBACPerRouteSchema,
  RBACSchema,
} from "../gen/envoy/extensions/filters/http/rbac/v3/rbac_pb.js";
import { Router, RouterSchema } from "../gen/envoy/extensions/filters/http/router/v3/router_pb.js";
import {
  StatefulSession,
  StatefulSessionPerRoute,
  StatefulSessionPerRouteSchema,
  StatefulSessionSchema,
} from "../gen/envoy/extensions/filters/http/stateful_session/v3/stateful_session_pb.js";
import {
  TlsInspector,
  TlsInspectorSchema,
} from "../gen/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js";
import {
  ConnectionLimit,
  ConnectionLimitSchema,
} from "../gen/envoy/extensions/filters/network/connection_limit/v3/connection_limit_pb.js";
import {
  HttpConnectionManager,
  HttpConnectionManagerSchema,
} from "../gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import {
  HeaderMutation,
  HeaderMutationSchema,
} from "../gen/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb.js";
import {
  CookieBasedSessionState,
  CookieBasedSessionStateSchema,
} from "../gen/envoy/extensions/http/stateful_session/cookie/v3/cookie_pb.js";
import {
  HeaderBasedSessionState,
  HeaderBasedSessionStateSchema,
} from "../gen/envoy/extensions/http/stateful_session/header/v3/header_pb.js";
import {
  DownstreamConnectionsConfig,
  DownstreamConnectionsConfigSchema,
} from "../gen/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb.js";
import {
  FixedHeapConfig,
  FixedHeapConfigSchema,
} from "../gen/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb.js";
import {
  PreviousHostsPredicate,
  PreviousHostsPredicateSchema,
} from "../gen/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js";
import { Secret, SecretSchema } from "../gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import {
  DownstreamTlsContext,
  DownstreamTlsContextSchema,
  UpstreamTlsContext,
  UpstreamTlsContextSchema,
} from "../gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.js";
import {
  HttpProtocolOptions,
  HttpProtocolOptionsSchema,
} from "../gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js";
import { TypedStruct, TypedStructSchema } from "../gen/xds/type/v3/typed_struct_pb.js";
import type { MessageType } from "../validate/check-message.js";

/** All types packed into an Any: Envoy's extensions, and the resources of a discovery response. */
const packed: readonly [MessageClass, DescMessage][] = [
  [Bootstrap, BootstrapSchema],
  [Brotli, BrotliSchema],
  [Cluster, ClusterSchema],
  [ClusterLoadAssignment, ClusterLoadAssignmentSchema],
  [Compressor, CompressorSchema],
  [ConnectionLimit, ConnectionLimitSchema],
  [CookieBasedSessionState, CookieBasedSessionStateSchema],
  [Cors, CorsSchema],
  [CorsPolicy, CorsPolicySchema],
  [DownstreamConnectionsConfig, DownstreamConnectionsConfigSchema],
  [DownstreamTlsContext, DownstreamTlsContextSchema],
  [ExtAuthz, ExtAuthzSchema],
  [ExtAuthzPerRoute, ExtAuthzPerRouteSchema],
  [FileAccessLog, FileAccessLogSchema],
  [FilterConfig, FilterConfigSchema],
  [FixedHeapConfig, FixedHeapConfigSchema],
  [GrpcJsonTranscoder, GrpcJsonTranscoderSchema],
  [GrpcWeb, GrpcWebSchema],
  [Gzip, GzipSchema],
  [HeaderBasedSessionState, HeaderBasedSessionStateSchema],
  [HeaderMutation, HeaderMutationSchema],
  [HttpConnectionManager, HttpConnectionManagerSchema],
  [HTTPFault, HTTPFaultSchema],
  [HttpProtocolOptions, HttpProtocolOptionsSchema],
  [JwtAuthentication, JwtAuthenticationSchema],
  [Listener, ListenerSchema],
  [LocalRateLimit, LocalRateLimitSchema],
  [OpenTelemetryAccessLogConfig, OpenTelemetryAccessLogConfigSchema],
  [OpenTelemetryConfig, OpenTelemetryConfigSchema],
  [PerRouteConfig, PerRouteConfigSchema],
  [PreviousHostsPredicate, PreviousHostsPredicateSchema],
  [RateLimit, RateLimitSchema],
  [RBAC, RBACSchema],
  [RBACPerRoute, RBACPerRouteSchema],
  [RouteConfiguration, RouteConfigurationSchema],
  [Router, RouterSchema],
  [Secret, SecretSchema],
  [StatefulSession, StatefulSessionSchema],
  [StatefulSessionPerRoute, StatefulSessionPerRouteSchema],
  [StdoutAccessLog, StdoutAccessLogSchema],
  [TlsInspector, TlsInspectorSchema],
  [TypedStruct, TypedStructSchema],
  [UpstreamTlsContext, UpstreamTlsContextSchema],
  [Zstd, ZstdSchema],
];

/** Packed messages by their bytes. Neither is modified, so a message need not be decoded again. */
const unpacked = new WeakMap<Uint8Array, object>();

function decode(type: MessageClass, bytes: Uint8Array): object {
  return unpacked.get(bytes) ?? type.fromBinary(bytes);
}

/** For ProtoJSON, which writes an Any as its content. */
export const registry: Registry = createRegistry(
  ...packed.map(([type]) => ({
    typeName: type.typeName,
    fromBinary: (bytes: Uint8Array) => decode(type, bytes),
    fromJson: type.fromJson!,
  })),
);

/** For the check, which looks inside an Any. */
export const messageTypes: ReadonlyMap<string, MessageType> = new Map(
  packed.map(([type, schema]) => [type.typeName, { schema, fromBinary: (bytes: Uint8Array) => decode(type, bytes) }]),
);

export interface Message {
  readonly $typeName: string;
  toBinary(): Uint8Array;
}

/** `typed_config` of an extension. */
export function typedConfig(message: Message): Any {
  const any = anyPack(message);
  unpacked.set(any.value, message);
  return any;
}

/** An extension by its name in Envoy, such as a filter, a transport socket or an access logger. */
export interface Extension {
  readonly name: string;
  readonly configType: { readonly case: "typedConfig"; readonly value: Any };
}

export function extension(name: string, message: Message): Extension {
  return { name, configType: { case: "typedConfig", value: typedConfig(message) } };
}

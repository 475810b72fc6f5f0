import { durationFromMs } from "@protoloom/protobuf/wkt";
import {
  type AccessLogFilterInit,
  type AccessLogInit,
  ComparisonFilter_Op,
  GrpcStatusFilter_Status,
} from "../gen/envoy/config/accesslog/v3/accesslog_pb.js";
import { FileAccessLog } from "../gen/envoy/extensions/access_loggers/file/v3/file_pb.js";
import { OpenTelemetryAccessLogConfig } from "../gen/envoy/extensions/access_loggers/open_telemetry/v3/logs_service_pb.js";
import { StdoutAccessLog } from "../gen/envoy/extensions/access_loggers/stream/v3/stream_pb.js";
import type { AccessLog, AccessLogFilter } from "../model/terms.js";
import { fraction } from "./percent.js";
import { type Extension, extension } from "./typed-config.js";

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

export function emitAccessLog(log: AccessLog): AccessLogInit {
  return { ...loggerOf(log), filter: log.only ? filterOf(log.only) : undefined };
}

function loggerOf({ path, format = "json", fields, otlp }: AccessLog): Extension {
  const all: Record<string, string> = { ...logged, ...fields };
  if (otlp !== undefined) return overOtlp(otlp.cluster, all);
  const logFormat =
    format === "json"
      ? ({ case: "jsonFormat", value: all } as const)
      : ({
          case: "textFormatSource",
          value: { specifier: { case: "inlineString", value: `${Object.values(all).join(" ")}\n` } },
        } as const);
  const accessLogFormat = { case: "logFormat", value: { format: logFormat } } as const;
  return path === undefined
    ? extension("envoy.access_loggers.stdout", new StdoutAccessLog({ accessLogFormat }))
    : extension("envoy.access_loggers.file", new FileAccessLog({ path, accessLogFormat }));
}

function overOtlp(clusterName: string, fields: Readonly<Record<string, string>>): Extension {
  const config = new OpenTelemetryAccessLogConfig({
    grpcService: { targetSpecifier: { case: "envoyGrpc", value: { clusterName } }, timeout: durationFromMs(5000) },
    logName: "access",
    customTags: Object.entries(fields).map(([tag, value]) => ({ tag, type: { case: "value", value } as const })),
  });
  return extension("envoy.access_loggers.open_telemetry", config);
}

function filterOf({ errors, slowerThan, percent }: AccessLogFilter): AccessLogFilterInit | undefined {
  const filters: AccessLogFilterInit[] = [];
  if (errors) {
    const value = { statuses: [GrpcStatusFilter_Status.OK], exclude: true };
    filters.push({ filterSpecifier: { case: "grpcStatusFilter", value } });
  }
  if (slowerThan !== undefined) {
    const value = { defaultValue: Math.ceil(slowerThan), runtimeKey: "access_log.slower_than" };
    const comparison = { op: ComparisonFilter_Op.GE, value };
    filters.push({ filterSpecifier: { case: "durationFilter", value: { comparison } } });
  }
  if (percent !== undefined) {
    const value = {
      runtimeKey: "access_log.percent",
      percentSampled: fraction(percent),
      useIndependentRandomness: true,
    };
    filters.push({ filterSpecifier: { case: "runtimeFilter", value } });
  }
  const [only] = filters;
  return filters.length > 1 ? { filterSpecifier: { case: "andFilter", value: { filters } } } : only;
}

import { context, propagation, SpanKind, type TextMapGetter, trace } from "@opentelemetry/api";
import { Code } from "../call/code.js";
import type { Metadata } from "../call/metadata.js";
import type { ServerInterceptor } from "../interceptor.js";
import { attributesOf, CallRecord, INSTRUMENTATION, nameOf, recordReply } from "./span.js";
import type { TelemetryOptions } from "./trace-client.js";

const getter: TextMapGetter<Metadata> = {
  keys: (metadata) => [...metadata].map(([key]) => key),
  get: (metadata, key) => (key.endsWith("-bin") ? undefined : metadata.get(key)),
};

/** The codes that are the server's fault; the others report a fault of the client (semantic conventions for gRPC). */
const faults = new Set<Code>([
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Unimplemented,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);

/** Records a span, a child of the caller's, and the duration of every handler by the semantic conventions for RPC. */
export function traceServer(options: TelemetryOptions = {}): ServerInterceptor {
  return async (call, next) => {
    const { method, context: handled } = call;
    const attributes = { ...attributesOf(method), ...options.attributes };
    const parent = propagation.extract(context.active(), handled.metadata, getter);
    const tracer = trace.getTracer(INSTRUMENTATION);
    const span = tracer.startSpan(nameOf(method), { kind: SpanKind.SERVER, attributes }, parent);
    const active = trace.setSpan(parent, span);
    const record = new CallRecord(span, attributes, "rpc.server.duration", (code) => faults.has(code));
    return recordReply(record, active, () => next(call));
  };
}

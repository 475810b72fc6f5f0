import { context, propagation, SpanKind, type TextMapSetter, trace } from "@opentelemetry/api";
import { Code } from "../call/code.js";
import type { Metadata } from "../call/metadata.js";
import type { ClientInterceptor } from "../interceptor.js";
import { attributesOf, CallRecord, INSTRUMENTATION, nameOf, recordReply } from "./span.js";

/** Options of the interceptors for OpenTelemetry. */
export interface TelemetryOptions {
  /** Attributes for every span and measurement, such as `server.address`. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
}

const setter: TextMapSetter<Metadata> = {
  set(metadata, key, value) {
    metadata.set(key, value);
  },
};

/**
 * Records a span and the duration of every call by the semantic conventions for RPC, and propagates the span's context.
 */
export function traceClient(options: TelemetryOptions = {}): ClientInterceptor {
  return async (call, next) => {
    const attributes = { ...attributesOf(call.method), ...options.attributes };
    const span = trace.getTracer(INSTRUMENTATION).startSpan(nameOf(call.method), { kind: SpanKind.CLIENT, attributes });
    const active = trace.setSpan(context.active(), span);
    const record = new CallRecord(span, attributes, "rpc.client.duration", (code) => code !== Code.Ok);
    propagation.inject(active, call.metadata, setter);
    return recordReply(record, active, () => next(call));
  };
}

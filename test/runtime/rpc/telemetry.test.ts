import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  type Context,
  context,
  propagation,
  type Span,
  type SpanOptions,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from "@opentelemetry/api";
import { Code, createClient, createServer, inMemoryTransport, StatusError } from "@protoloom/rpc";
import { traceClient, traceServer } from "@protoloom/rpc/opentelemetry";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { collect, failure } from "./failures.js";

interface Recorded {
  name: string;
  kind: number | undefined;
  attributes: Record<string, unknown>;
  parent: string | undefined;
  error: boolean;
  ended: number;
}

let spans: Recorded[];

beforeEach(() => {
  spans = [];
  const startSpan = (name: string, options: SpanOptions = {}, parent: Context = context.active()): Span => {
    const span: Recorded = {
      name,
      kind: options.kind,
      attributes: { ...options.attributes },
      parent: trace.getSpanContext(parent)?.spanId,
      error: false,
      ended: 0,
    };
    spans.push(span);
    const spanContext = {
      traceId: `${"0".repeat(31)}1`,
      spanId: String(spans.length).padStart(16, "0"),
      traceFlags: 1,
    };
    const fake = {
      spanContext: () => spanContext,
      setAttribute: (key: string, value: unknown) => (span.attributes[key] = value),
      setStatus: () => (span.error = true),
      recordException: () => {},
      end: () => span.ended++,
    };
    return fake as unknown as Span;
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as never });
  propagation.setGlobalPropagator({
    inject(from: Context, carrier: unknown, setter: TextMapSetter) {
      setter.set(carrier, "traceparent", trace.getSpanContext(from)?.spanId ?? "");
    },
    extract(into: Context, carrier: unknown, getter: TextMapGetter) {
      const spanId = String(getter.get(carrier, "traceparent"));
      return trace.setSpanContext(into, { traceId: "1", spanId, traceFlags: 1 });
    },
    fields: () => ["traceparent"],
  });
});

afterEach(() => {
  trace.disable();
  propagation.disable();
  context.disable();
});

test("a span around each call on both sides, the server's below the client's", async () => {
  const server = createServer({ interceptors: [traceServer()] }).add(Orders, {
    echo() {
      throw new StatusError(Code.NotFound, "no");
    },
    *list() {
      yield {};
      yield {};
    },
  });
  const client = createClient(Orders, inMemoryTransport(server), {
    interceptors: [traceClient({ attributes: { "server.address": "shop" } })],
  });
  await failure(client.echo({}));
  await collect(client.list({}));
  await server.close();
  const common = { "rpc.system": "grpc", "rpc.service": "test.rpc.Orders" };
  expect(spans).toMatchObject([
    {
      name: "test.rpc.Orders/Echo",
      kind: 2,
      error: true,
      ended: 1,
      attributes: { ...common, "rpc.method": "Echo", "rpc.grpc.status_code": 5, "server.address": "shop" },
    },
    {
      name: "test.rpc.Orders/Echo",
      kind: 1,
      error: false,
      ended: 1,
      parent: "1".padStart(16, "0"),
      attributes: { ...common, "rpc.grpc.status_code": 5 },
    },
    { name: "test.rpc.Orders/List", kind: 2, error: false, ended: 1, attributes: { "rpc.grpc.status_code": 0 } },
    { name: "test.rpc.Orders/List", kind: 1, ended: 1, parent: "3".padStart(16, "0") },
  ]);
});

/** A message of `otlp.proto`: four services with three scopes each, in all 204 spans. */
export function buildTraceExport(random) {
  return { resourceSpans: list(4, () => resourceSpans(random)) };
}

function resourceSpans(random) {
  return {
    resource: {
      attributes: [
        string("service.name", random.pick(["checkout", "inventory", "payments", "catalogue"])),
        string("service.version", `1.${random.int(40)}.${random.int(10)}`),
        string("host.name", `node-${random.text(5)}.eu-west-1.internal`),
        string("telemetry.sdk.language", "nodejs"),
        { key: "process.pid", value: value("intValue", BigInt(random.int(65536))) },
        {
          key: "process.command_args",
          value: value("arrayValue", {
            values: ["node", "--enable-source-maps", "server.js"].map((arg) => value("stringValue", arg)),
          }),
        },
      ],
    },
    scopeSpans: list(3, () => ({
      scope: { name: `@acme/instrumentation-${random.text(6)}`, version: "0.52.1" },
      spans: list(17, () => span(random)),
      schemaUrl: "https://opentelemetry.io/schemas/1.26.0",
    })),
    schemaUrl: "https://opentelemetry.io/schemas/1.26.0",
  };
}

function span(random) {
  const start = 1_790_000_000_000_000_000n + random.bits(50);
  return {
    traceId: random.bytes(16),
    spanId: random.bytes(8),
    parentSpanId: random.bytes(8),
    name: `${random.pick(["GET", "POST", "PUT"])} /api/v1/orders/${random.text(4)}`,
    kind: random.between(1, 5),
    startTimeUnixNano: start,
    endTimeUnixNano: start + random.bits(28),
    attributes: spanAttributes(random),
    events: random.chance(0.7) ? [event(random, start)] : [],
    links: random.chance(0.1) ? [{ traceId: random.bytes(16), spanId: random.bytes(8), flags: 1 }] : [],
    status: random.chance(0.1) ? { message: "deadline exceeded", code: 2 } : { code: 1 },
    flags: 257,
  };
}

function spanAttributes(random) {
  return [
    string("http.request.method", random.pick(["GET", "POST", "PUT"])),
    string("url.path", `/api/v1/orders/${random.text(8)}`),
    { key: "http.response.status_code", value: value("intValue", random.pick([200n, 201n, 404n, 500n])) },
    { key: "http.response.body.size", value: value("intValue", random.bits(16)) },
    string("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) grpc-node-js/1.14"),
    { key: "cache.hit", value: value("boolValue", random.chance(0.5)) },
    { key: "sampling.rate", value: value("doubleValue", random.int(1000) / 1000) },
    string("net.peer.name", `10.${random.int(256)}.${random.int(256)}.${random.int(256)}`),
  ];
}

function event(random, start) {
  return {
    timeUnixNano: start + random.bits(24),
    name: "cache lookup",
    attributes: [string("cache.key", `order:${random.text(12)}`)],
  };
}

const string = (key, text) => ({ key, value: value("stringValue", text) });
const value = (name, content) => ({ value: { case: name, value: content } });
const list = (length, make) => Array.from({ length }, make);

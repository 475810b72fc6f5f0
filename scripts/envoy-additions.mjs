/**
 * Fields added to Envoy's API since the release of the npm package that ships its protos, as far as we need them. The build
 * adds them to the protos. `npm run test:e2e -- envoy` compares each row with the API of Envoy 1.40.
 *
 * @typedef {{
 *   file: string, message: string, field: string, number: number, type: string,
 *   oneof?: string, repeated?: boolean, rule?: string, imports?: string,
 * }} Addition `message` is its name in the file, `rule` an option as a proto has it, `imports` the file of the type
 */

const localRateLimit = "envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto";
const otlpLog = "envoy/extensions/access_loggers/open_telemetry/v3/logs_service.proto";
const positive = "(validate.rules).uint32 = {gte: 1}";

/** @type {readonly Addition[]} */
export const additions = [
  {
    file: "envoy/config/route/v3/route_components.proto",
    message: "WeightedCluster",
    oneof: "random_value_specifier",
    field: "use_hash_policy",
    number: 5,
    type: "google.protobuf.BoolValue",
  },
  {
    file: "envoy/config/core/v3/base.proto",
    message: "WatchedDirectory",
    field: "watch_modify",
    number: 2,
    type: "bool",
  },
  {
    file: localRateLimit,
    message: "LocalRateLimit",
    field: "rate_limits",
    number: 17,
    type: "config.route.v3.RateLimit",
    repeated: true,
    imports: "envoy/config/route/v3/route_components.proto",
  },
  {
    file: localRateLimit,
    message: "LocalRateLimit",
    field: "max_dynamic_descriptors",
    number: 18,
    type: "google.protobuf.UInt32Value",
    rule: positive,
  },
  {
    file: "envoy/extensions/filters/http/grpc_json_transcoder/v3/transcoder.proto",
    message: "GrpcJsonTranscoder.PrintOptions",
    field: "stream_sse_style_delimited",
    number: 6,
    type: "bool",
  },
  {
    file: "envoy/type/tracing/v3/custom_tag.proto",
    message: "CustomTag",
    oneof: "type",
    field: "value",
    number: 6,
    type: "string",
  },
  {
    file: otlpLog,
    message: "OpenTelemetryAccessLogConfig",
    field: "grpc_service",
    number: 9,
    type: "config.core.v3.GrpcService",
    imports: "envoy/config/core/v3/grpc_service.proto",
  },
  { file: otlpLog, message: "OpenTelemetryAccessLogConfig", field: "log_name", number: 10, type: "string" },
  {
    file: otlpLog,
    message: "OpenTelemetryAccessLogConfig",
    field: "custom_tags",
    number: 14,
    type: "type.tracing.v3.CustomTag",
    repeated: true,
    imports: "envoy/type/tracing/v3/custom_tag.proto",
  },
];

/**
 * Fields that had a rule in the package's API, and have none any more.
 *
 * @type {readonly { file: string, message: string, field: string, number: number, rule: string }[]}
 */
export const relaxations = [
  {
    file: otlpLog,
    message: "OpenTelemetryAccessLogConfig",
    field: "common_config",
    number: 1,
    rule: "(validate.rules).message = {required: true}",
  },
  {
    file: "envoy/extensions/common/ratelimit/v3/ratelimit.proto",
    message: "RateLimitDescriptor.Entry",
    field: "value",
    number: 2,
    rule: "(validate.rules).string = {min_len: 1}",
  },
];

/** The text of a proto without these rules. */
export function withRelaxations(text, rows) {
  return rows.reduce((rest, { field, number, rule }) => {
    const relaxed = rest.replace(`${field} = ${number} [${rule}]`, `${field} = ${number}`);
    if (relaxed === rest) throw new Error(`cannot relax ${field}: it has not the rule ${rule}`);
    return relaxed;
  }, text);
}

/** The text of a proto with the fields of the rows added, and with their messages if it lacks them. */
export function withAdditions(text, rows) {
  return rows.reduce(withAddition, text);
}

function withAddition(text, { message, oneof, field, number, type, repeated, rule, imports }) {
  const label = repeated ? "repeated " : "";
  const line = `${label}${type} ${field} = ${number}${rule === undefined ? "" : ` [${rule}]`};`;
  const imported =
    imports === undefined || text.includes(`import "${imports}"`)
      ? text
      : text.replace(/^import /m, `import "${imports}";\nimport `);
  return insert(imported, message.split("."), oneof, line);
}

/** Puts a line before the end of a message, or of a oneof in it. */
function insert(text, path, oneof, line) {
  const [name, ...inner] = path;
  const block = blockOf(text, "message", name);
  if (block === undefined) return `${text}\nmessage ${name} {\n  ${line}\n}\n`;
  const { start, end } = block;
  const body = text.slice(start, end);
  const changed =
    inner.length > 0
      ? insert(body, inner, oneof, line)
      : oneof === undefined
        ? `${body}\n  ${line}\n`
        : `${insertIntoOneof(body, oneof, line)}`;
  return text.slice(0, start) + changed + text.slice(end);
}

function insertIntoOneof(body, name, line) {
  const block = blockOf(body, "oneof", name);
  if (block === undefined) throw new Error(`cannot add "${line}": there is no oneof ${name}`);
  return `${body.slice(0, block.end)}\n    ${line}\n  ${body.slice(block.end)}`;
}

/** The start and end of the text between the braces of a message or oneof. Braces in comments are assumed to be paired. */
function blockOf(text, keyword, name) {
  const head = new RegExp(`^ *${keyword} ${name} \\{`, "m").exec(text);
  if (head === null) return undefined;
  const start = head.index + head[0].length;
  let depth = 1;
  for (let end = start; end < text.length; end++) {
    if (text[end] === "{") depth++;
    if (text[end] === "}" && --depth === 0) return { start, end };
  }
  throw new Error(`${keyword} ${name} has no end`);
}

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
    file: "envoy/config/core/v3/config_source.proto",
    message: "PathConfigSource",
    field: "poll_interval",
    number: 3,
    type: "google.protobuf.Duration",
    rule: "(validate.rules).duration = {gte {nanos: 1000000}}",
    imports: "google/protobuf/duration.proto",
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
];

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

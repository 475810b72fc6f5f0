/** `profile: edge` meets the list of https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/best_practices/edge, item by item. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { generate, root, textOf } from "./generate.js";

const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
afterAll(() => rmSync(folder, { recursive: true }));

const deployment = `
listeners: { public: { address: 0.0.0.0:8443, tls: { certificate: tls/server.pem, key: tls/server.key } } }
services: { "*": { cluster: orders } }
clusters: { orders: { endpoints: [{ address: 10.0.0.1:50051 }] } }
`;

function configured(profile: string): unknown {
  const file = join(folder, "deployment.yaml");
  writeFileSync(file, `${profile}${deployment}`);
  const proto = textOf(join(root, "test/plugins/protoc-gen-envoy/shop.proto"));
  const { error, files } = generate({ "shop.proto": proto }, `deployment=${file}`);
  expect(error).toBe("");
  return parse(files["envoy.yaml"]!);
}

const listener = "static_resources.listeners.0";
const manager = `${listener}.filter_chains.0.filters.0.typed_config`;
const cluster = "static_resources.clusters.0";
const upstream = `${cluster}.typed_extension_protocol_options.envoy\\.extensions\\.upstreams\\.http\\.v3\\.HttpProtocolOptions`;

/** An item of the list: the recommendation, its place in the configuration, and the value. */
const items: [item: string, values: Readonly<Record<string, unknown>>, isAlwaysMet?: boolean][] = [
  ["access to the admin interface is restricted", { admin: undefined }, true],
  [
    "the overload manager watches the heap",
    {
      "overload_manager.resource_monitors.0.name": "envoy.resource_monitors.fixed_heap",
      "overload_manager.actions.0.name": "envoy.overload_actions.shrink_heap",
      "overload_manager.actions.1.name": "envoy.overload_actions.stop_accepting_requests",
    },
  ],
  ["listener buffers have 32 KiB", { [`${listener}.per_connection_buffer_limit_bytes`]: 32_768 }],
  ["cluster buffers have 32 KiB", { [`${cluster}.per_connection_buffer_limit_bytes`]: 32_768 }],
  ["the address of the connection is the caller's", { [`${manager}.use_remote_address`]: true }, true],
  ["paths are normalized", { [`${manager}.normalize_path`]: true }, true],
  [
    "connections and streams have timeouts",
    {
      [`${manager}.request_headers_timeout`]: "10s",
      [`${manager}.stream_idle_timeout`]: "300s",
      [`${manager}.common_http_protocol_options.idle_timeout`]: "3600s",
    },
  ],
  ["a connection has 100 streams", { [`${manager}.http2_protocol_options.max_concurrent_streams`]: 100 }],
  [
    "streams have windows of 64 KiB",
    {
      [`${manager}.http2_protocol_options.initial_stream_window_size`]: 65_536,
      [`${upstream}.explicit_http_config.http2_protocol_options.initial_stream_window_size`]: 65_536,
    },
  ],
  [
    "connections have windows of 1 MiB",
    {
      [`${manager}.http2_protocol_options.initial_connection_window_size`]: 1_048_576,
      [`${upstream}.explicit_http_config.http2_protocol_options.initial_connection_window_size`]: 1_048_576,
    },
  ],
  [
    "headers with underscores are rejected",
    { [`${manager}.common_http_protocol_options.headers_with_underscores_action`]: "REJECT_REQUEST" },
  ],
  [
    "connections are limited",
    {
      "overload_manager.resource_monitors.1.name": "envoy.resource_monitors.global_downstream_max_connections",
      "overload_manager.resource_monitors.1.typed_config.max_active_downstream_connections": "50000",
    },
  ],
  ["slashes are merged", { [`${manager}.merge_slashes`]: true }],
  ["escaped slashes are redirected", { [`${manager}.path_with_escaped_slashes_action`]: "UNESCAPE_AND_REDIRECT" }],
];

test("the list has fourteen items", () => {
  expect(items.length).toBe(14);
});

test.each(items)("%s", (_, values, isAlwaysMet = false) => {
  const edge = configured("profile: edge\n");
  for (const [path, value] of Object.entries(values)) expect([path, at(edge, path)]).toEqual([path, value]);
  const plain = configured("");
  const isMet = Object.entries(values).every(([path, value]) => at(plain, path) === value);
  expect(isMet).toBe(isAlwaysMet);
});

/** The value at a path; a dot in a key has a backslash before it. */
function at(value: unknown, path: string): unknown {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  return keys.reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], value);
}

test("a line of the deployment file overrides the profile, and the explanation shows it", () => {
  const more = `profile: edge\noverload: { connections: 7 }\n`;
  expect(
    at(configured(more), "overload_manager.resource_monitors.1.typed_config.max_active_downstream_connections"),
  ).toBe("7");
  const file = join(folder, "limits.yaml");
  writeFileSync(file, `profile: edge${deployment.replace("8443,", "8443, limits: { streams: 7 },")}`);
  const proto = textOf(join(root, "test/plugins/protoc-gen-envoy/shop.proto"));
  const { files } = generate({ "shop.proto": proto }, `deployment=${file},explain=true`);
  expect(at(parse(files["envoy.yaml"]!), `${manager}.http2_protocol_options.max_concurrent_streams`)).toBe(7);
  expect(files["envoy.md"]).toMatch(/\| streams \| 7 \| \S*limits\.yaml:2:\d+ \|/);
  expect(files["envoy.md"]).toContain("| merge slashes | true | default: profile: edge");
});

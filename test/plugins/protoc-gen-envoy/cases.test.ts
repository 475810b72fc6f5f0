/**
 * Inputs that went wrong on other people's servers. Each is a folder of `cases` with what is right here: the diagnostics that
 * refuse it, by their line, or what its output must and must not have. What an Envoy does with them is in test/e2e/envoy.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, jest, test } from "@jest/globals";
import { FileDescriptorSet } from "@protoloom/protobuf/wkt";
import { fromRoot, type Generated, generate, root, textOf } from "./generate.js";

const folder = join(root, "test/plugins/protoc-gen-envoy/cases");

interface Right {
  readonly refused?: readonly string[];
  readonly format?: string;
  readonly has?: readonly (string | RegExp)[];
  readonly lacks?: readonly (string | RegExp)[];
}

const cases: Readonly<Record<string, Right>> = {
  "admin-localhost": { refused: ["deployment.yaml:1 listener-address"] },
  "backoff-0": { refused: ["deployment.yaml:2 invalid-value"] },
  "canary-tiny": { refused: ["deployment.yaml:2 invalid-value"] },
  "cert-rotation": { has: ["tls_certificate_sds_secret_configs", "watched_directory"], lacks: ["tls_certificates:"] },
  "connect-timeout-0": { refused: ["deployment.yaml:3 invalid-value"] },
  "files-order": { format: "files", has: ["watch_modify: true"] },
  "haproxy-64-words": {
    format: "haproxy",
    has: [/^( {4}acl known path_beg( \/t\.T\d+\/){15}\n)/m],
    lacks: [/^(?:\S* ){70}/m],
  },
  "health-check-http1": { refused: ["deployment.yaml:3 health-check-http1"] },
  "host-star": { refused: ["deployment.yaml:1 invalid-value", "deployment.yaml:1 invalid-value"] },
  "hosts-empty": { refused: ["deployment.yaml:1 invalid-value"] },
  "hosts-twice": { refused: ["deployment.yaml:1 duplicate-host"] },
  "http-rule-response-body": { refused: ["t.proto:6 invalid-http-rule"] },
  "http-rule-root": { has: ["grpc_json_transcoder"] },
  "jwks-h2-no-tls": { refused: ["deployment.yaml:4 jwks-protocol"] },
  "keepalive-idle-stream": {
    has: ['connection_idle_interval: "30s"', "tcp_keepalive"],
    lacks: [/clusters:[\s\S]*\n +interval: "30s"/],
  },
  "listener-localhost": { refused: ["deployment.yaml:1 listener-address"] },
  "localhost-ipv6": { has: ["dns_lookup_family: V4_PREFERRED"] },
  "log-slower-than-100-years": { refused: ["deployment.yaml:1 invalid-value"] },
  "nginx-long-names": { format: "nginx", has: ["variables_hash_bucket_size 128;"] },
  "nginx-split-tls": { format: "nginx", has: ["grpc_pass grpc://$to_a_t_t", "grpc_pass grpcs://$to_a_t_t"] },
  "origin-slash": { refused: ["deployment.yaml:1 invalid-value", "deployment.yaml:1 invalid-value"] },
  "outlier-app-errors": { has: ["enforcing_consecutive_5xx: 0", "enforcing_consecutive_gateway_failure: 100"] },
  "outlier-stray-json": { has: [/path: \/t\.T\/Get\n +grpc: \{\}/] },
  "per-10ms": { refused: ["deployment.yaml:2 invalid-value"] },
  "per-try-timeout": { has: [/retry_on: .*reset/] },
  "priority-without-health": { refused: ["deployment.yaml:3 priority-without-health"] },
  "rate-limit-buckets": { has: [/(?:token_bucket:\n[\s\S]*?){2}/], lacks: [/(?:token_bucket:\n[\s\S]*?){3}/] },
  "retry-connect-failure": { has: ['retry_on: "unavailable,connect-failure,refused-stream,reset"'] },
  "retry-of-other-peoples-protos": { has: ['retry_on: "connect-failure,refused-stream"'] },
  "service-config-lost-keys": {
    refused: ["service_config.json:5 unknown-key", "service_config.json:7 unknown-key"],
  },
  "sidecar-callers": {
    has: [/name: inbound[\s\S]*filters\.http\.rbac[\s\S]*name: outbound/],
    lacks: [/name: outbound[\s\S]*filters\.http\.rbac/],
  },
  "split-hash": { has: ["use_hash_policy: true"] },
  "timeout-out-of-range": { refused: ["deployment.yaml:2 invalid-value"] },
  "unrelated-proto-drains": {},
  "weights-sum": { refused: ["deployment.yaml:3 weight-sum"] },
};

beforeAll(() => {
  jest.spyOn(process.stderr, "write").mockReturnValue(true); // where the plugin says what others cannot do
});

test("each has its folder, and no others are there", () => {
  expect(Object.keys(cases).sort()).toEqual(readdirSync(folder).sort());
});

test.each(Object.entries(cases))("%s", (name, { refused = [], format = "static", has = [], lacks = [] }) => {
  const { error, files } = run(name, format);
  const found = Array.from(
    error.matchAll(/^(\S+:\d+):\d+: .*\(([\w-]+)\)$/gm),
    ([, place, check]) => `${place} ${check}`,
  );
  expect(found).toEqual(refused);
  expect(error === "").toBe(refused.length === 0);
  const output = Object.values(files).join("\n");
  const isIn = (part: string | RegExp) => (typeof part === "string" ? output.includes(part) : part.test(output));
  expect(has.filter((part) => !isIn(part))).toEqual([]);
  expect(lacks.filter(isIn)).toEqual([]);
});

test("a field more in a proto that a listener does not serve changes nothing of it", () => {
  const before = run("unrelated-proto-drains", "static");
  const after = run("unrelated-proto-drains", "static", (source) =>
    source.replace("message X { string a = 1; }", "message X { string a = 1; string b = 2; }"),
  );
  expect(after.files).toEqual(before.files);
  const [, base64 = ""] = /proto_descriptor_bin: "?([\w+/=]+)/.exec(before.files["envoy.yaml"]!) ?? [];
  const names = FileDescriptorSet.fromBinary(Buffer.from(base64, "base64")).file.map((file) => file.name);
  expect(names).toContain("t.proto");
  expect(names).not.toContain("b.proto");
});

function run(name: string, format: string, change: (source: string) => string = (source) => source): Generated {
  const here = join(folder, name);
  const files = readdirSync(here);
  const protos = files
    .filter((file) => file.endsWith(".proto"))
    .map((file) => [file, change(textOf(join(here, file)))]);
  const config = files.includes("service_config.json")
    ? `,service_config=${fromRoot(join(here, "service_config.json"))}`
    : "";
  const options = `deployment=${fromRoot(join(here, "deployment.yaml"))}${config},format=${format}`;
  const { error, files: written } = generate(Object.fromEntries(protos), options);
  return { error: error.replaceAll(`${fromRoot(here)}/`, ""), files: written };
}

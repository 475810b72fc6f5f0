/** Service configs are written for clients: supported settings are used, others are reported, and mistakes are rejected. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type Generated, generate, root, textOf } from "./generate.js";

const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
const told: string[] = [];
beforeEach(() => {
  jest.spyOn(process.stderr, "write").mockImplementation((text) => told.push(String(text)) > 0);
});
afterEach(() => {
  told.length = 0;
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function generateWith(config: object): Generated {
  const file = join(mkdtempSync(join(tmpdir(), "protoloom-")), "config.json");
  writeFileSync(file, JSON.stringify(config));
  const proto = textOf(join(root, "test/plugins/protoc-gen-envoy/shop.proto"));
  return generate({ "shop.proto": proto }, `service_config=${file}`);
}

const checksTold = () => told.flatMap((text) => [...text.matchAll(/\(([\w-]+)\)$/gm)].map(([, check]) => check));

test("Google's published service configs are accepted, and features that Envoy lacks are reported", () => {
  const name = [{ service: "shop.v1.Orders", method: "GetOrder" }];
  const { error, files } = generateWith({
    methodConfig: [
      {
        name: [
          ...name,
          { service: "shop.v1.Orders", method: "PlaceOrder" },
          { service: "shop.v1.Orders", method: "WatchOrder" },
        ],
        timeout: "60s",
        waitForReady: true,
        maxRequestMessageBytes: 1000,
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: "0.1s",
          maxBackoff: "60s",
          backoffMultiplier: 1.3,
          retryableStatusCodes: ["ABORTED", "UNAVAILABLE", "UNKNOWN"],
        },
      },
      { name: [{ service: "google.iam.v1.IAMPolicy" }], timeout: "60s" },
    ],
    retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
  });
  expect(error).toBe("");
  expect(files["envoy.yaml"]).toContain('timeout: "60s"');
  expect(files["envoy.yaml"]).toContain('retry_on: "unavailable,connect-failure,refused-stream,reset"');
  expect(checksTold().sort()).toEqual(
    [
      ...["retry-not-idempotent", "retry-on-streaming", "retry-status", "retry-status", "unknown-service"],
      ...Array(4).fill("service-config-unsupported"),
    ].sort(),
  );
});

const google = join(root, "node_modules/google-proto-files/google");

/** The contents of the service configs that Google publishes with these protos: methods, timeouts, statuses to retry on. */
const published = {
  library: {
    protos: ["example/library/v1/library"],
    prefix: "google.example.library.v1.LibraryService",
    rules: [
      ["GetShelf ListShelves DeleteShelf GetBook ListBooks DeleteBook UpdateBook", 60, "DEADLINE_EXCEEDED UNAVAILABLE"],
      ["CreateShelf MergeShelves CreateBook MoveBook", 60, ""], // retried on nothing
    ],
    idempotent: 4,
    told: ["retry-not-idempotent", "service-config-unsupported"],
  },
  publisher: {
    protos: ["pubsub/v1/pubsub"],
    prefix: "google.pubsub.v1.Publisher",
    rules: [
      ["CreateTopic UpdateTopic DeleteTopic SetIamPolicy TestIamPermissions", 60, "UNAVAILABLE"],
      ["Publish", 60, "ABORTED CANCELLED INTERNAL RESOURCE_EXHAUSTED UNKNOWN UNAVAILABLE DEADLINE_EXCEEDED"],
      ["GetTopic ListTopics ListTopicSubscriptions ListTopicSnapshots GetIamPolicy", 60, "UNKNOWN ABORTED UNAVAILABLE"],
    ],
    idempotent: 4,
    told: ["retry-not-idempotent", "retry-status", "service-config-unsupported", "unknown-method"],
  },
  subscriber: {
    protos: ["pubsub/v1/pubsub"],
    prefix: "google.pubsub.v1.Subscriber",
    rules: [
      ["StreamingPull", 900, "DEADLINE_EXCEEDED RESOURCE_EXHAUSTED ABORTED INTERNAL UNAVAILABLE"],
      ["GetSubscription ListSubscriptions ListSnapshots GetSnapshot Pull", 60, "UNKNOWN ABORTED UNAVAILABLE"],
      ["Acknowledge ModifyAckDeadline", 60, "UNAVAILABLE"],
    ],
    idempotent: 4,
    told: ["retry-not-idempotent", "retry-on-streaming", "retry-status", "service-config-unsupported"],
  },
  logging: {
    protos: ["logging/v2/logging", "logging/v2/logging_config", "logging/v2/logging_metrics"],
    prefix: "google.logging.v2.LoggingServiceV2",
    rules: [
      ["DeleteLog ListLogEntries ListMonitoredResourceDescriptors ListLogs", 60, "UNAVAILABLE DEADLINE_EXCEEDED"],
    ],
    idempotent: 2,
    told: ["retry-not-idempotent", "service-config-unsupported"],
  },
} as const;

test.each(Object.entries(published))(
  "the config of Google's %s is taken",
  (_, { protos, prefix, rules, idempotent, told: notes }) => {
    const methodConfig = rules.map(([methods, seconds, codes]) => ({
      name: methods.split(" ").map((method) => ({ service: prefix, method })),
      timeout: `${seconds}s`,
      retryPolicy: {
        ...{ maxAttempts: 5, initialBackoff: "0.100s", maxBackoff: "60s", backoffMultiplier: 1.3 },
        retryableStatusCodes: codes.split(" ").filter(Boolean),
      },
    }));
    const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
    writeFileSync(join(folder, "config.json"), JSON.stringify({ methodConfig }));
    writeFileSync(join(folder, "deployment.yaml"), 'services: { "*": { idempotent: { http_get: true } } }');
    const sources = Object.fromEntries(
      protos.map((name) => [`google/${name}.proto`, textOf(join(google, `${name}.proto`))]),
    );
    const options = `deployment=${folder}/deployment.yaml,service_config=${folder}/config.json`;
    const { error, files } = generate(sources, options, [join(google, "..")]);
    rmSync(folder, { recursive: true });
    expect(error).toBe("");
    expect(files["envoy.yaml"]!.match(/retry_on: "[^"]*unavailable/g)?.length).toBe(idempotent);
    expect([...new Set(checksTold())].sort()).toEqual(notes);
  },
);

test("a status that Envoy cannot retry on does not become another", () => {
  const retryPolicy = { maxAttempts: 3, initialBackoff: "1s", maxBackoff: "2s", retryableStatusCodes: ["ABORTED"] };
  const { files } = generateWith({ methodConfig: [{ name: [{ service: "shop.v1.Orders" }], retryPolicy }] });
  expect(files["envoy.yaml"]).not.toMatch(/retry_on: .*unavailable/);
  expect(checksTold()).toEqual(["retry-status"]);
});

test("keys that nobody knows are slips", () => {
  const retryPolicy = { maxAttempts: 3, initialBackof: "0.1s", retryableStatusCodes: ["UNAVAILABLE"] };
  const { error } = generateWith({
    methodConfig: [{ name: [{ service: "shop.v1.Orders" }], timeOut: "2s", retryPolicy }],
  });
  expect(error).toMatch(/unknown key "timeOut" \(unknown-key\)\n.*\n +Did you mean timeout\?/);
  expect(error).toMatch(/unknown key "initialBackof" \(unknown-key\)\n.*\n +Did you mean initialBackoff\?/);
});

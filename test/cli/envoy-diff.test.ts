/** `protoloom envoy diff`: what a change of a deployment does, in each form in which a configuration is written. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { type Difference, difference, showDifference } from "../../cli/src/envoy/diff.js";
import { readConfiguration } from "../../cli/src/envoy/resources.js";
import { generate, root, textOf } from "../plugins/protoc-gen-envoy/generate.js";

const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
afterAll(() => rmSync(folder, { recursive: true }));

const proto = textOf(join(root, "test/plugins/protoc-gen-envoy/shop.proto"));
const base = `
listeners:
  public: { address: 127.0.0.1:8080 }
services:
  "*":
    split: { stable: 99, next: 1 }
    canaries: [{ header: x-canary, percent: 5, cluster: next }]
clusters:
  stable: { endpoints: [{ address: 10.0.0.1:50051 }, { address: 10.0.0.2:50051, weight: 2 }] }
  next: { endpoints: [{ address: 10.0.1.1:50051 }] }
  named: { endpoints: [{ address: "orders.internal:50051" }] }
`;

const formats = { static: "envoy.yaml", files: "xds", ads: "ads" };
type Format = keyof typeof formats;

function written(name: string, deployment: string, format: Format): string {
  const to = join(folder, name, format);
  rmSync(to, { recursive: true, force: true });
  const file = join(folder, "deployment.yaml");
  writeFileSync(file, deployment);
  const { error, files } = generate({ "shop.proto": proto }, `deployment=${file},format=${format}`);
  expect(error).toBe("");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), content);
  }
  return join(to, formats[format]);
}

function between(before: string, after: string, format: Format): Difference {
  const [old, next] = [written("old", before, format), written("new", after, format)].map(readConfiguration);
  return difference(old!, next!);
}

const changes: [name: string, change: (text: string) => string, expected: string][] = [
  ["nothing", (text) => text, "nothing changes\n"],
  [
    "a split",
    (text) => text.replace("stable: 99, next: 1", "stable: 90, next: 10"),
    "public: shop.v1.Orders/GetOrder, public: shop.v1.Orders/PlaceOrder, public: shop.v1.Orders/WatchOrder, 1 more: " +
      "stable 99 %, next 1 % → stable 90 %, next 10 %\n",
  ],
  [
    "the percentage of a canary",
    (text) => text.replace("percent: 5", "percent: 6"),
    expect.stringMatching(/^public: shop.v1.Orders\/GetOrder with x-canary, .*numerator 50000 → 60000\n$/) as never,
  ],
  [
    "a timeout of a method",
    (text) => text.replace("canaries:", "methods: { GetOrder: { timeout: 2s } }\n    canaries:"),
    expect.stringContaining("public: shop.v1.Orders/GetOrder: route.timeout 15s → 2s") as never,
  ],
  [
    "endpoints",
    (text) =>
      text.replace("{ address: 10.0.0.1:50051 }", "{ address: 10.0.0.3:50051 }").replace("weight: 2", "weight: 3"),
    `cluster stable: 10.0.0.3:50051 gets calls
cluster stable: 10.0.0.1:50051 gets no calls any more
cluster stable: 10.0.0.2:50051 weight 2, zone of weight 3 → weight 3, zone of weight 4
`
      .replaceAll(", zone of weight 3 →", " →")
      .replace(", zone of weight 4", ""),
  ],
  [
    "a cluster",
    (text) => text.replace("next: { endpoints", "next: { connect_timeout: 1s, endpoints"),
    "cluster next: warms anew, its old connections are closed then (connect_timeout 5s → 1s)\n",
  ],
  [
    "a listener",
    (text) => text.replace("8080 }", "8080, access_log: {} }"),
    expect.stringMatching(/^listener public: its connections are drained \(.*access_log added\)\n$/) as never,
  ],
  [
    "names",
    (text) => text.replace("public:", "outside:").replace("named:", "renamed:"),
    expect.stringMatching(
      new RegExp(
        [
          "^listener public: removed.*",
          "listener outside: new",
          "cluster named: removed.*",
          "cluster renamed: new.*",
          "public: .*no route any more",
          "outside: .*: new → next",
          "outside: .*: new → stable 99 %, next 1 %",
          "$",
        ].join("\n"),
      ),
    ) as never,
  ],
];

describe.each(Object.keys(formats) as Format[])("format=%s", (format) => {
  test.each(changes)("%s", (_, change, expected) => {
    const shown = showDifference(between(base, change(base), format));
    expect(shown.replace("restart: format=static is read at the start only\n", "")).toEqual(expected);
    expect(shown.startsWith("restart")).toBe(format === "static" && shown !== "nothing changes\n");
  });
});

test("an address of the admin interface needs a restart", () => {
  const { restart } = between(base, `${base}admin: 127.0.0.1:9901\n`, "files");
  expect(restart).toEqual(["the bootstrap has changed: admin"]);
});

test("folders that are not outputs are reported", () => {
  expect(() => readConfiguration(join(folder, "nothing"))).toThrow(/nothing does not exist$/);
  expect(() => readConfiguration(folder)).toThrow(/has neither envoy.yaml nor bootstrap.yaml/);
});

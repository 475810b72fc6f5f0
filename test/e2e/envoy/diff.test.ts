/** `protoloom envoy diff` foretells what a real Envoy does when the change is published: what it drains, warms and leaves alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type Difference, difference } from "../../../cli/src/envoy/diff.js";
import { publish } from "../../../cli/src/envoy/publish.js";
import { readConfiguration } from "../../../cli/src/envoy/resources.js";
import { generate } from "../../plugins/protoc-gen-envoy/generate.js";
import { PROVISION_MS } from "../provision.js";
import { freePort, provideEnvoy, type Running, startEnvoy, Workplace } from "./envoy.js";
import { type Backend, orders, startBackend } from "./shop.js";

jest.setTimeout(120_000);

let shop: Backend;
let running: Running;
let before: string;
let base: string;
const next = mkdtempSync(join(tmpdir(), "protoloom-"));

beforeAll(async () => {
  const envoy = await provideEnvoy();
  shop = await startBackend("shop");
  const [one, two] = [await freePort(), await freePort()];
  base = `
listeners: { a: { address: 127.0.0.1:${one} }, b: { address: 127.0.0.1:${two} } }
services: { "*": { cluster: shop } }
clusters:
  shop: { endpoints: [{ address: 127.0.0.1:${shop.port} }] }
  other: { endpoints: [{ address: 127.0.0.1:${shop.port} }] }
  named: { endpoints: [{ address: localhost:${shop.port} }] }
`;
  const workplace = new Workplace();
  const options = `format=files,folder=${workplace.folder}/xds`;
  running = await startEnvoy(envoy, {
    protos: orders(),
    deployment: base,
    options,
    config: "xds/bootstrap.yaml",
    workplace,
  });
  before = join(workplace.folder, "xds");
}, PROVISION_MS);

afterAll(async () => {
  await running?.stop();
  await shop?.close();
  rmSync(next, { recursive: true });
});

const counters = {
  "listener_manager.listener_added": ["listeners", "new"],
  "listener_manager.listener_removed": ["listeners", "removed"],
  "listener_manager.listener_modified": ["listeners", "drains"],
  "cluster_manager.cluster_added": ["clusters", "new"],
  "cluster_manager.cluster_removed": ["clusters", "removed"],
  "cluster_manager.cluster_modified": ["clusters", "warms"],
} as const;

async function counted(): Promise<Record<string, number>> {
  const pairs = Object.keys(counters).map(async (name) => [name, await running.stat(name)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

function told(found: Difference): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counters).map(([name, [kind, effect]]) => [
      name,
      found[kind].filter((each) => each.effect === effect).length,
    ]),
  );
}

const changes: [name: string, change: (text: string) => string][] = [
  ["a split", (text) => text.replace("cluster: shop", "split: { shop: 9, other: 1 }")],
  ["a timeout and a limit of requests", (text) => text.replace("cluster: shop", "cluster: shop, timeout: 2s")],
  ["endpoints", (text) => text.replace(/(other: .*)\[/, "$1[{ address: 127.0.0.2:9 }, ")],
  ["endpoints with names", (text) => text.replace(/(named: .*)\[/, "$1[{ address: localhost:9 }, ")],
  ["a cluster", (text) => text.replace("other: {", "other: { connect_timeout: 1s,")],
  ["a listener", (text) => text.replace("b: {", "b: { access_log: {},")],
  ["a listener and clusters with other names", (text) => text.replace("b: {", "c: {").replace("other:", "another:")],
];

test.each(changes)("%s", async (_, change) => {
  for (const deployment of [change(base), base]) {
    write(deployment);
    const expected = told(difference(readConfiguration(before), readConfiguration(join(next, "xds"))));
    const start = await counted();
    await publish(join(next, "xds"), before, running.admin, () => undefined);
    const end = await counted();
    const seen = Object.fromEntries(Object.keys(start).map((name) => [name, end[name]! - start[name]!]));
    expect(seen).toEqual(expected);
  }
});

function write(deployment: string): void {
  rmSync(join(next, "xds"), { recursive: true, force: true });
  const file = join(next, "deployment.yaml");
  writeFileSync(file, `admin: ${running.admin.replace("http://", "")}\n${deployment}`);
  const { error, files } = generate(orders(), `deployment=${file},format=files,folder=${before}`);
  expect(error).toBe("");
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(next, name)), { recursive: true });
    writeFileSync(join(next, name), content);
  }
}

/** `protoloom route` foretells what a real Envoy does: random requests, compared by its access log and its admin interface. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type Match, matchRequest, type RouteMap } from "../../../cli/src/envoy/match.js";
import { generate } from "../../plugins/protoc-gen-envoy/generate.js";
import { isShort, PROVISION_MS } from "../provision.js";
import { Random } from "../random-deployments.js";
import { report } from "../report.js";
import { freePort, provideEnvoy, type Running, startEnvoy, until } from "./envoy.js";
import { type Backend, orders, startBackend, rest as withRest } from "./shop.js";

jest.setTimeout(120_000);

const COUNT = isShort ? 100 : 1000;

let shops: Backend[];
let running: Running;
let map: RouteMap;
let port: number;

beforeAll(async () => {
  const envoy = await provideEnvoy();
  shops = [await startBackend("stable"), await startBackend("next")];
  port = await freePort();
  const deployment = `
listeners:
  public:
    address: 127.0.0.1:${port}
    hosts: [shop.example, "*.shop.example", "shop.*"]
    services: [test.rpc.Orders]
    cors: { origins: ["https://page.example"] }
    access_log: { path: access.log }
services:
  test.rpc.Orders:
    split: { stable: 3, next: 1 }
    timeout: 3s
    canaries:
      - { header: x-canary, value: "1", cluster: next }
      - { header: x-some, percent: 50, cluster: next }
    methods:
      Echo: { timeout: 2s, retry: { attempts: 4 } }
clusters:
  stable: { endpoints: [{ address: 127.0.0.1:${shops[0]!.port} }] }
  next: { endpoints: [{ address: 127.0.0.1:${shops[1]!.port} }] }
`;
  running = await startEnvoy(envoy, { protos: orders(withRest), deployment });
  const options = `deployment=${join(running.workplace.folder, "deployment.yaml")},format=routes`;
  map = JSON.parse(generate(orders(withRest), options).files["routes.json"]!) as RouteMap;
}, PROVISION_MS);

afterAll(async () => {
  await running?.stop();
  await Promise.all((shops ?? []).map((shop) => shop.close()));
});

interface Sent {
  readonly verb: string;
  readonly path: string;
  readonly host: string;
  readonly headers: ReadonlyMap<string, string>;
}

function randomRequest(random: Random): Sent {
  const headers = new Map<string, string>();
  const some = (name: string, values: readonly string[], chance: number) => {
    if (random.isLucky(chance)) headers.set(name, random.pick(values));
  };
  const types = ["grpc", "grpc+proto", "grpc-web", "grpc-web+proto", "json", "json"].map(
    (type) => `application/${type}`,
  );
  some("content-type", types, 1);
  some("x-canary", ["1", "2"], 0.3);
  some("x-some", ["yes"], 0.3);
  some("origin", ["https://page.example"], 0.2);
  some("access-control-request-method", ["POST"], 0.2);
  const rpc = ["Echo", "List", "Nothing", "Echo/", "echo"].map((name) => `/test.rpc.Orders/${name}`);
  const rest = ["/v1/orders/7", "/v1/orders", "/v1/orders"];
  const paths = [...rpc, ...rpc, "/test.rpc.OrdersV2/Echo", "/v1/orders/7/8", "/", ...rest, ...rest];
  const hosts = ["shop.example", "Shop.Example:443", "a.shop.example", "shop.", "shop.other", "other.example"];
  return {
    verb: random.pick(["POST", "POST", "GET", "OPTIONS"]),
    path: random.pick(paths),
    host: random.pick(hosts),
    headers,
  };
}

interface Logged {
  readonly path: string;
  readonly route: string | null;
  readonly cluster: string | null;
  readonly endpoint: string | null;
  readonly http_status: number;
  readonly grpc_status: string | null;
}

test(`${COUNT} requests go where it says`, async () => {
  const random = new Random(11);
  const requests = Array.from({ length: COUNT }, () => randomRequest(random));
  const session = connect(`http://127.0.0.1:${port}`);
  for (const { verb, path, host, headers } of requests) {
    const sent = { ":method": verb, ":path": path, ":authority": host, ...Object.fromEntries(headers) };
    const stream = session.request(sent);
    stream.on("error", () => undefined).resume();
    const isJson = headers.get("content-type") === "application/json";
    stream.end(verb === "POST" ? (isJson ? "{}" : Buffer.alloc(5)) : undefined);
    await once(stream, "close");
  }
  session.close();
  const log = join(running.workplace.folder, "access.log");
  const lines = () => readFileSync(log, "utf8").split("\n").filter(Boolean);
  await until(() => lines().length >= COUNT);
  const logged = lines().map((line) => JSON.parse(line) as Logged); // one after the other, as they were sent
  const wrong: string[] = [];
  const found: Record<string, number> = {};
  for (const [i, request] of requests.entries()) {
    const match = matchRequest(map.listeners[0]!, request);
    const kind = match.answer === undefined ? (match.ways[0]!.rest === undefined ? "routed" : "by REST") : "answered";
    found[kind] = (found[kind] ?? 0) + 1;
    const told = logged[i]!;
    if (!agrees(match, told))
      wrong.push(`${JSON.stringify([request, ...request.headers])}: ${match.answer} ${JSON.stringify(told)}`);
  }
  report(`${COUNT} requests: ${JSON.stringify(found)}, ${wrong.length} told wrongly`);
  expect(wrong).toEqual([]);
  expect(Object.values(found).every((count) => count > COUNT / 60)).toBe(true);
});

/** Whether the way that Envoy took is one of those that were told. */
function agrees({ ways, answer }: Match, { route, cluster, endpoint, ...status }: Logged): boolean {
  if (answer?.startsWith("404")) return endpoint === null && status.http_status === 404;
  if (answer?.startsWith("UNIMPLEMENTED")) return endpoint === null && status.grpc_status === "UNIMPLEMENTED";
  if (answer !== undefined) return endpoint === null && status.http_status === 200; // the preflight's own
  return ways.some((way) => way.route.name === route && way.route.clusters.some(({ name }) => name === cluster));
}

test("the times and attempts of each route are those of Envoy's admin interface", async () => {
  const dump = JSON.stringify(await running.config());
  for (const route of map.listeners[0]!.routes) {
    const value = <T>(key: string) => route.settings.find((each) => each.key === key)?.value as T;
    const seconds = (value<number>("timeout") ?? 0) / 1000;
    const attempts = value<{ attempts: number } | undefined>("retry")?.attempts ?? value<number>("reconnect");
    const pattern = `"timeout":"${seconds}s".{0,200}?"num_retries":${attempts - 1}[,}]`;
    const at = dump.indexOf(`"name":"${route.name}"`);
    const before = dump.lastIndexOf('{"match"', at);
    expect(dump.slice(before, at + 20)).toMatch(new RegExp(pattern));
  }
});

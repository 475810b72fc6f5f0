/** `protoloom route`: requests as people write them, and the route that each takes by the first match. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Match, matchRequest, type RouteMap } from "../../cli/src/envoy/match.js";
import { parseRequest } from "../../cli/src/envoy/route.js";
import { generate, root, textOf } from "../plugins/protoc-gen-envoy/generate.js";

const proto = textOf(join(root, "test/plugins/protoc-gen-envoy/shop.proto"))
  .replace("package shop.v1;", '$&\nimport "google/api/annotations.proto";')
  .replace(
    "option idempotency_level",
    'option (google.api.http) = { get: "/v1/{id=orders/*}" additional_bindings { get: "/v1/all/**" } };\n    $&',
  );

const deployment = `
listeners:
  public: { address: 127.0.0.1:8080, hosts: ["shop.example", "*.shop.example"], cors: { origins: ["*"] } }
  inside: { address: 127.0.0.1:8081, transcoding: false, grpc_web: false }
services:
  "*":
    split: { stable: 3, next: 1 }
    timeout: 3s
    retry: { attempts: 3 }
    canaries:
      - { header: x-canary, value: "1", cluster: next }
      - { header: x-beta, percent: 10, cluster: next }
clusters:
  stable: { endpoints: [{ address: 10.0.0.1:50051 }] }
  next: { endpoints: [{ address: 10.0.1.1:50051 }] }
`;

const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
let map: RouteMap;
beforeAll(() => {
  writeFileSync(join(folder, "deployment.yaml"), deployment);
  const { error, files } = generate({ "shop.proto": proto }, `deployment=${folder}/deployment.yaml,format=routes`);
  expect(error).toBe("");
  writeFileSync(join(folder, "routes.json"), files["routes.json"]!);
  map = JSON.parse(files["routes.json"]!) as RouteMap;
});
afterAll(() => rmSync(folder, { recursive: true }));

function matched(request: string): Match {
  const asked = parseRequest(request);
  return matchRequest(map.listeners.find(({ name }) => name === (asked.listener ?? "public"))!, asked);
}

/** Each way as "50 % route → clusters". */
function ways(request: string): string[] {
  const { ways, answer } = matched(request);
  if (answer !== undefined) return [answer];
  return ways.map(({ share, route, rest }) => {
    const to = route.clusters.map(({ name }) => name).join("+");
    return `${share * 100} % ${route.name} → ${to}${rest === undefined ? "" : ` by ${rest}`}`;
  });
}

const get = "/shop.v1.Orders/GetOrder";

describe("the first route that matches", () => {
  test.each([
    [`POST ${get}`, ["100 % shop.v1.Orders/GetOrder → stable+next"]],
    [`POST ${get}?a=b on host shop.example:443`, ["100 % shop.v1.Orders/GetOrder → stable+next"]],
    [`POST ${get} with x-canary: 1`, ["100 % shop.v1.Orders/GetOrder → next"]],
    [`POST ${get} with x-canary: 2`, ["100 % shop.v1.Orders/GetOrder → stable+next"]],
    [
      `POST ${get} with X-Beta: yes`,
      ["10 % shop.v1.Orders/GetOrder → next", "90 % shop.v1.Orders/GetOrder → stable+next"],
    ],
    [`POST ${get} with x-beta: y and x-canary: 1`, ["100 % shop.v1.Orders/GetOrder → next"]],
    ["POST /shop.v1.Orders/Nothing", ["100 % shop.v1.Orders/* → stable+next"]],
    ["POST /shop.v1.OrdersV2/GetOrder", ["UNIMPLEMENTED: no service of the listener has this path"]],
    ["GET /v1/orders/7", ["100 % shop.v1.Orders/GetOrder → stable+next by GET /v1/{id=orders/*}"]],
    ["GET /v1/all/a/b", ["100 % shop.v1.Orders/GetOrder → stable+next by GET /v1/all/**"]],
    ["GET /v1/orders/7/8", ["404: no REST route matches"]],
    ["GET /v1/orders/7 on listener inside", ["404: only gRPC is served"]],
    [
      "OPTIONS /v1/orders/7 with origin: https://a.example and access-control-request-method: GET",
      ["the CORS filter answers preflights of allowed origins"],
    ],
    [`POST ${get} on host other.example`, ["UNIMPLEMENTED: listener public does not serve the host other.example"]],
    [`POST ${get} on host a.SHOP.example`, ["100 % shop.v1.Orders/GetOrder → stable+next"]],
    [`POST ${get} with content-type: application/grpc-web+proto`, ["100 % shop.v1.Orders/GetOrder → stable+next"]],
    [`POST ${get} with content-type: application/grpc-web on listener inside`, ["404: only gRPC is served"]],
    [`POST ${get} with content-type: application/json`, ["404: no REST route matches"]],
  ])("%s", (request, expected) => {
    expect(ways(request)).toEqual(expected);
  });
});

function command(...args: string[]): { code: number | null; out: string; err: string } {
  const program = join(root, "cli/bin/protoloom");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "route", ...args], {
    encoding: "utf8",
    cwd: folder,
  });
  return { code: status, out: stdout.replaceAll(`${folder}/`, ""), err: stderr };
}

test("the command says each setting with its line", () => {
  const { code, out, err } = command(`POST ${get} with x-canary: 1 on listener public`);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe(`listener public at 127.0.0.1:8080  (deployment.yaml:3:13)

  route shop.v1.Orders/GetOrder, with x-canary: 1    deployment.yaml:11:9: canary
    → next                                           deployment.yaml:11:9: canary
    timeout 3 s                                      deployment.yaml:8:5
    idle 4 s                                         default: a second longer than the timeout, which is to decide
    3 attempts                                       deployment.yaml:9:5
`);
});

test("as JSON, with shares", () => {
  const { out } = command("--format", "json", `POST ${get} on listener public`, "-H", "x-beta: 1");
  const { ways: found } = JSON.parse(out) as { ways: { share: number; clusters: object[] }[] };
  expect(found.map(({ share, clusters }) => [share, clusters])).toEqual([
    [0.1, [{ name: "next", share: 1 }]],
    [
      0.9,
      [
        { name: "stable", share: 0.75 },
        { name: "next", share: 0.25 },
      ],
    ],
  ]);
});

test("mistakes are reported in one line", () => {
  expect(command("GetOrder").err).toMatch(/^protoloom route: expected a request such as .*got "GetOrder"\n$/);
  expect(command(`POST ${get}`).err).toBe('protoloom route: expected "on listener NAME", one of public, inside\n');
  expect(command(`POST ${get} on listener x`).err).toMatch(/no listener "x": expected one of public, inside\n$/);
  expect(command(`POST ${get}`, "--routes", "no.json").err).toMatch(/no\.json does not exist: write it by/);
  expect(command(`POST ${get}`, "--routes", "deployment.yaml").err).toMatch(/is not what protoc-gen-envoy writes/);
  expect(command(`POST ${get}`, "-H", "x").err).toMatch(/expected a header such as "x-canary: 1", got "x"\n$/);
});

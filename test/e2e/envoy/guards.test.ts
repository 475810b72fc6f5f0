/** Guards of methods on a real Envoy: tokens, limits and injected faults. Then hashing and mirroring. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Code, createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders, type OrdersClient } from "../../gen/ts/rpc/orders_grpc.js";
import { PROVISION_MS } from "../provision.js";
import { freePort, provideEnvoy, type Running, startEnvoy, until, Workplace } from "./envoy.js";
import { type Backend, orders, rest, startBackend } from "./shop.js";
import { codeOf } from "./stage.js";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const transports: { close(): void }[] = [];
let backends: Backend[];
let running: Running;
let port: number;
let client: OrdersClient;

beforeAll(async () => {
  const envoy = await provideEnvoy();
  backends = [await startBackend("one"), await startBackend("two"), await startBackend("copies")];
  const [one, two, copies] = backends.map((backend) => backend.port);
  port = await freePort();
  const workplace = new Workplace();
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "a", alg: "RS256", use: "sig" };
  workplace.write({ "jwks.json": JSON.stringify({ keys: [jwk] }) });
  running = await startEnvoy(envoy, {
    protos: orders(rest),
    workplace,
    deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    cluster: orders
    hash: [{ header: x-user }]
    methods:
      Echo: { auth: { jwt: main } }
      List: { fault: { status: 8 } }
      Upload: { rate_limit: { requests: 3, per: 1h } }
      Delete: { mirror: [{ cluster: copies }] }
clusters:
  orders:
    endpoints: [{ address: 127.0.0.1:${one} }, { address: 127.0.0.1:${two} }]
    load_balancing: ring_hash
  copies: { endpoints: [{ address: 127.0.0.1:${copies} }] }
jwt: { main: { issuer: "https://auth.example", audiences: [shop], jwks: jwks.json } }
`,
  });
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  transports.push(transport);
  client = createClient(Orders, transport);
}, PROVISION_MS);

afterAll(async () => {
  for (const transport of transports) transport.close();
  await running?.stop();
  await Promise.all((backends ?? []).map((backend) => backend.close()));
});

function tokenOf(claims: object, key: KeyObject = privateKey): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "RS256", kid: "a", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

const claims = { iss: "https://auth.example", aud: "shop", exp: Math.floor(Date.now() / 1000) + 3600 };
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

test("a method that requires a token is called only with one", async () => {
  const call = (token?: string) =>
    codeOf(client.echo({ id: "1" }, token === undefined ? {} : { metadata: { authorization: `Bearer ${token}` } }));
  expect(await call()).toBe(Code.Unauthenticated);
  expect(await call(tokenOf(claims))).toBeUndefined();
  expect(await call(tokenOf(claims, stranger))).toBe(Code.Unauthenticated);
  expect(await call(tokenOf({ ...claims, aud: "other" }))).toBe(Code.PermissionDenied);
  expect(await call(tokenOf({ ...claims, exp: 1 }))).toBe(Code.Unauthenticated);
});

test("REST is no way around it", async () => {
  const url = `http://127.0.0.1:${port}/v1/orders/7`;
  const before = backends[0]!.calls + backends[1]!.calls;
  expect((await fetch(url)).status).toBe(401);
  expect(backends[0]!.calls + backends[1]!.calls).toBe(before);
  const allowed = await fetch(url, { headers: { authorization: `Bearer ${tokenOf(claims)}` } });
  expect(await allowed.json()).toMatchObject({ id: "7" });
});

test("a fault on purpose is what the caller sees", async () => {
  const reading = (async () => {
    for await (const _ of client.list({ count: 1 })) return;
  })();
  expect(await codeOf(reading)).toBe(Code.ResourceExhausted);
});

test("calls beyond the limit are refused", async () => {
  const codes: (Code | undefined)[] = [];
  for (let i = 0; i < 5; i++) codes.push(await codeOf(client.upload([{ id: "1" }])));
  expect(codes).toEqual([undefined, undefined, undefined, Code.ResourceExhausted, Code.ResourceExhausted]);
});

test("calls of one user reach one endpoint, those of many reach both", async () => {
  const served = async (user: string) => {
    for await (const { author } of client.talk([{ id: "1" }], { metadata: { "x-user": user } })) return author;
    return "";
  };
  const mine = new Set<string>();
  for (let i = 0; i < 20; i++) mine.add(await served("me"));
  expect(mine.size).toBe(1);
  const all = new Set<string>();
  for (let i = 0; i < 40; i++) all.add(await served(`user ${i}`));
  expect(all.size).toBe(2);
});

test("copies of an idempotent method are sent elsewhere too", async () => {
  for (let i = 0; i < 10; i++) await client.delete({});
  await until(() => backends[2]!.calls === 10);
});

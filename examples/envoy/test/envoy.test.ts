import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Code, createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { OrderService, type OrderServiceClient } from "../src/gen/shop/v1/orders_grpc.js";

/** The services of compose.yaml, without containers. `ENVOY` names the program, if it is not on the path. */
const folder = mkdtempSync(join(tmpdir(), "envoy-"));
const processes: ChildProcess[] = [];
const command = join(process.cwd(), "node_modules/.bin/protoloom");
const gateway = `127.0.0.1:${await freePort()}`;
const controlPlane = `127.0.0.1:${await freePort()}`;
const transport = grpcTransport({ address: gateway });
const orders: OrderServiceClient = createClient(OrderService, transport);
let v1: ChildProcess;

before(async () => {
  start(command, ["control-plane", "--address", controlPlane, "--gateway", gateway, "--store", "memory:"]);
  v1 = await startVersion("v1");
  const bootstrap = execFileSync(command, ["bootstrap", "envoy", "--id", "gateway", "--server", controlPlane]);
  writeFileSync(join(folder, "envoy.json"), bootstrap);
  start(process.env.ENVOY ?? "envoy", ["-c", join(folder, "envoy.json"), "-l", "error", "--use-dynamic-base-id"]);
  await until(async () => (await answeredBy()) === "v1");
});

after(async () => {
  transport.close();
  for (const child of processes) {
    const closed = child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined;
    child.kill("SIGKILL");
    await closed;
  }
  rmSync(folder, { recursive: true, force: true });
});

test("an error passes Envoy with its code and text", async () => {
  await assert.rejects(orders.placeOrder({}), { code: Code.InvalidArgument, text: "an order has a title" });
});

test("traffic moves to a new version and away from the old one, and no call fails", async () => {
  let isOver = false;
  const failures: string[] = [];
  const load = (async () => {
    while (!isOver) await answeredBy().catch((error) => failures.push(String(error)));
  })();
  shift(0); // v2 gets nothing when it comes
  await startVersion("v2");
  for (let i = 0; i < 20; i++) assert.equal(await answeredBy(), "v1");
  shift(100);
  await until(async () => (await answeredBy()) === "v2");
  const closed = once(v1, "close");
  v1.kill("SIGTERM"); // it leaves in order
  await closed;
  for (let i = 0; i < 100; i++) assert.equal(await answeredBy(), "v2");
  isOver = true;
  await load;
  assert.deepEqual(failures, []);
});

async function answeredBy(): Promise<string> {
  return (await orders.placeOrder({ title: "Dune" }, { deadline: 5000 })).version;
}

/** Starts a server, and waits until it is registered. */
async function startVersion(version: string): Promise<ChildProcess> {
  const child = start(process.execPath, ["dist/src/main.js"], { VERSION: version, CONTROL_PLANE: controlPlane });
  await once(child.stdout as Readable, "data");
  return child;
}

function shift(share: number): void {
  execFileSync(process.execPath, ["dist/src/shift.js", String(share)], {
    env: { ...process.env, CONTROL_PLANE: controlPlane },
  });
}

function start(program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.resume();
  processes.push(child);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; ; await setTimeout(100)) {
    if (await isSo().catch(() => false)) return;
    if (Date.now() > end) throw new Error("Envoy does not answer as expected");
  }
}

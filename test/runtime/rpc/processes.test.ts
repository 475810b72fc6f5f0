/** Whole processes: when one may end, and several servers on one port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "@jest/globals";
import { createClient, createServer } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test("an idle connection does not keep a client's process alive, and a call does", async () => {
  const server = createServer().add(Orders, { echo: (order) => order });
  cleanups.push(() => server.close({ grace: 0 }));
  const child = run("idle-client.mjs", String(await server.listen("127.0.0.1:0")));
  let output = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = await once(child, "close");
  expect([code, output]).toEqual([0, "answered 2\n"]);
});

test("processes of node:cluster share a port", async () => {
  expect((await askedServers("cluster.mjs")).size).toBe(2);
});

/** Node has SO_REUSEPORT from 23.1 on. */
const hasReusePort = Number.parseInt(process.versions.node, 10) >= 24 && process.platform === "linux";

(hasReusePort ? test : test.skip)("threads share a port with reusePort", async () => {
  expect((await askedServers("threads.mjs")).size).toBe(2);
});

/** Which servers answer, over 30 connections. */
async function askedServers(script: string): Promise<Set<string>> {
  const child = run(script);
  const [port] = await once(child.stdout!, "data");
  const found = new Set<string>();
  for (let i = 0; i < 30; i++) {
    const transport = grpcTransport({ address: `127.0.0.1:${String(port).trim()}` });
    found.add((await createClient(Orders, transport).echo({})).id);
    transport.close();
  }
  return found;
}

function run(script: string, ...args: string[]): ChildProcess {
  const path = fileURLToPath(new URL(`./processes/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(() => child.kill());
  return child;
}

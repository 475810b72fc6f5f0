/**
 * The cost of a call to a server: ours and grpc-go's take turns under a load generator in C, each on one processor. A ratio of
 * CPU times says the same on a busy machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { SimpleRequest } from "../../gen/ts/grpc/testing_pb.js";
import { provideGrpcGo } from "../interop/peers.js";
import { accepts, freePort } from "../interop/process.js";
import { isShort, PROVISION_MS, provision, root, runTool } from "../provision.js";

const ROUNDS = isShort ? 3 : 9;
const CALLS = isShort ? 20_000 : 100_000;
const STREAMS = 128;
/** The bar: our CPU time of a call, divided by grpc-go's. */
const MOST = 0.35;
const PAYLOAD_BYTES = 20;

interface Served {
  readonly port: number;
  readonly child: ChildProcess;
}

let h2load: { command: string; env: Record<string, string> };
let request: string;
const servers: Served[] = [];

beforeAll(async () => {
  h2load = await provideH2load();
  request = join(root, ".cache/e2e", H2LOAD, "request.bin");
  writeFileSync(request, framed());
  servers.push(await startOurs(), await startGo(await provideGrpcGo()));
}, PROVISION_MS);

afterAll(() => {
  for (const { child } of servers) child.kill("SIGKILL");
});

test(`a small call, ${STREAMS} at a time, costs our server at most ${MOST} of what it costs grpc-go`, async () => {
  const [ours, theirs] = servers as [Served, Served];
  const costs: { ours: number; theirs: number }[] = [];
  for (const server of servers) await load(server); // warms up
  for (let round = 0; round < ROUNDS; round++) costs.push({ ours: await load(ours), theirs: await load(theirs) });
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  const ratio = middle(costs.map((each) => each.ours / each.theirs));
  const [own, go] = [middle(costs.map((each) => each.ours)), middle(costs.map((each) => each.theirs))];
  console.log(`server CPU of a call: ${own.toFixed(1)} µs, grpc-go ${go.toFixed(1)} µs, ratio ${ratio.toFixed(2)}`);
  expect(ratio).toBeLessThanOrEqual(MOST);
}, 600_000);

/** Makes the calls, and returns the server's microseconds of CPU for each. */
async function load({ port, child }: Served): Promise<number> {
  const before = cpuOf(child);
  const headers = ["-H", "content-type: application/grpc", "-H", "te: trailers", "-d", request];
  const url = `http://127.0.0.1:${port}/grpc.testing.TestService/UnaryCall`;
  const args = ["-n", `${CALLS}`, "-c", "1", "-m", `${STREAMS}`, ...headers, url];
  const missing = "install nghttp2-client";
  const output = await runTool(h2load.command, args, { env: h2load.env, missing });
  expect(output).toContain(`${CALLS} succeeded, 0 failed, 0 errored`);
  return ((cpuOf(child) - before) * 1e6) / CALLS;
}

/** Seconds of user and system time (proc(5), /proc/pid/stat; a tick is a hundredth of a second). */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function startOurs(): Promise<Served> {
  const script = join(root, "test/e2e/load/server.mjs");
  const child = onOneProcessor(process.execPath, script);
  const [port] = await once(child.stdout!, "data");
  return { port: Number(String(port)), child };
}

async function startGo(program: string): Promise<Served> {
  const port = await freePort();
  const child = onOneProcessor(program, "load", "-port", `${port}`);
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error("grpc-go's server ended");
    await setTimeout(50);
  }
  return { port, child };
}

function onOneProcessor(...command: string[]): ChildProcess {
  const env = { ...process.env, GOMAXPROCS: "1" };
  return spawn("taskset", ["--cpu-list", "0", ...command], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
}

/** A request with gRPC's prefix. */
function framed(): Uint8Array {
  const request = new SimpleRequest({ responseSize: PAYLOAD_BYTES, payload: { body: new Uint8Array(PAYLOAD_BYTES) } });
  const message = request.toBinary();
  const bytes = new Uint8Array(5 + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
}

const H2LOAD = "h2load-1";

/** h2load is in Debian's nghttp2-client, which needs two more libraries. Nothing is installed: the packages are unpacked. */
async function provideH2load(): Promise<{ command: string; env: Record<string, string> }> {
  const folder = await provision(H2LOAD, async (to) => {
    const missing = "install it on Debian or Ubuntu";
    const packages = ["nghttp2-client", "libev4", "libjemalloc2", "libnghttp2-14", "libc-ares2"];
    await runTool("apt-get", ["-q", "download", ...packages], { cwd: to, missing });
    for (const file of readdirSync(to).filter((name) => name.endsWith(".deb")))
      await runTool("dpkg", ["-x", file, to], { cwd: to, missing });
  });
  const libraries = readdirSync(join(folder, "usr/lib")).map((name) => join(folder, "usr/lib", name));
  const LD_LIBRARY_PATH = [...libraries, process.env.LD_LIBRARY_PATH ?? ""].join(delimiter);
  return { command: join(folder, "usr/bin/h2load"), env: { LD_LIBRARY_PATH } };
}

/**
 * `npm run bench:rpc`: CPU per call on both sides, calls per second and latency, over loopback, one process a side. The
 * contenders take turns, and the median of the rounds counts: the machine may be busy. CPU is the figure to trust.
 *
 *     npm run bench:rpc -- [--rounds=5] [--calls=4000] [contender ...]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFlight, messages } from "./workload.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const flags = Object.fromEntries(process.argv.filter((a) => a.startsWith("--")).map((a) => a.slice(2).split("=")));
const rounds = Number(flags.rounds ?? 5);
const calls = Number(flags.calls ?? 4000);
const named = process.argv.slice(2).filter((a) => !a.startsWith("--"));
const all = readdirSync(join(here, "contenders")).map((file) => file.replace(".mjs", ""));
const contenders = named.length > 0 ? named : all;

const cases = [
  ...inFlight.map((n) => ({
    title: `unary, ${n} in flight`,
    calls: n === 1 ? Math.ceil(calls / 2) : calls,
    inFlight: n,
  })),
  { title: "server streaming, per message", calls: calls * 5, inFlight: 1, streamed: true },
];

for (const size of Object.keys(messages)) await compare(size);

async function compare(size) {
  const pairs = await Promise.all(contenders.map((contender) => open(contender, size)));
  for (const each of cases) {
    const found = new Map(contenders.map((contender) => [contender, []]));
    for (const pair of pairs) await measure(pair, each); // warms up
    for (let round = 0; round < rounds; round++) {
      for (const pair of pairs) found.get(pair.contender).push(await measure(pair, each));
    }
    print(size, each, found);
  }
  for (const { client, server } of pairs) {
    client.kill();
    server.kill();
  }
}

async function open(contender, size) {
  const server = fork(join(here, "server.mjs"), [contender, size]);
  const [{ port }] = await once(server, "message");
  const client = fork(join(here, "client.mjs"), [contender, port, size]);
  await once(client, "message");
  return { contender, server, client };
}

async function measure({ client, server }, { calls, inFlight, streamed }) {
  const before = await cpuOf(server);
  client.send({ calls, inFlight, streamed });
  const [{ cpu, ms, latencies }] = await once(client, "message");
  const after = await cpuOf(server);
  return { client: cpu / calls, server: (after - before) / calls, rps: (calls / ms) * 1000, ...latencies };
}

async function cpuOf(server) {
  server.send("cpu");
  const [{ cpu }] = await once(server, "message");
  return cpu.user + cpu.system;
}

function print(size, { title }, found) {
  console.log(`\n${size}, ${title}`.padEnd(46), "client µs  server µs      per s    p50 ms    p99 ms");
  const rows = [...found].map(([contender, list]) => [contender, median(list)]);
  for (const [contender, { client, server, rps, p50, p99 }] of rows) {
    const latency = p50 === undefined ? "" : p50.toFixed(2).padStart(10) + p99.toFixed(2).padStart(10);
    console.log(
      `  ${contender.padEnd(42)}`,
      client.toFixed(1).padStart(9),
      server.toFixed(1).padStart(10),
      rps.toFixed(0).padStart(10),
      latency,
    );
  }
  ratio(found, "grpc-js-own-codecs", "our layer costs, over grpc-js with our codecs");
  ratio(found, "grpc-js-protobufjs", "against grpc-js + protobufjs");
}

function ratio(found, other, about) {
  const ours = found.get("protoloom");
  const theirs = found.get(other);
  if (ours === undefined || theirs === undefined) return;
  const [a, b] = [median(ours), median(theirs)];
  const percent = (side) => `${side} ${((a[side] / b[side] - 1) * 100).toFixed(0).replace(/^(?!-)/, "+")} %`;
  console.log(`    ${about}: ${percent("client")}, ${percent("server")}`);
}

function median(list) {
  const keys = Object.keys(list[0]);
  return Object.fromEntries(keys.map((key) => [key, list.map((r) => r[key]).sort((x, y) => x - y)[list.length >> 1]]));
}

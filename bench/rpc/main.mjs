/**
 * `npm run bench:rpc`: CPU per call on both sides, calls per second and latency, over loopback, one process a side. The
 * contenders take turns, and the median of the rounds counts: the machine may be busy. CPU is the figure to trust.
 *
 *     npm run bench:rpc -- [--quick] [--rounds N] [--calls N] [--size small] [--only TEXT] [--json FILE] [contender ...]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkBars } from "./bars.mjs";
import { formatBars, formatCase } from "./report.mjs";
import { inFlight, messages } from "./workload.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    calls: { type: "string" },
    size: { type: "string" },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 3 : 9));
const calls = Number(options.calls ?? (options.quick ? 1000 : 4000));
const sizes = choose("size", options.size === undefined ? [] : [options.size], Object.keys(messages));
const contenders = choose(
  "contender",
  positionals,
  readdirSync(join(here, "contenders")).map((file) => basename(file, ".mjs")),
);

const cases = [
  ...inFlight.map((n) => ({
    name: `unary, ${n} in flight`,
    calls: n === 1 ? calls / 2 : calls,
    inFlight: n,
    streamed: false,
  })),
  { name: "server streaming, per message", calls: calls * 5, inFlight: 1, streamed: true },
].filter(({ name }) => name.includes(options.only));

const found = [];
for (const size of sizes) found.push(...(await compare(size)));
const bars = checkBars(found);
if (bars.length > 0) console.log(`\n${formatBars(bars)}`);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ rounds, calls, cases: found, bars })}\n`);
if (bars.some(({ holds }) => !holds)) process.exitCode = 1;

function choose(what, wanted, all) {
  const unknown = wanted.find((each) => !all.includes(each));
  if (unknown !== undefined) {
    console.error(`unknown ${what} "${unknown}": expected ${all.join(", ")}`);
    process.exit(1);
  }
  return wanted.length > 0 ? wanted : all;
}

/** Returns, for each case, the rounds of each contender. */
async function compare(size) {
  const pairs = await Promise.all(contenders.map((contender) => open(contender, size)));
  const results = [];
  for (const each of cases) {
    const result = { size, name: each.name, rounds: Object.fromEntries(contenders.map((name) => [name, []])) };
    for (const pair of pairs) await measure(pair, each); // warm-up
    for (let round = 0; round < rounds; round++) {
      for (const pair of pairs) result.rounds[pair.contender].push(await measure(pair, each));
    }
    console.log(`\n${formatCase(result)}`);
    results.push(result);
  }
  for (const child of pairs.flatMap(({ client, server }) => [client, server])) {
    child.removeAllListeners("exit");
    child.disconnect();
  }
  return results;
}

async function open(contender, size) {
  const server = start("server.mjs", contender, size);
  const [{ port }] = await once(server, "message");
  const client = start("client.mjs", contender, port, size);
  await once(client, "message");
  return { contender, server, client };
}

/** Starts one side of a contender. If it exits on its own, its answers will not come, so the benchmark ends too. */
function start(file, contender, ...args) {
  const child = fork(join(here, file), [contender, ...args]);
  child.once("exit", (code, signal) => {
    console.error(`${file} of ${contender} ended with ${signal ?? `exit code ${code}`}`);
    process.exit(1);
  });
  return child;
}

/** One round: microseconds of CPU for each call, calls per second, milliseconds. */
async function measure({ client, server }, { calls, inFlight, streamed }) {
  const before = await cpuOf(server);
  client.send({ calls, inFlight, streamed });
  const [{ cpu, ms, latencies }] = await once(client, "message");
  const after = await cpuOf(server);
  return { client: cpu / calls, server: (after - before) / calls, rate: (calls / ms) * 1000, ...latencies };
}

async function cpuOf(server) {
  server.send("cpu");
  const [{ cpu }] = await once(server, "message");
  return cpu.user + cpu.system;
}

/**
 * `npm run bench:xds`: the cost of a change to a discovery server, compared with go-control-plane's linear cache with the same
 * clients. Each server is a separate process that changes one of its resources on command. The clients run in this process.
 * On a busy machine, trust the server's CPU time per change.
 *
 *     npm run bench:xds -- [--quick] [--only ours|go] [--json FILE]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Clients } from "./clients.mjs";
import { goServer, ourServer } from "./servers.mjs";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string" }, json: { type: "string" } },
});

/** Streams on connections, each with this many names of 1,000 endpoint resources. */
const rows = [
  { streams: 100, connections: 20, names: 1 },
  { streams: 1000, connections: 20, names: 1 },
  { streams: 1000, connections: 1000, names: 1 },
  { streams: 200, connections: 200, names: 1000 },
  { streams: 1000, connections: 1000, names: 1000 },
].slice(0, options.quick ? 3 : undefined);
const changes = options.quick ? 20 : 40;
const servers = { ours: ourServer, "go-control-plane": goServer };

const found = [];
for (const row of rows) {
  for (const [name, start] of Object.entries(servers)) {
    if (options.only !== undefined && !name.startsWith(options.only)) continue;
    const figures = await measure(start, row);
    found.push({ ...row, server: name, ...figures });
    console.log(shown(found.at(-1)));
  }
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ changes, rows: found })}\n`);

async function measure(start, { streams, connections, names }) {
  const server = await start();
  const clients = new Clients(server.port, connections);
  try {
    const connecting = performance.now();
    await clients.open(streams, names);
    const connectMs = performance.now() - connecting;
    const rss = await server.rss();
    for (let i = 0; i < 20; i++) await change(server, clients); // warm-up
    const before = await server.cpu();
    const times = [];
    for (let i = 0; i < changes; i++) times.push(await change(server, clients));
    const cpu = (await server.cpu()) - before;
    times.sort((a, b) => a - b);
    const cpuPerStream = (cpu / changes / streams) * 1000;
    const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
    return { connectMs, rssMB: rss / 1e6, cpuPerStreamUs: cpuPerStream, p50: at(0.5), p99: at(0.99) };
  } finally {
    clients.close();
    await server.stop();
  }
}

/** Milliseconds until the last stream has received the change. */
async function change(server, clients) {
  const arrived = clients.next();
  const begun = performance.now();
  server.change();
  await arrived;
  return performance.now() - begun;
}

function shown({ server, streams, connections, names, connectMs, rssMB, cpuPerStreamUs, p50, p99 }) {
  const row = `${streams} streams, ${connections} connections, ${names} names`.padEnd(46);
  const ms = (value) => `${value.toFixed(1)} ms`.padStart(10);
  return `${row} ${server.padEnd(17)} CPU a stream ${cpuPerStreamUs.toFixed(1).padStart(7)} µs   last stream p50 ${ms(p50)} p99 ${ms(p99)}   connect ${ms(connectMs)}   RSS ${rssMB.toFixed(0).padStart(5)} MB`;
}

/** The cost of a change to a discovery server, compared with go-control-plane's linear cache with the same clients. */
import { Clients } from "./clients.mjs";
import { goServer, ourServer } from "./servers.mjs";

/** Streams on connections, each with this many names of 1,000 endpoint resources. */
const rows = [
  { streams: 100, connections: 20, names: 1 },
  { streams: 1000, connections: 20, names: 1 },
  { streams: 1000, connections: 1000, names: 1 },
  { streams: 200, connections: 200, names: 1000 },
  { streams: 1000, connections: 1000, names: 1000 },
];
const WARM_MESSAGES = 20_000;
/** The clock of a process ticks every 10 ms, so that fewer would be a guess. */
const MEASURED_MESSAGES = 10_000;
const servers = { ours: ourServer, "go-control-plane": goServer };

/** Prints a line for each row and server, and returns the figures. */
export async function discovery({ quick, only }) {
  const found = [];
  for (const row of rows.slice(0, quick ? 3 : undefined)) {
    for (const [name, start] of Object.entries(servers)) {
      if (only !== undefined && !name.startsWith(only)) continue;
      found.push({ ...row, server: name, ...(await measure(start, row, quick ? 20 : 40)) });
      console.log(shown(found.at(-1)));
    }
  }
  return found;
}

async function measure(start, { streams, connections, names }, least) {
  const changes = Math.max(least, MEASURED_MESSAGES / streams);
  const server = await start();
  const clients = new Clients(server.port, connections);
  try {
    const connecting = performance.now();
    await clients.open(streams, names);
    const connectMs = performance.now() - connecting;
    const rss = await server.rss();
    // so many messages until V8 has compiled everything: a server that runs for days is not measured in its first second
    for (let i = 0; i < Math.max(20, WARM_MESSAGES / streams); i++) await change(server, clients);
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

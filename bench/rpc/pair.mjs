/** A client and a server of one contender, each a process. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Starts both sides of a module below this folder. `options` are those of `fork`. */
export async function openPair(module, size, options = {}) {
  const server = start("server.mjs", [module, size], options);
  const [{ port }] = await once(server, "message");
  const client = start("client.mjs", [module, port, size], options);
  const [{ streams }] = await once(client, "message");
  return { contender: basename(module), client, server, streams };
}

/** Starts one side. If it exits on its own, its answers will not come, so the benchmark ends too. */
function start(file, args, options) {
  const child = fork(join(here, file), args, options);
  child.once("exit", (code, signal) => {
    console.error(`${file} of ${args[0]} ended with ${signal ?? `exit code ${code}`}`);
    process.exit(1);
  });
  return child;
}

export function closePair({ client, server }) {
  for (const child of [client, server]) {
    child.removeAllListeners("exit");
    child.disconnect();
  }
}

/** One round: microseconds of CPU for each call, calls per second, milliseconds. */
export async function measure({ client, server }, { calls, inFlight, streamed }) {
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

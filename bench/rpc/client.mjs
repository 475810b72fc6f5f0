/** One contender's client, in a separate process. It makes calls on command and reports their cost. */
import { messages } from "./workload.mjs";

const [contender, port, size] = process.argv.slice(2);
const { dial } = await import(`./${contender}.mjs`);
const { unary, ...streams } = dial(port, messages[size]);

process.on("message", async ({ calls, inFlight, streamed }) => {
  const before = process.cpuUsage();
  const start = performance.now();
  const latencies = streamed === undefined ? await runUnary(calls, inFlight) : undefined;
  if (streamed !== undefined) await streams[streamed](calls);
  const { user, system } = process.cpuUsage(before);
  process.send({ cpu: user + system, ms: performance.now() - start, latencies });
});
process.on("disconnect", () => process.exit()); // by itself, so that --cpu-prof writes what it found
process.send({ streams: Object.keys(streams) });

async function runUnary(calls, inFlight) {
  const latencies = new Float64Array(calls);
  let next = 0;
  const worker = async () => {
    while (next < calls) {
      const i = next++;
      const start = performance.now();
      await unary();
      latencies[i] = performance.now() - start;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  latencies.sort();
  return { p50: latencies[Math.floor(calls * 0.5)], p99: latencies[Math.floor(calls * 0.99)] };
}

/**
 * How many control planes a fleet needs, from measured costs:
 *
 *     node bench/xds/simulation.mjs [--proxies 100000] [--changes 5] [--share 0.05] [--stream-us 75] [--connect-us 1000]
 *
 * Changes come at random (Poisson). Each is sent, on every control plane, to the proxies of that control plane that follow
 * the changed service, one after the other on one core. A change waits for the ones before it: the real server would send
 * only the latest state, so this is the worst case. When a control plane dies, its proxies connect to the others.
 */
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    /** The number of proxies and gRPC clients. */
    proxies: { type: "string", default: "100000" },
    /** Changes a second, of all services together. */
    changes: { type: "string", default: "5" },
    /** The share of the proxies that follow the service that changes. */
    share: { type: "string", default: "0.05" },
    /** Microseconds of CPU for a change on one stream with its own connection, and for a client that connects. */
    "stream-us": { type: "string", default: "75" },
    "connect-us": { type: "string", default: "1000" },
  },
});
const [proxies, changes, share] = [values.proxies, values.changes, values.share].map(Number);
const [streamUs, connectUs] = [values["stream-us"], values["connect-us"]].map(Number);
const PLANES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
const SECONDS = 3600;

console.log(`${proxies} proxies, ${changes} changes a second, each for ${100 * share} % of them`);
console.log("control planes   busy   change → last proxy, p50 and p99   after one dies, all are connected");
for (const planes of PLANES) {
  const busy = (changes * workOf(planes)) / 1000;
  const { p50, p99 } = busy < 1 ? delays(planes) : { p50: Number.POSITIVE_INFINITY, p99: Number.POSITIVE_INFINITY };
  const again = planes === 1 ? "–" : `${((proxies / planes / (planes - 1)) * connectUs * 1e-6).toFixed(1)} s`;
  const ms = (value) => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : "never").padStart(12);
  console.log(
    `${String(planes).padStart(14)}${`${(100 * busy).toFixed(0)} %`.padStart(7)}${ms(p50)}${ms(p99)}${again.padStart(33)}`,
  );
}

/** Milliseconds of CPU for one change on one control plane. */
function workOf(planes) {
  return ((proxies / planes) * share * streamUs) / 1000;
}

/** An hour of changes on one control plane. */
function delays(planes) {
  const work = workOf(planes);
  const found = [];
  const random = randomly(1);
  let free = 0;
  for (let now = 0; now < SECONDS * 1000; now += (-Math.log(1 - random()) / changes) * 1000) {
    free = Math.max(free, now) + work;
    found.push(free - now);
  }
  found.sort((a, b) => a - b);
  return { p50: found[Math.floor(found.length * 0.5)], p99: found[Math.floor(found.length * 0.99)] };
}

/** Numbers from 0 to 1, the same in every run (Numerical Recipes' linear congruential generator). */
function randomly(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Many clients of one process: memory at rest, a change for all of them, and a storm in which all connect at once. The server tells how
 * long a turn of its event loop took at most.
 */
import { deltaRequest, RawClient, request } from "./raw-clients.mjs";
import { scaleServer } from "./servers.mjs";

const CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
const ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
const names = Array.from({ length: 1000 }, (_, i) => `cluster-${i}`);
/** gRPC clients and Envoy wait so long for a first answer before they give up. */
const PATIENCE_MS = 20_000;
const SETTLE_MS = 5000;
const CHANGES = 10;

/** 100,000 endpoints, and clients that follow all of them and know them already: they have come back after a while. */
export async function scale({ quick }) {
  const count = quick ? 500 : 5000;
  const server = await scaleServer(100);
  const initialResourceVersions = await server.ask("versions");
  const followed = { typeUrl: ENDPOINTS, resourceNamesSubscribe: names, initialResourceVersions };
  let waiting = 0;
  let done = () => {};
  const clients = Array.from({ length: count }, (_, i) => {
    const client = new RawClient(server.port, "DeltaAggregatedResources", (nonce) => {
      client.send(deltaRequest({ typeUrl: ENDPOINTS, responseNonce: nonce }));
      if (--waiting === 0) done();
    });
    client.send(deltaRequest({ ...followed, node: { id: `node-${i}`, cluster: "bench" } }));
    return client;
  });
  const change = () =>
    new Promise((resolve, reject) => {
      waiting = count;
      const look = setInterval(() => {
        const lost = clients.filter(({ isClosed }) => isClosed).length;
        if (lost > 0) reject(new Error(`${lost} of ${count} clients have lost their connection`));
      }, 1000);
      done = () => {
        clearInterval(look);
        resolve(undefined);
      };
      server.change();
    });
  try {
    await change(); // each of them has subscribed once it is told of a change
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const rss = await server.rss();
    await server.ask("report");
    const before = await server.cpu();
    const begun = performance.now();
    for (let i = 0; i < CHANGES; i++) await change();
    const wall = (performance.now() - begun) / CHANGES;
    const cpuPerStreamUs = (((await server.cpu()) - before) / CHANGES / count) * 1000;
    const { encoded, ...turns } = await server.ask("report");
    const found = { count, rssMB: rss / 1e6, cpuPerStreamUs, wall, encodedPerChange: encoded / CHANGES, turns };
    console.log(
      `${`${count} streams follow 100,000 endpoints`.padEnd(46)} RSS at rest ${found.rssMB.toFixed(0)} MB   a change: ${found.encodedPerChange} resource encoded, CPU a stream ${cpuPerStreamUs.toFixed(1)} µs, all told after ${wall.toFixed(0)} ms   ${shown(turns)}`,
    );
    return found;
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
}

/** All clients connect at once: each gets 1,000 clusters, then 10,000 endpoints. */
export async function storm({ quick }) {
  const count = quick ? 500 : 5000;
  const server = await scaleServer(10);
  await server.ask("report");
  const times = [];
  let bytesDone = () => {};
  /** @type {Promise<void>} */
  const all = new Promise((resolve) => (bytesDone = resolve));
  const endpoints = request({ typeUrl: ENDPOINTS, resourceNames: names });
  const [begun, cpu] = [performance.now(), await server.cpu()];
  const clients = Array.from({ length: count }, (_, i) => {
    let received = 0;
    const client = new RawClient(server.port, "StreamAggregatedResources", (nonce) => {
      if (++received === 1) {
        client.send(request({ typeUrl: CLUSTER, responseNonce: nonce }));
        client.send(endpoints);
      } else {
        client.send(request({ typeUrl: ENDPOINTS, resourceNames: names, responseNonce: nonce }));
        if (times.push(performance.now() - begun) === count) bytesDone();
      }
    });
    client.send(request({ typeUrl: CLUSTER, node: { id: `node-${i}`, cluster: "bench" } }));
    return client;
  });
  try {
    const tooLong = setInterval(() => clients.some(({ isClosed }) => isClosed) && bytesDone(), 1000);
    await all;
    clearInterval(tooLong);
    const seconds = (performance.now() - begun) / 1000;
    const cpuSeconds = ((await server.cpu()) - cpu) / 1000;
    const { encoded: _, ...turns } = await server.ask("report");
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const [rest, peak] = [await server.rss(), await server.peak()];
    const late = times.filter((time) => time > PATIENCE_MS).length + count - times.length;
    const found = { count, seconds, cpuSeconds, late, restMB: rest / 1e6, peakMB: peak / 1e6, turns };
    console.log(
      `${`storm of ${count}, 1,000 clusters and 10,000 endpoints`.padEnd(46)} all served after ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of CPU)   ${late} would have given up after ${PATIENCE_MS / 1000} s   RSS at most ${found.peakMB.toFixed(0)} MB, at rest ${found.restMB.toFixed(0)} MB   ${shown(turns)}`,
    );
    return found;
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
}

function shown({ wall, cpu }) {
  return `a turn: p99 ${cpu.p99.toFixed(0)} ms of CPU (${wall.p99.toFixed(0)} ms), at most ${cpu.longest.toFixed(0)} (${wall.longest.toFixed(0)})`;
}

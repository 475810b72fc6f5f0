/** Renewals on session streams, unary registrations, and the time until a crash is seen. Figures are per second of the server's CPU. */
import { RegistryService } from "@protoloom/control-plane/registry/v1/registry_grpc";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { ourControlPlane } from "./servers.mjs";

const SESSIONS = 20;
const EACH = 50;
const IN_FLIGHT = 64;
const SERVICES = 1000;
const TTL_MS = 1000;
/** Longer than the run: on a busy machine instances would otherwise expire while others register. */
const LONG = { seconds: 3600n };

export async function registry({ quick }) {
  const server = await ourControlPlane();
  const transport = grpcTransport({ address: `127.0.0.1:${server.port}` });
  const client = createClient(RegistryService, transport);
  try {
    const renewals = await perSecond(server, quick ? 100_000 : 500_000, (count) => renew(client, count / SESSIONS));
    await register(client, SERVICES); // so that all services are there
    const registrations = await perSecond(server, quick ? 10_000 : 40_000, (count) => register(client, count));
    const crash = await crashSeen(server.port, client);
    const line = (what, text) => console.log(`${what.padEnd(46)} ${text}`);
    line(`renewals, ${SESSIONS} session streams`, shown(renewals));
    line(`registrations in ${SERVICES} services, ${IN_FLIGHT} in flight`, shown(registrations));
    line(`crash of an instance with a TTL of ${TTL_MS} ms`, `seen after ${crash.toFixed(0)} ms`);
    return { renewals, registrations, crashMs: crash };
  } finally {
    transport.close();
    await server.stop();
  }
}

function shown({ perCpuSecond, perSecond: perWallSecond }) {
  return `${perCpuSecond.toFixed(0)} a second of CPU   ${perWallSecond.toFixed(0)} a second`;
}

async function perSecond(server, count, run) {
  await run(count / 10); // warm-up
  const [cpu, begun] = [await server.cpu(), performance.now()];
  await run(count);
  const seconds = (performance.now() - begun) / 1000;
  return { perCpuSecond: count / (((await server.cpu()) - cpu) / 1000), perSecond: count / seconds };
}

const service = "shop.v1.Orders";

/** Each session registers its instances, then renews one after the other without waiting for the answers. */
async function renew(client, count) {
  const session = async (no) => {
    let answered = 0;
    const key = (i) => ({ service, id: `10.0.${no}.1:${1 + (i % EACH)}` });
    const requests = async function* () {
      for (let i = 0; i < EACH; i++)
        yield { action: { case: "register", value: { service, host: `10.0.${no}.1`, port: 1 + i } } };
      for (let i = 0; i < count; i++) {
        yield { action: { case: "renew", value: key(i) } };
        if (i - answered > 2000) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    for await (const { code, message } of client.session(requests())) {
      if (code !== 0) throw new Error(message);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, (_, no) => session(no)));
}

let port = 1;

async function register(client, count) {
  const end = port + count;
  const work = async () => {
    while (port < end) {
      const next = port++;
      const host = `10.1.${next >> 14}.1`;
      const instance = { service: `shop.v1.Service${next % SERVICES}`, host, port: 1 + (next & 0x3fff), ttl: LONG };
      await client.register({ instance });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}

/** Milliseconds from the end of a client that says nothing until a watcher is told. */
async function crashSeen(serverPort, client) {
  const crashing = grpcTransport({ address: `127.0.0.1:${serverPort}` });
  const ttl = { seconds: BigInt(TTL_MS / 1000) };
  const instance = { service: "shop.v1.Crash", host: "10.2.0.1", port: 1, ttl };
  const controller = new AbortController();
  const watched = client.watch({ service: "shop.v1.Crash" }, { signal: controller.signal });
  await watched.next();
  await createClient(RegistryService, crashing).register({ instance });
  crashing.close();
  const begun = performance.now();
  for await (const { removed } of watched) if (removed.length > 0) break;
  controller.abort();
  return performance.now() - begun;
}

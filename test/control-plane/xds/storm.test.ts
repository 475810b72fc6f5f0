/** Many clients at once: the event loop goes on, and each client is served in order. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { Bench, make, type Peer, type Variant } from "./peer.js";

const names = Array.from({ length: 1000 }, (_, i) => `orders-${i}`);
const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.close()));
});

function connected(variant: Variant, count: number): { server: Bench; peers: Peer[] } {
  const server = new Bench();
  benches.push(server);
  server.set(...names.map((name) => make.endpoint(name)));
  const peers = Array.from({ length: count }, (_, i) => server.open(variant, { id: `client-${i}` }));
  return { server, peers };
}

describe.each<Variant>(["sotw", "delta"])("by %s", (variant) => {
  test("clients that all connect at once leave time for others, and all are answered", async () => {
    const { peers } = connected(variant, 300);
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    for (const peer of peers) peer.ask("endpoint", { subscribe: names, names });
    const answers = await Promise.all(peers.map((peer) => peer.take()));
    isOver = true;
    expect(answers.map((answer) => answer.names.length)).toEqual(peers.map(() => names.length));
    expect(turns).toBeGreaterThan(0); // none, if all work were done as it comes
  });

  test("one turn of the event loop makes no more than 4 MiB of responses, and one of them", async () => {
    const { server, peers } = connected(variant, 120);
    for (const peer of peers) peer.ask("endpoint", { subscribe: names, names });
    const { bytes } = (await Promise.all(peers.map((peer) => peer.take())))[0]!;
    let most = 0;
    let before = server.discovery.messages;
    let isOver = false;
    const count = (): void => {
      const { messages } = server.discovery;
      most = Math.max(most, messages - before);
      before = messages;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    server.set(...names.map((name) => make.endpoint(name, 1)));
    await Promise.all(peers.map((peer) => peer.take()));
    isOver = true;
    expect(bytes * peers.length).toBeGreaterThan(8 * 1024 * 1024); // a turn would make all of it
    expect(most * bytes).toBeLessThanOrEqual(4 * 1024 * 1024 + bytes);
  });
});

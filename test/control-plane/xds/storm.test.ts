/** Many clients at once: the event loop goes on, and each client is served in order. */
import { describe, expect, test } from "@jest/globals";
import { Bench, make, type Variant } from "./peer.js";

describe.each<Variant>(["sotw", "delta"])("by %s", (variant) => {
  test("clients that all connect at once leave time for others, and all are answered", async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `orders-${i}`);
    const server = new Bench();
    server.set(...names.map((name) => make.endpoint(name)));
    const peers = Array.from({ length: 300 }, (_, i) => server.open(variant, { id: `client-${i}` }));
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
    await server.close();
    expect(answers.map((answer) => answer.names.length)).toEqual(peers.map(() => names.length));
    expect(turns).toBeGreaterThan(0); // none, if all work were done as it comes
  });
});

/** Calls that arrive in one chunk are handled one after the other: each in a context of its own, and none in that of another. */
import { afterEach, expect, test } from "@jest/globals";
import { createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { sleep } from "./failures.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test("handlers of calls that arrive together pass on each its own deadline, and no other", async () => {
  const inner = createServer().add(Orders, { echo: (_, { deadline }) => ({ id: String(deadline?.getTime()) }) });
  const within = createClient(Orders, inMemoryTransport(inner));
  const server = createServer().add(Orders, {
    async echo({ id }, { deadline }) {
      await sleep(id === "0" ? 20 : 1);
      const inherited = (await within.echo({})).id;
      return {
        id: inherited === String(deadline?.getTime()) ? "its own" : `${inherited} instead of ${deadline?.getTime()}`,
      };
    },
  });
  cleanups.push(() => server.close({ grace: 0 }));
  const port = await server.listen("127.0.0.1:0");
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  cleanups.push(() => transport.close());
  await transport.connect();
  const client = createClient(Orders, transport);
  const calls = Array.from({ length: 8 }, (_, i) =>
    client.echo({ id: String(i) }, i % 3 === 0 ? {} : { deadline: 60_000 + i * 1000 }),
  );
  for (const { id } of await Promise.all(calls)) expect(id).toBe("its own");
});

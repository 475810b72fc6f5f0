import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createClient } from "@protoloom/rpc";
import { Orders } from "../../../gen/ts/rpc/orders_grpc.js";
import { deferred } from "../failures.js";
import type { Stage } from "../peers.js";

const photo = randomBytes(64 * 1024); // nothing that gzip makes small
const TOTAL = 100;
/** The bytes that may be in transit: the windows of HTTP/2 and the buffers of sockets. All transports stay below 20. */
const AHEAD = 50;
/** Calls made one after the other: nothing that could go on meanwhile stands still while they do. */
const ROUND_TRIPS = 50;

export function flowCases(stage: Stage): void {
  describe("backpressure", () => {
    test("a handler that does not read stops the client's stream", async () => {
      const go = deferred();
      const { transport } = await stage.open((server) =>
        server.add(Orders, {
          async upload(orders) {
            await go.promise;
            let count = 0;
            for await (const _ of orders) count++;
            return { count };
          },
          delete: () => ({}),
        }),
      );
      const client = createClient(Orders, transport);
      let made = 0;
      const reply = client.upload(function* () {
        for (; made < TOTAL; made++) yield { photo };
      });
      for (let i = 0; i < ROUND_TRIPS; i++) await client.delete({});
      const ahead = made;
      go.resolve();
      expect((await reply).count).toBe(TOTAL);
      expect(ahead).toBeLessThan(AHEAD);
    });

    test("a client that does not read stops the handler's stream", async () => {
      let made = 0;
      const { transport } = await stage.open((server) =>
        server.add(Orders, {
          *list() {
            for (; made < TOTAL; made++) yield { photo };
          },
          delete: () => ({}),
        }),
      );
      const client = createClient(Orders, transport);
      const replies = client.list({});
      await replies.next();
      for (let i = 0; i < ROUND_TRIPS; i++) await client.delete({});
      const ahead = made;
      let count = 1;
      for await (const _ of replies) count++;
      expect(count).toBe(TOTAL);
      expect(ahead).toBeLessThan(AHEAD);
    });

    test("next may be called before the one before has settled", async () => {
      const { transport } = await stage.open((server) =>
        server.add(Orders, {
          *list({ count }) {
            for (let i = 0; i < count; i++) yield { id: String(i) };
          },
        }),
      );
      const replies = createClient(Orders, transport).list({ count: 3 });
      const results = await Promise.all([1, 2, 3, 4, 5].map(() => replies.next()));
      expect(results.map(({ done, value }) => (done ? "end" : value.id))).toEqual(["0", "1", "2", "end", "end"]);
    });
  });
}

import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createClient } from "@protoloom/rpc";
import { Orders } from "../../../gen/ts/rpc/orders_grpc.js";
import { deferred, sleep } from "../failures.js";
import type { Stage } from "../peers.js";

const photo = randomBytes(64 * 1024); // nothing that gzip makes small
const TOTAL = 500;
/** What may be on its way: the windows of HTTP/2 and the buffers of sockets, far below the whole. */
const AHEAD = 250;

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
        }),
      );
      let made = 0;
      const reply = createClient(Orders, transport).upload(function* () {
        for (; made < TOTAL; made++) yield { photo };
      });
      await sleep(300);
      expect(made).toBeLessThan(AHEAD);
      go.resolve();
      expect((await reply).count).toBe(TOTAL);
    });

    test("a client that does not read stops the handler's stream", async () => {
      let made = 0;
      const { transport } = await stage.open((server) =>
        server.add(Orders, {
          *list() {
            for (; made < TOTAL; made++) yield { photo };
          },
        }),
      );
      const replies = createClient(Orders, transport).list({});
      await replies.next();
      await sleep(300);
      expect(made).toBeLessThan(AHEAD);
      let count = 1;
      for await (const _ of replies) count++;
      expect(count).toBe(TOTAL);
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

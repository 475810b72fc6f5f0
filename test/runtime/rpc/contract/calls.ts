import { describe, expect, test } from "@jest/globals";
import { Code, createClient, EncodedMessage } from "@protoloom/rpc";
import { Audits, Orders, type OrdersHandlers } from "../../../gen/ts/rpc/orders_grpc.js";
import { Order, Query } from "../../../gen/ts/rpc/orders_pb.js";
import { collect, deferred, failure, until } from "../failures.js";
import type { Stage } from "../peers.js";

const handlers: Partial<OrdersHandlers> = {
  echo: (order) => order,
  async *list({ author, count }) {
    for (let i = 0; i < count; i++) yield { id: String(i), author };
  },
  async upload(orders) {
    let count = 0;
    let author = "";
    for await (const order of orders) {
      if (order.id !== String(count++)) throw new Error("out of order");
      author = order.author;
    }
    return { count, author };
  },
  async *talk(orders) {
    for await (const order of orders) yield { ...order, author: `re: ${order.author}` };
  },
};

export function callCases(stage: Stage): void {
  const open = async (more: Partial<OrdersHandlers> = {}) => {
    const { transport } = await stage.open((server) => server.add(Orders, { ...handlers, ...more }));
    return createClient(Orders, transport);
  };
  const orders = (count: number) => Array.from({ length: count }, (_, i) => ({ id: String(i), author: "liuchao" }));

  describe("the four kinds of calls", () => {
    test("unary: our classes arrive on both sides", async () => {
      let got: unknown;
      const client = await open({
        echo(order) {
          got = order;
          return order;
        },
      });
      const init = {
        id: "7",
        price: 1n << 60n,
        photo: new Uint8Array([1, 2]),
        line: { what: "x", count: 3 },
        lines: [{}],
      };
      const reply = await client.echo(init);
      expect(got).toBeInstanceOf(Order);
      expect(reply).toBeInstanceOf(Order);
      expect(reply.equals(new Order(init))).toBe(true);
      expect((await client.echo(new Order(init))).equals(reply)).toBe(true);
    });

    test("unary: an empty message", async () => {
      expect((await (await open()).echo({})).equals(new Order())).toBe(true);
    });

    test("a handler may give a response that it has encoded itself, one for any number of calls", async () => {
      const halves = [new Order({ id: "7" }).toBinary(), new Order({ author: "liuchao" }).toBinary()];
      const shared = new EncodedMessage(...halves) as unknown as Order; // in place of a message
      const client = await open({ echo: () => shared, list: () => [shared, shared] });
      const whole = new Order({ id: "7", author: "liuchao" });
      const replies = [await client.echo({}), ...(await collect(client.list({}))), ...(await collect(client.list({})))];
      expect(replies.map((reply) => reply.equals(whole))).toEqual([true, true, true, true, true]);
    });

    test.each([0, 1, 1000])("server streaming: %i messages in order", async (count) => {
      const replies = await collect((await open()).list({ author: "a", count }));
      expect(replies.map((order) => Number(order.id))).toEqual(Array.from({ length: count }, (_, i) => i));
      for (const reply of replies) expect(reply).toBeInstanceOf(Order);
    });

    test.each([0, 1, 1000])("client streaming: %i messages in order", async (count) => {
      const reply = await (await open()).upload(orders(count));
      expect(reply).toBeInstanceOf(Query);
      expect(reply.count).toBe(count);
    });

    test.each([0, 1, 1000])("bidirectional: %i messages in order", async (count) => {
      const replies = await collect((await open()).talk(orders(count)));
      expect(replies.map((order) => order.id)).toEqual(orders(count).map((order) => order.id));
    });

    test("requests come from arrays, generators and functions", async () => {
      const client = await open();
      const generator = async function* () {
        yield* orders(3);
      };
      expect((await client.upload(generator)).count).toBe(3);
      expect((await client.upload(generator())).count).toBe(3);
      expect((await client.upload(new Set(orders(3)))).count).toBe(3);
      expect((await client.upload(() => orders(3))).count).toBe(3);
    });

    test("handlers may be an instance of a class", async () => {
      class Served {
        readonly suffix = "!";
        echo(order: Order) {
          return { id: order.id + this.suffix };
        }
      }
      const { transport } = await stage.open((server) => server.add(Orders, new Served()));
      expect((await createClient(Orders, transport).echo({ id: "a" })).id).toBe("a!");
    });

    test("many calls at once", async () => {
      const client = await open();
      const replies = await Promise.all(orders(200).map((order) => client.echo(order)));
      expect(replies.map((order) => order.id)).toEqual(orders(200).map((order) => order.id));
    });

    test("a large message", async () => {
      const photo = new Uint8Array(3_000_000).map((_, i) => i * 31);
      expect(Buffer.compare((await (await open()).echo({ photo })).photo, photo)).toBe(0);
    });
  });

  describe("the two directions of a call", () => {
    test("each request waits for the reply to the one before", async () => {
      const client = await open();
      let wake = deferred();
      const replies: string[] = [];
      const requests = async function* () {
        for (let i = 0; i < 5; i++) {
          yield { id: String(i) };
          await wake.promise;
          wake = deferred();
        }
      };
      for await (const reply of client.talk(requests)) {
        replies.push(reply.id);
        wake.resolve();
      }
      expect(replies).toEqual(["0", "1", "2", "3", "4"]);
    });

    test("the server speaks first", async () => {
      const heard = deferred();
      const client = await open({
        async *talk(requests) {
          yield { id: "hello" };
          for await (const request of requests) yield request;
        },
      });
      const replies: string[] = [];
      const requests = async function* () {
        await heard.promise;
        yield { id: "answer" };
      };
      for await (const reply of client.talk(requests)) {
        replies.push(reply.id);
        heard.resolve();
      }
      expect(replies).toEqual(["hello", "answer"]);
    });

    test("the server goes on after the client has ended", async () => {
      const client = await open({
        async *talk(requests) {
          const all = await collect(requests);
          for (let i = 0; i < 3; i++) yield { id: String(all.length + i) };
        },
      });
      expect((await collect(client.talk(orders(2)))).map(({ id }) => id)).toEqual(["2", "3", "4"]);
    });

    test("the server ends while the client still sends, whose requests are stopped", async () => {
      let stopped = false;
      const client = await open({
        async *talk(requests) {
          for await (const _ of requests) break;
          yield { id: "enough" };
        },
      });
      const requests = async function* () {
        try {
          for (;;) {
            await new Promise((resolve) => setTimeout(resolve, 5));
            yield { id: "x" };
          }
        } finally {
          stopped = true;
        }
      };
      expect((await collect(client.talk(requests))).map(({ id }) => id)).toEqual(["enough"]);
      await until(() => stopped, "the end of the requests");
    });
  });

  describe("methods and services that do not exist", () => {
    test("a method without a handler", async () => {
      const client = await open();
      const error = await failure(client.delete({}));
      expect(error.code).toBe(Code.Unimplemented);
      expect(error.path).toBe("/test.rpc.Orders/Delete");
    });

    test("a service that was not added", async () => {
      const { transport } = await stage.open((server) => server.add(Orders, handlers));
      expect((await failure(createClient(Audits, transport).audit({}))).code).toBe(Code.Unimplemented);
    });
  });
}

import { describe, expect, test } from "@jest/globals";
import { Code, type Context, createClient } from "@protoloom/rpc";
import { Orders, type OrdersHandlers } from "../../../gen/ts/rpc/orders_grpc.js";
import { collect, deferred, failure, sleep, until } from "../failures.js";
import type { Stage } from "../peers.js";

const never = new Promise<never>(() => {});

/** Milliseconds in which a call over an open connection reaches its handler, on a busy machine too. */
const LEFT = 250;

function fail(what: string): never {
  throw new Error(what);
}

export function endingCases(stage: Stage): void {
  const open = async (handlers: Partial<OrdersHandlers>) => {
    const { transport } = await stage.open((server) => server.add(Orders, handlers));
    return createClient(Orders, transport);
  };

  describe("cancellation", () => {
    test("a signal ends a unary call, and the handler's signal fires", async () => {
      const started = deferred<Context>();
      const client = await open({
        echo(_, context) {
          started.resolve(context);
          return never;
        },
      });
      const controller = new AbortController();
      const call = failure(client.echo({}, { signal: controller.signal }));
      const context = await started.promise;
      const reason = new Error("changed my mind");
      controller.abort(reason);
      const error = await call;
      expect(error.code).toBe(Code.Cancelled);
      expect(error.cause).toBe(reason);
      await until(() => context.signal.aborted, "the handler's signal");
    });

    test("a signal that has fired before: nothing is sent", async () => {
      let called = false;
      const client = await open({
        echo(order) {
          called = true;
          return order;
        },
        list() {
          called = true;
          return [];
        },
      });
      const signal = AbortSignal.abort("no");
      expect((await failure(client.echo({}, { signal }))).code).toBe(Code.Cancelled);
      expect((await failure(client.list({}, { signal }))).code).toBe(Code.Cancelled);
      await sleep(20);
      expect(called).toBe(false);
    });

    test("leaving the loop ends the handler's generator", async () => {
      const left = deferred();
      const client = await open({
        async *list() {
          try {
            for (let i = 0; ; i++) {
              await sleep(1);
              yield { id: String(i) };
            }
          } finally {
            left.resolve();
          }
        },
      });
      for await (const { id } of client.list({})) if (id === "3") break;
      await left.promise;
    });

    test("leaving before the first reply ends the call at once", async () => {
      const started = deferred<Context>();
      const client = await open({
        // biome-ignore lint/correctness/useYield: a handler that never answers
        async *talk(_, context) {
          started.resolve(context);
          await never;
        },
      });
      const replies = client.talk(async function* () {
        yield {};
        await never;
      });
      const first = replies.next();
      const context = await started.promise;
      await replies.return?.();
      expect((await first).done).toBe(true);
      await until(() => context.signal.aborted, "the handler's signal");
    });

    test("a stream of requests learns that the call is cancelled", async () => {
      const left = deferred();
      const arrived = deferred();
      const controller = new AbortController();
      const client = await open({
        async upload(orders) {
          for await (const _ of orders) arrived.resolve();
          return {};
        },
      });
      const call = failure(
        client.upload(
          async function* () {
            try {
              for (;;) {
                await sleep(1);
                yield {};
              }
            } finally {
              left.resolve();
            }
          },
          { signal: controller.signal },
        ),
      );
      await arrived.promise;
      controller.abort();
      expect((await call).code).toBe(Code.Cancelled);
      await left.promise;
    });

    test("a handler that reads learns from the stream, or right after from its signal, that the client is gone", async () => {
      const ended = deferred<unknown>();
      const started = deferred();
      const controller = new AbortController();
      const client = await open({
        async upload(orders, { signal }) {
          signal.addEventListener("abort", () => ended.resolve(signal.reason));
          started.resolve();
          await collect(orders).catch(ended.resolve);
          await ended.promise;
          return {};
        },
      });
      const call = failure(
        client.upload(
          async function* () {
            yield {};
            await never;
          },
          { signal: controller.signal },
        ),
      );
      await started.promise;
      controller.abort();
      await call;
      expect(await ended.promise).toMatchObject({ code: Code.Cancelled });
    });

    test("a signal keeps no listeners of finished calls", async () => {
      const client = await open({
        echo: (order) => order,
        *list() {
          yield {};
        },
      });
      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
        listeners++;
        addEventListener.apply(signal, args);
      };
      signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
        listeners--;
        removeEventListener.apply(signal, args);
      };
      await client.echo({}, { signal });
      await collect(client.list({}, { signal }));
      expect(listeners).toBe(0);
    });
  });

  describe("deadlines", () => {
    test.each([
      ["milliseconds", () => LEFT],
      ["a Date", () => new Date(Date.now() + LEFT)],
    ])("given as %s", async (_, deadline) => {
      const calls: { context: Context; arrived: number }[] = [];
      const client = await open({
        echo(_, context) {
          calls.push({ context, arrived: Date.now() });
          return never;
        },
        delete: () => ({}),
      });
      await client.delete({}); // connects
      const start = Date.now();
      const error = await failure(client.echo({}, { deadline: deadline() }));
      expect(error.code).toBe(Code.DeadlineExceeded);
      expect(Date.now() - start).toBeGreaterThanOrEqual(LEFT - 10);
      const [{ context, arrived } = fail("the handler was not called")] = calls;
      expect(context.deadline!.getTime()).toBeGreaterThanOrEqual(start + LEFT - 10);
      expect(context.deadline!.getTime()).toBeLessThanOrEqual(arrived + LEFT);
      await until(() => context.signal.aborted, "the handler's signal");
    });

    test("in the middle of a stream", async () => {
      const client = await open({
        async *list() {
          for (;;) {
            yield {};
            await sleep(5);
          }
        },
        delete: () => ({}),
      });
      await client.delete({}); // connects
      let count = 0;
      const error = await failure(
        (async () => {
          for await (const _ of client.list({}, { deadline: LEFT })) count++;
        })(),
      );
      expect(error.code).toBe(Code.DeadlineExceeded);
      expect(count).toBeGreaterThan(0);
    });

    test("in the past", async () => {
      const client = await open({ echo: (order) => order });
      expect((await failure(client.echo({}, { deadline: new Date(0) }))).code).toBe(Code.DeadlineExceeded);
    });

    test("none", async () => {
      const client = await open({ echo: (_, { deadline }) => ({ id: String(deadline) }) });
      expect((await client.echo({})).id).toBe("undefined");
    });

    test("of the client, where the call has none", async () => {
      const { transport } = await stage.open((server) => server.add(Orders, { echo: () => never }));
      const client = createClient(Orders, transport, { deadline: 50 });
      expect((await failure(client.echo({}))).code).toBe(Code.DeadlineExceeded);
    });
  });

  describe("calls made inside a handler", () => {
    const chain = async (options?: { inherit: boolean }) => {
      const inner = deferred<Context>();
      const back = await open({
        echo(_, context) {
          inner.resolve(context);
          return never;
        },
      });
      const front = await open({ echo: async (order) => back.echo(order, options) });
      return { front, inner: inner.promise };
    };

    test("inherit the deadline", async () => {
      const { front, inner } = await chain();
      const call = failure(front.echo({}, { deadline: 1000 }));
      const { deadline } = await inner;
      expect(deadline!.getTime() - Date.now()).toBeLessThanOrEqual(1000);
      expect((await call).code).toBe(Code.DeadlineExceeded);
    });

    test("inherit the cancellation", async () => {
      const { front, inner } = await chain();
      const controller = new AbortController();
      const call = failure(front.echo({}, { signal: controller.signal }));
      const context = await inner;
      controller.abort();
      await call;
      await until(() => context.signal.aborted, "the inner handler's signal");
    });

    test("inherit neither when they say so", async () => {
      const { front, inner } = await chain({ inherit: false });
      const controller = new AbortController();
      const call = failure(front.echo({}, { signal: controller.signal, deadline: 10_000 }));
      const context = await inner;
      expect(context.deadline).toBeUndefined();
      controller.abort();
      await call;
      await sleep(50);
      expect(context.signal.aborted).toBe(false);
    });

    test("inherit inside a generator too", async () => {
      const inner = deferred<Context>();
      const back = await open({
        echo(order, context) {
          inner.resolve(context);
          return order;
        },
      });
      const front = await open({
        async *list() {
          await sleep(1);
          yield await back.echo({});
        },
      });
      await collect(front.list({}, { deadline: 5000 }));
      expect((await inner.promise).deadline).toBeInstanceOf(Date);
    });
  });
}

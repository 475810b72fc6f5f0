import { describe, expect, test } from "@jest/globals";
import { type ClientInterceptor, Code, createClient, type ServerInterceptor, StatusError } from "@protoloom/rpc";
import { Orders } from "../../../gen/ts/rpc/orders_grpc.js";
import { Order } from "../../../gen/ts/rpc/orders_pb.js";
import { collect, deferred, failure, sleep } from "../failures.js";
import type { Stage } from "../peers.js";

export function aroundCases(stage: Stage): void {
  describe("interceptors of a client", () => {
    test("stand around the call, the first outermost", async () => {
      const seen: string[] = [];
      const named =
        (name: string): ClientInterceptor =>
        async (call, next) => {
          seen.push(`${name} in`);
          call.metadata.append("x-by", name);
          const reply = await next(call);
          seen.push(`${name} out`);
          return reply;
        };
      const { transport } = await stage.open((server) =>
        server.add(Orders, { echo: (_, { metadata }) => ({ id: metadata.getAll("x-by").join(", ") }) }),
      );
      const client = createClient(Orders, transport, { interceptors: [named("a"), named("b")] });
      expect((await client.echo({})).id).toBe("a, b");
      expect(seen).toEqual(["a in", "b in", "b out", "a out"]);
    });

    test("may answer themselves, call again, and wrap a stream", async () => {
      let tries = 0;
      const { transport } = await stage.open((server) =>
        server.add(Orders, {
          echo() {
            if (++tries < 3) throw new StatusError(Code.Unavailable, "not yet");
            return { id: String(tries) };
          },
          *list() {
            yield { id: "1" };
            yield { id: "2" };
          },
        }),
      );
      const again: ClientInterceptor = async (call, next) => {
        for (let i = 0; ; i++) {
          try {
            return await next(call);
          } catch (e) {
            if (i === 4) throw e;
          }
        }
      };
      const doubling: ClientInterceptor = async (call, next) => {
        const reply = await next(call);
        if (!reply.stream) return reply;
        const messages = async function* () {
          for await (const message of reply.messages) {
            yield message;
            yield message;
          }
        };
        return { ...reply, messages: messages() };
      };
      const client = createClient(Orders, transport, { interceptors: [again, doubling] });
      expect((await client.echo({})).id).toBe("3");
      expect((await collect(client.list({}))).map(({ id }) => id)).toEqual(["1", "1", "2", "2"]);
    });
  });

  describe("interceptors of a server", () => {
    test("refuse, change and observe calls of each kind", async () => {
      const seen: string[] = [];
      const auth: ServerInterceptor = async (call, next) => {
        if (call.context.metadata.get("authorization") !== "yes")
          throw new StatusError(Code.Unauthenticated, "who are you?");
        return next(call);
      };
      const observe: ServerInterceptor = async (call, next) => {
        const reply = await next(call);
        seen.push(`${call.method.name} ${reply.stream ? "stream" : (reply.message as Order).id}`);
        call.context.trailers.set("x-seen", "1");
        return reply;
      };
      const { transport } = await stage.open(
        (server) =>
          server.add(Orders, {
            echo: (order) => new Order({ id: `${order.id}!` }),
            list: () => [{ id: "1" }],
            upload: async (orders) => ({ count: (await collect(orders)).length }),
          }),
        { interceptors: [auth, observe] },
      );
      expect((await failure(createClient(Orders, transport).echo({}))).code).toBe(Code.Unauthenticated);
      expect((await failure(createClient(Orders, transport).list({}))).code).toBe(Code.Unauthenticated);
      const client = createClient(Orders, transport, { metadata: { authorization: "yes" } });
      expect((await client.echo({ id: "a" })).id).toBe("a!");
      expect(await collect(client.list({}))).toHaveLength(1);
      expect((await client.upload([{}, {}])).count).toBe(2);
      expect(seen).toEqual(["Echo a!", "List stream", "Upload stream"]);
    });
  });

  describe("closing a server", () => {
    test("lets running calls finish, and takes no new ones", async () => {
      const go = deferred();
      const started = deferred();
      const { server, transport } = await stage.open((s) =>
        s.add(Orders, {
          async echo(order) {
            started.resolve();
            await go.promise;
            return order;
          },
        }),
      );
      const client = createClient(Orders, transport);
      const running = client.echo({ id: "kept" });
      await started.promise;
      let closed = false;
      const closing = server.close().then(() => {
        closed = true;
      });
      await sleep(30);
      expect((await failure(client.echo({}, { deadline: 30_000 }))).code).toBe(Code.Unavailable);
      expect(closed).toBe(false);
      go.resolve();
      expect((await running).id).toBe("kept");
      await closing;
    });

    test("ends what still runs when the grace is over", async () => {
      const started = deferred<AbortSignal>();
      const { server, transport } = await stage.open((s) =>
        s.add(Orders, {
          async *list(_, context) {
            yield {};
            started.resolve(context.signal);
            await new Promise(() => {});
          },
        }),
      );
      const replies = createClient(Orders, transport).list({});
      await replies.next();
      const signal = await started.promise;
      const rest = failure(replies.next());
      await server.close({ grace: 50 });
      expect((await rest).code).toBe(Code.Unavailable);
      expect(signal.aborted).toBe(true);
    });

    test("may be asked for twice", async () => {
      const { server } = await stage.open((s) => s);
      await Promise.all([server.close(), server.close({ grace: 10 })]);
      await expect(server.listen("127.0.0.1:0")).rejects.toThrow("closed");
    });

    test("a closed transport", async () => {
      const { transport } = await stage.open((s) => s.add(Orders, { echo: (order) => order }));
      transport.close();
      expect((await failure(createClient(Orders, transport).echo({}))).code).toBe(Code.Unavailable);
    });
  });
}

/** Faults of networks and peers. Each ends promptly in the right status, and the process lives on. */
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Code, createClient, createServer, type Server, type Transport } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders, type OrdersHandlers } from "../../../gen/ts/rpc/orders_grpc.js";
import { Order } from "../../../gen/ts/rpc/orders_pb.js";
import { collect, deferred, failure, sleep, until } from "../failures.js";

const cleanups: (() => unknown)[] = [];
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

beforeEach(() => {
  process.on("unhandledRejection", onRejection);
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  process.off("unhandledRejection", onRejection);
  expect(rejections.splice(0)).toEqual([]);
});

async function serve(handlers: Partial<OrdersHandlers>, options: Parameters<Server["listen"]>[1] = {}) {
  const server = createServer({ onError: () => {} }).add(Orders, handlers);
  const port = await server.listen("127.0.0.1:0", options);
  cleanups.push(() => server.close({ grace: 0 }));
  return { server, port };
}

function dial(port: number, options: object = {}): { transport: Transport; client: ReturnType<typeof clientOf> } {
  const transport = grpcTransport({ address: `127.0.0.1:${port}`, ...options });
  cleanups.push(() => transport.close());
  return { transport, client: clientOf(transport) };
}

const clientOf = (transport: Transport) => createClient(Orders, transport);

/** An HTTP/2 server that answers each request by hand. */
async function rawServer(answer: (stream: http2.ServerHttp2Stream) => void): Promise<number> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    answer(stream);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

/** An HTTP/2 client's stream, by hand. */
async function rawCall(port: number, headers: http2.OutgoingHttpHeaders = {}) {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  cleanups.push(() => session.destroy());
  const stream = session.request({
    ":method": "POST",
    ":path": "/test.rpc.Orders/Echo",
    te: "trailers",
    "content-type": "application/grpc",
    ...headers,
  });
  stream.on("error", () => {});
  stream.resume();
  const status = new Promise<number>((resolve) => {
    stream.on("response", (head) => head["grpc-status"] !== undefined && resolve(Number(head["grpc-status"])));
    stream.on("trailers", (tail) => resolve(Number(tail["grpc-status"])));
    stream.on("close", () => resolve(-1));
  });
  return { stream, status };
}

function frame(flag: number, body: Uint8Array, length = body.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

const grpcHeaders = { ":status": 200, "content-type": "application/grpc" };

describe("the server is gone", () => {
  test("in the middle of a stream", async () => {
    const port = await rawServer((stream) => {
      stream.respond(grpcHeaders);
      stream.write(frame(0, new Order({ id: "1" }).toBinary()));
      setTimeout(() => stream.session?.destroy(), 50);
    });
    const { client } = dial(port);
    const got: string[] = [];
    const error = await failure(
      (async () => {
        for await (const { id } of client.list({})) got.push(id);
      })(),
    );
    expect(got).toEqual(["1"]);
    expect(error.code).toBe(Code.Unavailable);
  });

  test("nobody listens", async () => {
    const probe = net.createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as net.AddressInfo;
    probe.close();
    expect((await failure(dial(port).client.echo({}))).code).toBe(Code.Unavailable);
    const waiting = dial(port).client.echo({}, { waitForReady: true, deadline: 200 });
    expect((await failure(waiting)).code).toBe(Code.DeadlineExceeded);
  });

  test("half-open: keepalive notices a peer that says nothing more", async () => {
    const { port } = await serve({ echo: (order) => order, list: () => forever() });
    let isSilent = false;
    const proxy = net.createServer((down) => {
      const up = net.connect(port, "127.0.0.1");
      cleanups.push(() => up.destroy());
      cleanups.push(() => down.destroy());
      for (const socket of [up, down]) socket.on("error", () => {});
      down.on("data", (data) => isSilent || up.write(data));
      up.on("data", (data) => isSilent || down.write(data));
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    cleanups.push(() => proxy.close());
    const { client } = dial((proxy.address() as net.AddressInfo).port, {
      keepalive: { time: 1000, timeout: 500 },
    });
    await client.echo({});
    const replies = client.list({});
    await replies.next();
    isSilent = true;
    expect((await failure(collect(replies))).code).toBe(Code.Unavailable);
  });
});

async function* forever(): AsyncGenerator<{ id: string }> {
  for (let i = 0; ; i++) {
    yield { id: String(i) };
    await sleep(5);
  }
}

describe("the client is gone", () => {
  test("its connection breaks: the handler's signal fires and its generator ends", async () => {
    const left = deferred();
    const fired = deferred();
    const { port } = await serve({
      async *list(_, { signal }) {
        signal.addEventListener("abort", () => fired.resolve());
        try {
          yield* forever();
        } finally {
          left.resolve();
        }
      },
    });
    const { stream } = await rawCall(port, { ":path": "/test.rpc.Orders/List" });
    stream.end(frame(0, new Uint8Array()));
    await once(stream, "response");
    stream.session?.destroy();
    await fired.promise;
    await left.promise;
  });

  test("a handler that never reads, never answers and ignores its signal keeps nobody", async () => {
    const { port, server } = await serve({ upload: () => new Promise(() => {}) });
    const { client } = dial(port);
    const photo = new Uint8Array(100_000);
    const error = await failure(
      client.upload(
        function* () {
          for (;;) yield { photo };
        },
        { deadline: 200 },
      ),
    );
    expect(error.code).toBe(Code.DeadlineExceeded);
    await server.close({ grace: 1000 });
  });

  test("a slow reader gets everything", async () => {
    const { port } = await serve({
      *list() {
        for (let i = 0; i < 200; i++) yield { id: String(i), photo: new Uint8Array(20_000) };
      },
    });
    let count = 0;
    for await (const { id } of dial(port).client.list({})) {
      expect(id).toBe(String(count++));
      if (count % 50 === 0) await sleep(20);
    }
    expect(count).toBe(200);
  });
});

describe("bytes that are wrong", () => {
  const echo: Partial<OrdersHandlers> = { echo: (order) => order };

  test.each([
    [
      "a compressed message without an encoding",
      {},
      frame(1, Buffer.from("junk")),
      [Code.Internal, Code.Unimplemented],
    ],
    [
      "an encoding that nobody knows",
      { "grpc-encoding": "snappy" },
      frame(1, Buffer.from("junk")),
      [Code.Unimplemented],
    ],
    ["gzip that is none", { "grpc-encoding": "gzip" }, frame(1, Buffer.from("junk")), [Code.Internal]],
    ["a message that does not decode", {}, frame(0, Buffer.from([0x0a, 0x20, 0x41])), [Code.Internal]],
    ["a message over the limit", {}, frame(0, new Uint8Array(64), 64 << 20), [Code.ResourceExhausted]],
    ["no message", {}, Buffer.alloc(0), [Code.Unimplemented]],
    ["two messages", {}, Buffer.concat([frame(0, new Uint8Array()), frame(0, new Uint8Array())]), [Code.Unimplemented]],
    ["an unknown method", { ":path": "/test.rpc.Orders/Nothing" }, frame(0, new Uint8Array()), [Code.Unimplemented]],
    ["an unknown service", { ":path": "/no.Service/Echo" }, frame(0, new Uint8Array()), [Code.Unimplemented]],
    ["a deadline that is none", { "grpc-timeout": "soon" }, frame(0, new Uint8Array()), [Code.Internal]],
  ])("%s", async (_, headers, body, codes) => {
    const { port } = await serve(echo);
    const { stream, status } = await rawCall(port, headers);
    stream.end(body);
    expect(codes).toContain(await status);
    expect((await dial(port).client.echo({ id: "alive" })).id).toBe("alive");
  });

  test("half a message", async () => {
    const { port } = await serve(echo);
    const { stream, status } = await rawCall(port);
    stream.end(frame(0, new Uint8Array(3), 10));
    expect([Code.Internal, Code.Unimplemented, Code.Cancelled]).toContain(await status);
  });

  test.each([
    ["does not decode", frame(0, Buffer.from([0x0a, 0x20, 0x41])), Code.Internal],
    ["is marked as compressed", frame(1, Buffer.from("junk")), Code.Internal],
    ["is over the limit", frame(0, new Uint8Array(64), 64 << 20), Code.ResourceExhausted],
  ])("a response that %s", async (_, body, code) => {
    const port = await rawServer((stream) => {
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(body);
    });
    const { client } = dial(port);
    expect((await failure(client.echo({}))).code).toBe(code);
    expect((await failure(client.list({}))).code).toBe(code);
  });

  test.each([
    [503, Code.Unavailable],
    [401, Code.Unauthenticated],
    [403, Code.PermissionDenied],
    [404, Code.Unimplemented],
    [418, Code.Unknown],
  ])("an answer of HTTP alone: %i", async (status, code) => {
    const port = await rawServer((stream) => {
      stream.respond({ ":status": status, "content-type": "text/html" });
      stream.end("<html>");
    });
    expect((await failure(dial(port).client.echo({}))).code).toBe(code);
  });

  test("metadata over the limit", async () => {
    const { port } = await serve(echo, { maxMetadataBytes: 4096 });
    const { client } = dial(port);
    const error = await failure(client.echo({}, { metadata: { "x-large": "x".repeat(20_000) } }));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect((await dial(port).client.echo({ id: "alive" })).id).toBe("alive");
  });

  test("trailers without a status", async () => {
    const port = await rawServer((stream) => {
      stream.respond(grpcHeaders);
      stream.end();
    });
    expect([Code.Unknown, Code.Internal]).toContain((await failure(dial(port).client.echo({}))).code);
  });
});

describe("many", () => {
  test("10,000 streams at once", async () => {
    const go = deferred();
    let open = 0;
    const { port } = await serve({
      async *list({ author }) {
        open++;
        await go.promise;
        yield { author };
      },
    });
    const { client } = dial(port);
    const calls = Array.from({ length: 10_000 }, (_, i) => collect(client.list({ author: String(i) })));
    await until(() => open === calls.length, "the start of all handlers");
    go.resolve();
    const replies = await Promise.all(calls);
    expect(replies.every(([order], i) => order?.author === String(i))).toBe(true);
  });

  test("1,000 cancelled calls leave nothing behind", async () => {
    let running = 0;
    let signals = 0;
    const { port, server } = await serve({
      async *talk(requests, { signal }) {
        running++;
        signal.addEventListener("abort", () => signals++);
        try {
          for await (const request of requests) yield request;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        } finally {
          running--;
        }
      },
    });
    // A connection that cancels more than 1,000 calls in a row is closed by Node: its protection against rapid resets.
    const cancelled = async (n: number): Promise<void> => {
      const { client, transport } = dial(port);
      for (let i = 0; i < n; i += 50) {
        await Promise.all(
          Array.from({ length: 50 }, async () => {
            const controller = new AbortController();
            const replies = client.talk(
              async function* () {
                yield {};
                await new Promise(() => {});
              },
              { signal: controller.signal },
            );
            await replies.next();
            controller.abort();
            expect((await failure(replies.next())).code).toBe(Code.Cancelled);
          }),
        );
      }
      await until(() => running === 0, "the end of all handlers");
      transport.close();
    };
    await cancelled(200); // warms up
    const before = await measure();
    await cancelled(500);
    await cancelled(500);
    await until(() => handles() <= before.handles + 2, "the end of all handles");
    const after = await measure();
    expect(signals).toBe(1200);
    expect(after.heap - before.heap).toBeLessThan(3_000_000);
    expect(server.runningCalls).toBe(0);
  });
});

/** Heap after collecting, and active handles. */
async function measure(): Promise<{ heap: number; handles: number }> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  await sleep(100);
  gc();
  await sleep(20);
  gc();
  return { heap: process.memoryUsage().heapUsed, handles: handles() };
}

function handles(): number {
  return process.getActiveResourcesInfo().length;
}

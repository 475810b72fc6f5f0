/** Faults found with real peers, each on every transport that can have them. */
import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { createRouterTransport } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import {
  Code,
  type Context,
  createClient,
  createServer,
  inMemoryTransport,
  type ListenOptions,
  type Metadata,
  type Server,
  StatusError,
  type Transport,
} from "@protoloom/rpc";
import { connectRoutes, connectTransport } from "@protoloom/rpc/connect";
import { type GrpcTransportOptions, grpcTransport } from "@protoloom/rpc/grpc";
import { grpcJsTransport } from "@protoloom/rpc/grpc-js";
import { service } from "@protoloom/rpc/service";
import { FrameType, PREFACE } from "../../../runtime/rpc/src/http2/frame/frame.js";
import { Orders, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { Order } from "../../gen/ts/rpc/orders_pb.js";
import { makeCertificates } from "./certificates.js";
import { literal, setting, uint32, frame as wireFrame } from "./engine/wire.js";
import { collect, deferred, failure, sleep, until } from "./failures.js";

jest.setTimeout(30_000); // on a machine that may be busy

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  handlers: Partial<OrdersHandlers>,
  options: ListenOptions = {},
): Promise<{ server: Server; port: number }> {
  const server = createServer({ onError: () => {} }).add(Orders, handlers);
  cleanups.push(() => server.close({ grace: 0 }));
  return { server, port: await server.listen("127.0.0.1:0", options) };
}

function opened(transport: Transport): Transport {
  cleanups.push(() => transport.close());
  return transport;
}

const grpc = (port: number, options: Partial<GrpcTransportOptions> = {}): Transport =>
  opened(grpcTransport({ address: `127.0.0.1:${port}`, ...options }));
const grpcJs = (port: number): Transport => opened(grpcJsTransport({ address: `127.0.0.1:${port}` }));

const connect = (server: Server): Transport =>
  opened(connectTransport(createRouterTransport(connectRoutes(server), { transport: { useBinaryFormat: true } })));

/** The transports, each to a server with these handlers. */
const all = {
  gRPC: async (handlers: Partial<OrdersHandlers>) => grpc((await serve(handlers)).port),
  "gRPC with gzip": async (handlers: Partial<OrdersHandlers>) =>
    grpc((await serve(handlers, { compression: "gzip" })).port),
  "grpc-js": async (handlers: Partial<OrdersHandlers>) => grpcJs((await serve(handlers)).port),
  "in memory": async (handlers: Partial<OrdersHandlers>) => opened(inMemoryTransport((await serve(handlers)).server)),
  Connect: async (handlers: Partial<OrdersHandlers>) => connect((await serve(handlers)).server),
};
type Name = keyof typeof all;
const everywhere: Name[] = ["gRPC", "grpc-js", "in memory", "Connect"];
/** Faults of grpc-js itself. */
const ours: Name[] = ["gRPC", "gRPC with gzip", "in memory", "Connect"];
/** Connect has one metadata for an error, in which headers and trailers are no longer apart. */
const withErrorHeaders: Name[] = ["gRPC", "grpc-js", "in memory"];

const clientOn = async (name: Name, handlers: Partial<OrdersHandlers>) =>
  createClient(Orders, await all[name](handlers));

/** A server of HTTP/2 that answers by hand. */
async function rawServer(answer: (stream: http2.ServerHttp2Stream) => void): Promise<number> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session.on("error", () => {})));
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

function rawClient(port: number): http2.ClientHttp2Session {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  cleanups.push(() => session.destroy());
  return session;
}

const request = (path: string, more: http2.OutgoingHttpHeaders = {}): http2.OutgoingHttpHeaders => ({
  ":method": "POST",
  ":path": `/test.rpc.Orders/${path}`,
  "content-type": "application/grpc",
  te: "trailers",
  ...more,
});

function frame(body: Uint8Array, length = body.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

const respond = (stream: http2.ServerHttp2Stream, trailers: http2.OutgoingHttpHeaders, body: Uint8Array): void => {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.end(body);
};

const photo = new Uint8Array(20_000);

describe.each(everywhere)("over %s", (name) => {
  test("an upload that is cancelled does not look whole", async () => {
    for (let i = 0; i < 20; i++) {
      const reading = deferred();
      const ended = deferred<unknown>();
      const client = await clientOn(name, {
        async upload(orders) {
          reading.resolve();
          await collect(orders).then(() => ended.resolve("whole"), ended.resolve);
          return {};
        },
      });
      const controller = new AbortController();
      const upload = client.upload(
        async function* () {
          yield { photo };
          yield { photo };
          await reading.promise;
          controller.abort();
          yield { photo };
        },
        { signal: controller.signal },
      );
      expect((await failure(upload)).code).toBe(Code.Cancelled);
      expect(await ended.promise).toMatchObject({ code: Code.Cancelled });
    }
  });

  test("one signal of many calls prints no warning", async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown): number => warnings.push(warning);
    process.on("warning", onWarning);
    cleanups.push(() => process.off("warning", onWarning));
    const client = await clientOn(name, {
      echo: (_, { signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve({}))),
    });
    const controller = new AbortController();
    const calls = Array.from({ length: 50 }, () => failure(client.echo({}, { signal: controller.signal })));
    await sleep(100);
    controller.abort();
    for (const error of await Promise.all(calls)) expect(error.code).toBe(Code.Cancelled);
    expect(warnings).toEqual([]);
  });

  test("a callback or an interceptor that throws ends the call", async () => {
    const signals: AbortSignal[] = [];
    const transport = await all[name]({
      async *list(_, { signal }) {
        signals.push(signal);
        for (;;) {
          yield {};
          await sleep(5);
        }
      },
    });
    const thrown = new Error("expected");
    const fails = (): never => {
      throw thrown;
    };
    await expect(collect(createClient(Orders, transport).list({}, { onHeaders: fails }))).rejects.toBe(thrown);
    const intercepted = createClient(Orders, transport, { interceptors: [(call, next) => next(call).then(fails)] });
    await expect(collect(intercepted.list({}))).rejects.toBe(thrown);
    await until(() => signals.length === 2 && signals.every(({ aborted }) => aborted), "the end of both calls");
  });

  test("what a handler leaves running is not under its deadline", async () => {
    const seen: (Date | undefined)[] = [];
    const transport = await all[name]({
      async echo(order, { deadline }) {
        seen.push(deadline);
        return order;
      },
    });
    const back = createClient(Orders, transport);
    const later = deferred();
    const front = await clientOn(name, {
      async echo(order) {
        setTimeout(() => void back.echo({}).then(() => later.resolve()), 50);
        return order;
      },
    });
    await front.echo({}, { deadline: 10_000 });
    await later.promise;
    expect(seen).toEqual([undefined]);
  });

  test("closing a transport ends its calls", async () => {
    const transport = await all[name]({
      async *list(_, { signal }) {
        yield {};
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    const replies = createClient(Orders, transport).list({});
    await replies.next();
    const rest = failure(collect(replies));
    transport.close();
    expect((await rest).code).toBe(Code.Unavailable);
  });

  test("a deadline that is none is said", async () => {
    const client = await clientOn(name, { echo: (order) => order });
    await expect(client.echo({}, { deadline: "5s" as never })).rejects.toThrow(
      'invalid deadline: expected milliseconds or a Date, got "5s"',
    );
  });

  test("a method named Then does not turn the client into a promise", async () => {
    const { echo } = Orders.methods;
    // biome-ignore lint/suspicious/noThenProperty: the method of a service
    const Thenable = service<typeof Orders>("test.rpc.Orders", { then: { ...echo }, echo });
    const client = createClient(Thenable, await all[name]({ echo: (order) => order }));
    expect((await (await client).echo({ id: "1" })).id).toBe("1");
  });
});

describe.each(ours)("over %s", (name) => {
  test("messages before an error reach a slow reader", async () => {
    const client = await clientOn(name, {
      *list() {
        for (let i = 0; i < 50; i++) yield { id: String(i), photo };
        throw new StatusError(Code.Aborted, "expected");
      },
    });
    const replies = client.list({});
    let count = 0;
    const error = await failure(
      (async () => {
        for await (const { id } of replies) {
          expect(id).toBe(String(count++));
          if (count % 10 === 0) await sleep(20);
        }
      })(),
    );
    expect([count, error.code]).toEqual([50, Code.Aborted]);
  });
});

describe.each(withErrorHeaders)("over %s", (name) => {
  test("the headers of a failed unary call are reported", async () => {
    const client = await clientOn(name, {
      echo(_, context) {
        context.headers.set("x-why", "because");
        context.sendHeaders();
        throw new StatusError(Code.Aborted, "expected");
      },
    });
    let headers: Metadata | undefined;
    const onHeaders = (got: Metadata): void => {
      headers = got;
    };
    const error = await failure(client.echo({}, { onHeaders }));
    expect([error.headers.get("x-why"), headers?.get("x-why")]).toEqual(["because", "because"]);
  });
});

test("a context of an interceptor reaches handlers of streams", async () => {
  const storage = new AsyncLocalStorage<string>();
  const server = createServer({ interceptors: [(call, next) => storage.run("here", () => next(call))] }).add(Orders, {
    echo: () => ({ id: storage.getStore() }),
    async *list() {
      yield { id: storage.getStore() };
      await sleep(1);
      yield { id: storage.getStore() };
    },
  });
  const client = createClient(Orders, inMemoryTransport(server));
  expect((await client.echo({})).id).toBe("here");
  expect((await collect(client.list({}))).map(({ id }) => id)).toEqual(["here", "here"]);
});

test("a client that a handler makes inherits the deadline from its first call on", async () => {
  const script = `
    import { createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
    import { Orders } from "./test/gen/js/rpc/orders_grpc.js";
    const back = createServer().add(Orders, { echo: (_, { deadline }) => ({ id: String(deadline !== undefined) }) });
    const echo = (order) => createClient(Orders, inMemoryTransport(back), { inherit: true }).echo(order);
    const front = createServer().add(Orders, { echo });
    const transport = inMemoryTransport(front);
    const call = { stream: false, method: Orders.methods.echo, message: Orders.methods.echo.input.create({}), metadata: new (await import("@protoloom/rpc")).Metadata(), deadline: Date.now() + 5000, signal: undefined, waitForReady: false, compress: false };
    console.log((await transport.unary(call)).message.id);
  `;
  const { execFileSync } = await import("node:child_process");
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    cwd: process.cwd(),
  });
  expect(output.trim()).toBe("true");
});

describe("a client of the engine", () => {
  const client = (port: number, options: Partial<GrpcTransportOptions> = {}) =>
    createClient(Orders, grpc(port, options));
  const one = frame(new Order({ id: "1" }).toBinary());

  test("fails where a unary call is answered twice", async () => {
    const port = await rawServer((stream) => respond(stream, { "grpc-status": "0" }, Buffer.concat([one, one])));
    for (const transport of [grpc(port), grpcJs(port)]) {
      const error = await failure(createClient(Orders, transport).echo({}, { deadline: 5000 }));
      expect([error.code, error.text]).toEqual([Code.Unimplemented, "got more than one response"]);
    }
  });

  test.each([
    ["a message", frame(Uint8Array.of(10), 9)],
    ["the head of a message", Buffer.of(0, 0)],
  ])("fails where a stream ends within %s", async (_, rest) => {
    const port = await rawServer((stream) => respond(stream, { "grpc-status": "0" }, Buffer.concat([one, rest])));
    expect((await failure(client(port).list({}))).code).toBe(Code.Internal);
    expect((await failure(client(port).echo({}))).code).toBe(Code.Internal);
  });

  test("reports a deadline that a proxy notices first", async () => {
    for (const end of [
      (stream: http2.ServerHttp2Stream) =>
        stream.respond(
          { ":status": 200, "content-type": "application/grpc", "grpc-status": "14" },
          { endStream: true },
        ),
      (stream: http2.ServerHttp2Stream) => stream.close(http2.constants.NGHTTP2_CANCEL),
    ]) {
      const port = await rawServer((stream) => {
        for (const over = Date.now() + 3; Date.now() < over; );
        end(stream);
      });
      const client = createClient(Orders, grpc(port));
      await failure(client.echo({})); // connects
      for (let i = 0; i < 20; i++)
        expect((await failure(client.echo({}, { deadline: 2 }))).code).toBe(Code.DeadlineExceeded);
    }
  });

  test("decodes all of grpc-message", async () => {
    const trailers = { "grpc-status": "5", "grpc-message": "issue%20%2342%3F a%2Fb 100%" };
    const port = await rawServer((stream) => respond(stream, trailers, Buffer.alloc(0)));
    expect((await failure(client(port).echo({}))).text).toBe("issue #42? a/b 100%");
  });

  test("gives up on a server that accepts and says nothing", async () => {
    const silent = net.createServer((socket) => cleanups.push(() => socket.destroy())).listen(0, "127.0.0.1");
    await once(silent, "listening");
    cleanups.push(() => silent.close());
    const { port } = silent.address() as net.AddressInfo;
    expect((await failure(client(port, { connectTimeout: 100 }).echo({}))).text).toContain("no answer within 100 ms");
  });

  test("does not send what HTTP/2 forbids", async () => {
    const { port } = await serve({ echo: (_, { metadata }) => ({ id: [...metadata].map(([key]) => key).join() }) });
    const metadata = { connection: "keep-alive", "transfer-encoding": "chunked", te: "gzip", "x-a": "1" };
    for (const transport of [grpc(port), grpcJs(port)])
      expect((await createClient(Orders, transport).echo({}, { metadata, deadline: 5000 })).id).toContain("x-a");
  });

  test("gets 100 KB of trailers, with their status", async () => {
    const { port } = await serve({
      echo(_, { trailers }) {
        trailers.set("x-large", "x".repeat(100_000));
        throw new StatusError(Code.NotFound, "expected");
      },
    });
    const error = await failure(client(port).echo({}));
    expect([error.code, error.trailers.get("x-large")?.length]).toEqual([Code.NotFound, 100_000]);
  });
});

describe("a server of the engine", () => {
  test("answers a call beside 3,000 that are cancelled", async () => {
    const go = deferred();
    const { port } = await serve({
      async echo(order) {
        await go.promise;
        return order;
      },
      talk: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
    });
    const client = createClient(Orders, grpc(port));
    const waiting = client.echo({ id: "1" });
    for (let i = 0; i < 3000; i += 100) {
      const controller = new AbortController();
      const calls = Array.from({ length: 100 }, () => failure(client.echo({}, { signal: controller.signal })));
      await new Promise(setImmediate);
      controller.abort();
      for (const error of await Promise.all(calls)) expect(error.code).toBe(Code.Cancelled);
    }
    go.resolve();
    expect((await waiting).id).toBe("1");
  });

  test("ends an upload that it has answered early, and then closes", async () => {
    const { server, port } = await serve({ upload: async () => ({ count: 7 }) });
    const session = rawClient(port);
    const stream = session.request(request("Upload"));
    stream.on("error", () => {});
    stream.write(frame(new Order({ id: "1" }).toBinary()));
    const [trailers] = await once(stream.resume(), "trailers");
    expect(trailers["grpc-status"]).toBe("0");
    await once(stream, "close");
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    session.close();
    await server.close();
  });

  test("refuses 100 KB of metadata, and no neighbour notices", async () => {
    const go = deferred();
    const { port } = await serve({ echo: (order) => go.promise.then(() => order) });
    const client = createClient(Orders, grpc(port));
    const neighbour = client.echo({ id: "1" });
    const metadata = { "x-large": "x".repeat(100_000) };
    expect((await failure(createClient(Orders, grpc(port)).echo({}, { metadata }))).code).toBe(Code.ResourceExhausted);
    expect((await failure(client.echo({}, { metadata }))).code).toBe(Code.ResourceExhausted);
    go.resolve();
    expect((await neighbour).id).toBe("1");
  });

  test("takes 200 keys of metadata, and 60 KB", async () => {
    const { port } = await serve({
      echo: (_, { metadata }) => ({ id: String([...metadata].filter(([key]) => key.startsWith("x-")).length) }),
    });
    const metadata = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}`, "v".repeat(250)]));
    expect((await createClient(Orders, grpc(port)).echo({}, { metadata })).id).toBe("200");
  });

  test("sends bytes without padding", async () => {
    const { port } = await serve({
      echo(order, { trailers }) {
        trailers.set("x-a-bin", Uint8Array.of(1));
        return order;
      },
    });
    const stream = rawClient(port).request(request("Echo"));
    stream.end(frame(new Uint8Array(0)));
    const [trailers] = await once(stream.resume(), "trailers");
    expect(trailers["x-a-bin"]).toBe("AQ");
  });

  test.each([
    ["application/grpc+json", 415],
    ["application/json", 415],
    ["application/grpc+proto", 200],
    ["application/grpc;charset=utf-8", 200],
  ])("%s is answered with HTTP status %i", async (type, status) => {
    const { port } = await serve({ echo: (order) => order });
    const stream = rawClient(port).request(request("Echo", { "content-type": type }));
    stream.on("error", () => {});
    stream.end(frame(new Uint8Array(0)));
    const [headers] = await once(stream.resume(), "response");
    expect(headers[":status"]).toBe(status);
  });

  test("closes within its grace, whatever its peers do", async () => {
    const { server, port } = await serve({ list: () => Array.from({ length: 1000 }, () => ({ photo })) });
    const silent = net.connect(port, "127.0.0.1");
    const deaf = net.connect(port, "127.0.0.1").pause();
    const fields = {
      ":method": "POST",
      ":scheme": "http",
      ":path": "/test.rpc.Orders/List",
      "content-type": "application/grpc",
    };
    const block = Object.entries(fields).flatMap(([name, value]) => literal(name, value));
    deaf.write(PREFACE);
    deaf.write(wireFrame(FrameType.Settings, 0, 0, setting(4, 2 ** 31 - 1)));
    deaf.write(wireFrame(FrameType.WindowUpdate, 0, 0, uint32(2 ** 31 - 1 - 65535)));
    deaf.write(wireFrame(FrameType.Headers, 4, 1, block));
    deaf.write(wireFrame(FrameType.Data, 1, 1, [0, 0, 0, 0, 0]));
    deaf.on("error", () => {});
    await until(() => server.runningCalls === 1, "the call");
    silent.on("error", () => {});
    cleanups.push(
      () => silent.destroy(),
      () => deaf.destroy(),
    );
    await server.close({ grace: 50 });
  });

  test("closes within its grace while a peer of TLS does not shake hands", async () => {
    const { server, port } = await serve({}, { tls: makeCertificates() });
    const silent = net.connect(port, "127.0.0.1");
    silent.on("error", () => {});
    cleanups.push(() => silent.destroy());
    await once(silent, "connect");
    await until(() => server.connections === 1, "the connection");
    await server.close({ grace: 50 });
  });
});

test.each(["Echo", "List", "Upload"])(
  "a Connect call of %s past its deadline fails with DEADLINE_EXCEEDED",
  async (name) => {
    const aborted = ({ signal }: Context): Promise<object> =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve({})));
    const server = createServer().add(Orders, {
      echo: (_, context) => aborted(context),
      async *list(_, context) {
        yield await aborted(context);
      },
      upload: (_, context) => aborted(context),
    });
    const web = http2.createServer(connectNodeAdapter({ routes: connectRoutes(server) }));
    const sessions: http2.ServerHttp2Session[] = [];
    web.on("session", (session) => sessions.push(session));
    web.listen(0, "127.0.0.1");
    await once(web, "listening");
    cleanups.push(() => {
      for (const session of sessions) session.destroy();
      web.close();
    });
    const stream = rawClient((web.address() as net.AddressInfo).port).request(request(name, { "grpc-timeout": "40m" }));
    stream.end(frame(new Uint8Array(0)));
    const status = await new Promise((resolve) => {
      stream.on("response", (headers) => headers["grpc-status"] !== undefined && resolve(headers["grpc-status"]));
      stream.on("trailers", (trailers) => resolve(trailers["grpc-status"]));
      stream.resume();
    });
    expect(status).toBe("4");
  },
);

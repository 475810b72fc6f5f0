/** The server's own side of gRPC over HTTP/2, byte by byte: frames, compression, addresses, pings. */
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { Code, createClient, createServer, type ListenOptions } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { Order } from "../../gen/ts/rpc/orders_pb.js";
import { collect, deferred, until } from "./failures.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const large = new Order({ id: "x".repeat(50_000) });
const echo: Partial<OrdersHandlers> = {
  echo: (order) => order,
  async *list({ count }, context) {
    for (let i = 0; i < count; i++) {
      context.compress = i % 2 === 0;
      yield large;
    }
  },
};

async function serve(options: ListenOptions = {}, handlers = echo, address = "127.0.0.1:0"): Promise<number> {
  const server = createServer({ onError: () => {} }).add(Orders, handlers);
  cleanups.push(() => server.close({ grace: 0 }));
  return server.listen(address, options);
}

interface Answer {
  readonly headers: http2.IncomingHttpHeaders;
  readonly trailers: http2.IncomingHttpHeaders;
  readonly frames: { readonly flag: number; readonly body: Buffer }[];
}

async function connect(port: number): Promise<http2.ClientHttp2Session> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  cleanups.push(() => session.destroy());
  await once(session, "connect");
  return session;
}

/** Makes a call by hand; `chunks` are written one after the other. */
async function call(port: number, headers: http2.OutgoingHttpHeaders, ...chunks: Uint8Array[]): Promise<Answer> {
  const stream = (await connect(port)).request({
    ":method": "POST",
    ":path": "/test.rpc.Orders/Echo",
    "content-type": "application/grpc",
    ...headers,
  });
  const received: Buffer[] = [];
  const answer: Answer = { headers: {}, trailers: {}, frames: [] };
  stream.on("error", () => {});
  stream.on("response", (head) => Object.assign(answer.headers, head));
  stream.on("trailers", (tail) => Object.assign(answer.trailers, tail));
  stream.on("data", (chunk) => received.push(chunk));
  for (const chunk of chunks) await new Promise((resolve) => stream.write(chunk, resolve));
  stream.end();
  await once(stream, "close");
  const bytes = Buffer.concat(received);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    answer.frames.push({ flag: bytes[at]!, body: bytes.subarray(at + 5, end) });
    at = end;
  }
  return answer;
}

function frame(body: Uint8Array, flag = 0): Buffer {
  const head = Buffer.from([flag, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

describe("messages", () => {
  test("arrive whole, however the connection cuts them", async () => {
    const port = await serve();
    const bytes = frame(new Order({ id: "cut", price: 7n }).toBinary());
    const { frames, trailers } = await call(port, {}, ...Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(trailers["grpc-status"]).toBe("0");
    expect(Order.fromBinary(frames[0]!.body)).toMatchObject({ id: "cut", price: 7n });
  });

  test("arrive one by one from one chunk", async () => {
    const port = await serve({}, { upload: async (orders) => ({ count: (await collect(orders)).length }) });
    const bytes = Buffer.concat(Array.from({ length: 1000 }, (_, i) => frame(new Order({ id: String(i) }).toBinary())));
    const { frames } = await call(port, { ":path": "/test.rpc.Orders/Upload" }, bytes);
    expect([...frames[0]!.body]).toEqual([0x10, 0xe8, 0x07]); // count = 1000
  });

  test("that are empty fill the room for them too: the client waits", async () => {
    const port = await serve({}, { upload: () => new Promise(() => {}) });
    const stream = (await connect(port)).request({
      ":method": "POST",
      ":path": "/test.rpc.Orders/Upload",
      "content-type": "application/grpc",
    });
    stream.on("error", () => {});
    const empty = Buffer.alloc(5 * 20_000);
    let taken = 0;
    for (let i = 0; i < 10; i++) stream.write(empty, () => taken++);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(taken).toBeLessThan(5);
  });

  test("that have a flag nobody knows end the call", async () => {
    const answer = await call(await serve(), {}, frame(new Uint8Array(), 2));
    expect(answer.headers).toMatchObject({ "grpc-status": "13", "grpc-message": expect.stringContaining("got 2") });
  });

  test("that are cut off by the end of the stream end the call", async () => {
    const answer = await call(await serve(), {}, frame(new Uint8Array(9)).subarray(0, 8));
    expect(answer.headers).toMatchObject({ "grpc-status": "13", "grpc-message": expect.stringContaining("within") });
  });
});

describe("requests", () => {
  test.each([
    ["another content type", { "content-type": "application/json" }],
    ["none", { "content-type": "" }],
    ["gRPC-Web", { "content-type": "application/grpc-web" }],
    ["another method", { ":method": "PUT" }],
  ])("that are not gRPC are answered 415: %s", async (_, headers) => {
    expect((await call(await serve(), headers)).headers[":status"]).toBe(415);
  });

  test("have their status in printable ASCII, whatever it says", async () => {
    const { trailers, headers } = await call(await serve({}, {}), { ":path": "/test.rpc.Orders/%☺" });
    expect({ ...headers, ...trailers }).toMatchObject({ "grpc-status": "12" });
    expect(decodeURIComponent(String(headers["grpc-message"]))).toContain("no method");
  });
});

describe("streams that are reset at once", () => {
  test("leave no call behind, and the server alive", async () => {
    let begun = 0;
    let ended = 0;
    const port = await serve(
      {},
      {
        async upload(orders) {
          begun++;
          await collect(orders).catch(() => {});
          ended++;
          return {};
        },
      },
    );
    const session = await connect(port);
    for (const path of ["/test.rpc.Orders/Upload", "/test.rpc.Orders/Nothing"]) {
      for (let i = 0; i < 100; i++) {
        const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc" });
        stream.on("error", () => {});
        stream.close(http2.constants.NGHTTP2_CANCEL);
      }
    }
    await new Promise((resolve) => session.ping(resolve));
    await until(() => ended === begun, "the end of the handlers");
    expect((await call(port, {}, frame(new Uint8Array()))).headers["grpc-status"]).toBe("12"); // no handler: still alive
  });
});

describe("the limit of calls", () => {
  test("counts handlers that run, also of calls that were cancelled, and no others", async () => {
    const running: (() => void)[] = [];
    const port = await serve(
      { maxConcurrentCalls: 2 },
      {
        echo: (order) => (order.id === "" ? order : new Promise((resolve) => running.push(() => resolve(order)))),
      },
    );
    const session = await connect(port);
    const open = () => {
      const stream = session.request({
        ":method": "POST",
        ":path": "/test.rpc.Orders/Echo",
        "content-type": "application/grpc",
      });
      stream.on("error", () => {});
      stream.end(frame(new Order({ id: "slow" }).toBinary()));
      return stream;
    };
    for (const stream of [open(), open()]) {
      await until(() => running.length > 0);
      stream.close(http2.constants.NGHTTP2_CANCEL);
    }
    await until(() => running.length === 2, "both handlers");
    await new Promise((resolve) => session.ping(resolve));
    const refused = open();
    await new Promise((resolve) => refused.on("close", resolve));
    expect(refused.rstCode).toBe(http2.constants.NGHTTP2_REFUSED_STREAM);
    for (const end of running.splice(0)) end();
    const client = createClient(Orders, grpcTransport({ address: `127.0.0.1:${port}` }));
    for (let i = 0; i < 100; i++) await client.echo({});
    open();
    await until(() => running.length === 1, "a handler again");
  });
});

describe("compression of responses", () => {
  const accept = (encodings: string) => ({ "grpc-accept-encoding": encodings });
  const request = frame(large.toBinary());

  test.each([
    ["gzip", "identity,deflate,gzip", gunzipSync],
    ["deflate", "identity, deflate", inflateSync],
  ] as const)("%s, where the client takes %s", async (encoding, accepted, decompress) => {
    const { headers, frames } = await call(await serve({ compression: "gzip" }), accept(accepted), request);
    expect(headers["grpc-encoding"]).toBe(encoding);
    expect(frames[0]!.flag).toBe(1);
    expect(frames[0]!.body.length).toBeLessThan(1000);
    expect(Order.fromBinary(decompress(frames[0]!.body)).equals(large)).toBe(true);
  });

  test.each([["identity"], ["br"], [""]])("none, where the client takes %p", async (accepted) => {
    const { headers, frames } = await call(await serve({ compression: "gzip" }), accept(accepted), request);
    expect([headers["grpc-encoding"], frames[0]!.flag]).toEqual([undefined, 0]);
  });

  test("none, if nobody asked for it", async () => {
    const { headers, frames } = await call(await serve(), accept("gzip"), request);
    expect([headers["grpc-encoding"], frames[0]!.flag]).toEqual([undefined, 0]);
  });

  test("none of what would not be smaller", async () => {
    const small = frame(new Order({ id: "1" }).toBinary());
    const { headers, frames } = await call(await serve({ compression: "gzip" }), accept("gzip"), small);
    expect([headers["grpc-encoding"], frames[0]!.flag]).toEqual(["gzip", 0]);
  });

  test("of those that the handler chooses, in order", async () => {
    const query = frame(Uint8Array.of(0x10, 5)); // count = 5
    const path = { ":path": "/test.rpc.Orders/List" };
    const { frames, trailers } = await call(await serve(), { ...accept("gzip"), ...path }, query);
    expect(frames.map(({ flag }) => flag)).toEqual([1, 0, 1, 0, 1]);
    for (const { flag, body } of frames)
      expect(Order.fromBinary(flag === 1 ? gunzipSync(body) : body).equals(large)).toBe(true);
    expect(trailers["grpc-status"]).toBe("0");
  });

  test("also of a response with headers of its own", async () => {
    const handlers: Partial<OrdersHandlers> = {
      echo(order, context) {
        context.headers.set("x-own", "1");
        context.compress = true;
        return order;
      },
    };
    const { headers, frames } = await call(await serve({}, handlers), accept("gzip"), request);
    expect(headers).toMatchObject({ "x-own": "1", "grpc-encoding": "gzip" });
    expect(frames[0]!.flag).toBe(1);
  });

  test("is read by the client of grpc-js", async () => {
    const transport = grpcTransport({ address: `127.0.0.1:${await serve({ compression: "deflate" })}` });
    cleanups.push(() => transport.close());
    expect(large.equals(await createClient(Orders, transport).echo(large))).toBe(true);
  });
});

describe("compression of requests", () => {
  const tells: Partial<OrdersHandlers> = { echo: (_, context) => ({ id: String(context.requestCompressed) }) };
  const body = large.toBinary();

  test.each([
    ["gzip", frame(gzipSync(body), 1), "true"],
    ["deflate", frame(deflateSync(body), 1), "true"],
    ["gzip", frame(body), "false"],
  ])("%s: the handler learns it", async (encoding, request, told) => {
    const { frames } = await call(await serve({}, tells), { "grpc-encoding": encoding }, request);
    expect(Order.fromBinary(frames[0]!.body).id).toBe(told);
  });

  test("ends at the limit, before the memory does", async () => {
    const bomb = frame(gzipSync(Buffer.alloc(100 << 20)), 1);
    const before = process.memoryUsage().arrayBuffers;
    const { headers } = await call(await serve({}, tells), { "grpc-encoding": "gzip" }, bomb);
    expect(headers["grpc-status"]).toBe(String(Code.ResourceExhausted));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 << 20);
  });
});

describe("addresses", () => {
  test("a socket of Unix", async () => {
    const path = join(tmpdir(), `protoloom-${process.pid}.sock`);
    await serve({}, echo, `unix:${path}`);
    const transport = grpcTransport({ address: `unix:${path}` });
    cleanups.push(() => transport.close());
    expect((await createClient(Orders, transport).echo({ id: "1" })).id).toBe("1");
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ family }) => family === "IPv6"));
  test.each([...(hasIpv6 ? ["[::1]:0", "[::]:0"] : []), "0.0.0.0:0", "localhost:0"])("%s", async (address) => {
    expect(await serve({}, echo, address)).toBeGreaterThan(0);
  });

  test.each(["50051", "127.0.0.1", "::1:80", "host:99999", ""])("%p is none", async (address) => {
    await expect(serve({}, echo, address)).rejects.toThrow(`cannot listen on ${address}: expected`);
  });

  test("that is taken is said", async () => {
    const port = await serve();
    await expect(serve({}, echo, `127.0.0.1:${port}`)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`,
    );
  });
});

describe("keepalive", () => {
  /** A client that speaks HTTP/2 as far as its settings, and then says nothing. */
  async function silent(port: number): Promise<net.Socket> {
    const socket = net.connect(port, "127.0.0.1");
    cleanups.push(() => socket.destroy());
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    await once(socket, "data");
    return socket.resume();
  }

  test("drops a client that does not answer", async () => {
    const socket = await silent(await serve({ keepalive: { time: 50, timeout: 50, withoutCalls: true } }));
    await once(socket, "close");
  });

  test("keeps one that does, and asks none without calls", async () => {
    const session = await connect(await serve({ keepalive: { time: 20, timeout: 4000, withoutCalls: true } }));
    let pings = 0;
    session.on("ping", () => pings++);
    await until(() => pings >= 3, "three pings");
    expect(session.destroyed).toBe(false);

    const quiet = await silent(await serve({ keepalive: { time: 20, timeout: 20 } }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(quiet.destroyed).toBe(false);
  });

  test("does not ping a connection that is destroyed and has not told so", async () => {
    const server = createServer().add(Orders, echo);
    const session = await connect(await server.listen("127.0.0.1:0", { keepalive: { time: 20, withoutCalls: true } }));
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(session)) as http2.Http2Session;
    let destroyed = false;
    const destroy = jest.spyOn(prototype, "destroy").mockImplementation(function (this: http2.Http2Session) {
      destroy.mockRestore();
      this.destroy();
      destroyed = true;
      for (const end = performance.now() + 60; performance.now() < end; ); // the ping is due before "close"
    });
    await server.close({ grace: 0 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(destroyed).toBe(true);
  });
});

describe("the age of connections", () => {
  const slow: Partial<OrdersHandlers> = {
    async echo(order) {
      await new Promise((resolve) => setTimeout(resolve, Number(order.price)));
      return order;
    },
  };

  test("ends with the running calls", async () => {
    const aged = deferred();
    const handlers: Partial<OrdersHandlers> = { echo: (order) => aged.promise.then(() => order) };
    const session = await connect(await serve({ maxConnectionAge: 500 }, handlers));
    const stream = session.request({
      ":method": "POST",
      ":path": "/test.rpc.Orders/Echo",
      "content-type": "application/grpc",
    });
    stream.end(frame(new Order().toBinary()));
    stream.resume();
    const trailers = once(stream, "trailers");
    await once(session, "goaway");
    aged.resolve();
    expect((await trailers)[0]).toMatchObject({ "grpc-status": "0" });
    await once(session, "close");
  });

  test("is nothing that a client of grpc-js notices", async () => {
    // Node refuses a call that crosses its GOAWAY. grpc-js then tries once more, on a new connection, which must not be as old.
    const transport = grpcTransport({ address: `127.0.0.1:${await serve({ maxConnectionAge: 400 }, slow)}` });
    cleanups.push(() => transport.close());
    const client = createClient(Orders, transport);
    for (let i = 0; i < 40; i++) expect((await client.echo({ id: String(i), price: 40n })).id).toBe(String(i));
  });
});

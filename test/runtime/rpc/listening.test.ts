/** The options of an address: pages on the same port, ages and limits of connections, certificates. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import {
  type Context,
  createClient,
  createServer,
  EncodedMessage,
  type ListenOptions,
  type Server,
} from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { FrameType, HEAD_BYTES, PREFACE, readUint31 } from "../../../runtime/rpc/src/http2/frame/frame.js";
import { FrameReader } from "../../../runtime/rpc/src/http2/frame/reader.js";
import { Orders, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { Order } from "../../gen/ts/rpc/orders_pb.js";
import { literal, uint32, frame as wireFrame } from "./engine/wire.js";
import { collect, deferred, sleep, until } from "./failures.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const folder = mkdtempSync(join(tmpdir(), "listening-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test ca");
  const sign = (name: string, names: string): void => {
    openssl(
      "req",
      "-new",
      ...key.slice(0, 3),
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=${names}`,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-out",
      `${name}.pem`,
      "-copy_extensions",
      "copy",
    );
  };
  sign("server", "IP:127.0.0.1,DNS:localhost");
  sign("orders", "DNS:orders.shop,URI:spiffe://shop.example/orders");
});

const pem = (name: string): Buffer => readFileSync(join(folder, name));
const tls = () => ({ cert: pem("server.pem"), key: pem("server.key") });

async function serve(
  handlers: Partial<OrdersHandlers>,
  options: ListenOptions,
): Promise<{ server: Server; port: number }> {
  const server = createServer({ onError: () => {} }).add(Orders, handlers);
  cleanups.push(() => server.close({ grace: 0 }));
  return { server, port: await server.listen("127.0.0.1:0", options) };
}

function client(address: string, options: object = {}) {
  const transport = grpcTransport({ address, ...options });
  cleanups.push(() => transport.close());
  return createClient(Orders, transport);
}

const pages: ListenOptions["pages"] = async (request, { peer }) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/fails") throw new Error("expected: a page that fails");
  const text = request.body === null ? "" : await request.text();
  return new Response(`${request.method} ${pathname} ${text} ${peer.startsWith("127.0.0.1:")}`, { status: 201 });
};

describe("pages", () => {
  test("and calls share a port, over HTTP/1.1 and HTTP/2", async () => {
    const { port } = await serve({ echo: (order) => order }, { pages });
    const base = `http://127.0.0.1:${port}`;
    const answer = await fetch(`${base}/a`, { method: "POST", body: "x".repeat(200_000) });
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe(`POST /a ${"x".repeat(200_000)} true`);
    expect(await (await fetch(`${base}/b`)).text()).toBe("GET /b  true");
    expect(await http2Get(base, "/c")).toBe("GET /c  true");
    expect((await client(`127.0.0.1:${port}`).echo({ id: "1" })).id).toBe("1");
  });

  test("and calls share a port with TLS", async () => {
    const { port } = await serve({ echo: (order) => order }, { pages, tls: tls() });
    const ca = pem("ca.pem");
    const text = await new Promise((resolve, reject) => {
      https
        .get(`https://127.0.0.1:${port}/a`, { ca, agent: false }, async (response) => {
          resolve((await collect<Buffer>(response)).join(""));
        })
        .on("error", reject);
    });
    expect(text).toBe("GET /a  true");
    expect(await http2Get(`https://127.0.0.1:${port}`, "/c", { ca })).toBe("GET /c  true");
    expect((await client(`127.0.0.1:${port}`, { tls: { ca } }).echo({ id: "1" })).id).toBe("1");
  });

  test("a first segment that is short decides nothing", async () => {
    const { port } = await serve({}, { pages });
    const socket = net.connect(port, "127.0.0.1").setNoDelay();
    for (const part of ["P", "A", "T", "CH /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"]) {
      socket.write(part);
      await sleep(20);
    }
    expect((await collect<Buffer>(socket)).join("")).toMatch(/^HTTP\/1.1 201/);
  });

  test("a page that fails is status 500, and its text is not the client's affair", async () => {
    const { port } = await serve({}, { pages });
    const said: unknown[] = [];
    const print = console.error;
    console.error = (...args) => said.push(...args);
    cleanups.push(() => (console.error = print));
    const answer = await fetch(`http://127.0.0.1:${port}/fails`);
    expect([answer.status, await answer.text(), said.length]).toEqual([500, "internal error\n", 2]);
  });

  test("a stream without end stops when the client is gone", async () => {
    const gone = deferred();
    const endless: ListenOptions["pages"] = (request) => {
      request.signal.addEventListener("abort", () => gone.resolve());
      return new Response(
        new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("data: 1\n\n")) }),
      );
    };
    const { port } = await serve({}, { pages: endless });
    const controller = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    await answer.body!.getReader().read();
    controller.abort();
    await gone.promise;
  });
});

async function http2Get(base: string, path: string, options: http2.SecureClientSessionOptions = {}): Promise<string> {
  const session = http2.connect(base, options);
  const stream = session.request({ ":path": path });
  const text = (await collect<Buffer>(stream)).join("");
  session.close();
  return text;
}

describe("connections", () => {
  test("one that has its age tells calls without end, and is cut after the grace", async () => {
    const contexts: Context[] = [];
    const endless: Partial<OrdersHandlers> = {
      talk(_, context) {
        contexts.push(context);
        context.sendHeaders();
        return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
      },
    };
    const { port } = await serve(endless, { maxConnectionAge: 200, maxConnectionAgeGrace: 300 });
    const session = http2.connect(`http://127.0.0.1:${port}`);
    const goaway = once(session, "goaway");
    const stream = session.request({
      ":method": "POST",
      ":path": "/test.rpc.Orders/Talk",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => {});
    await once(stream, "response");
    const draining = new Promise((resolve) => contexts[0]!.draining.addEventListener("abort", resolve));
    await Promise.all([goaway, draining]);
    expect(contexts[0]!.signal.aborted).toBe(false);
    await once(stream, "close");
    await until(() => contexts[0]!.signal.aborted, "the end of the call");
  });

  test("are counted, and one above the limit is closed", async () => {
    const { server, port } = await serve({ echo: (order) => order }, { maxConnections: 2 });
    const sockets = await Promise.all(
      [1, 2].map(async () => {
        const socket = net.connect(port, "127.0.0.1");
        await once(socket, "connect");
        return socket;
      }),
    );
    await until(() => server.connections === 2);
    const third = net.connect(port, "127.0.0.1").on("error", () => {});
    await once(third, "close");
    expect(server.connections).toBe(2);
    for (const socket of sockets) socket.destroy();
    await until(() => server.connections === 0);
    expect((await client(`127.0.0.1:${port}`).echo({ id: "1" })).id).toBe("1");
  });

  test.each([
    ["grows while its handler keeps up", {}, true],
    ["stays at 64 KB with that limit", { maxWindowBytes: 65_535 }, false],
  ])("the window of a request stream %s", async (_, options, grows) => {
    const upload = async (orders: AsyncIterable<Order>) => {
      for await (const _ of orders);
      return {};
    };
    const { port } = await serve({ upload }, options);
    expect((await largestWindow(port, 500_000)) > 65_535).toBe(grows);
  });

  test("the names of a client's certificate are in the context", async () => {
    const seen: Context["certificate"][] = [];
    const echo: OrdersHandlers["echo"] = (order, { certificate }) => {
      seen.push(certificate);
      return order;
    };
    const { port } = await serve({ echo }, { tls: { ...tls(), clientCa: pem("ca.pem") } });
    const credentials = { ca: pem("ca.pem"), cert: pem("orders.pem"), key: pem("orders.key") };
    await client(`127.0.0.1:${port}`, { tls: credentials }).echo({});
    const plain = await serve({ echo }, {});
    await client(`127.0.0.1:${plain.port}`).echo({});
    const names = { commonName: "orders", dnsNames: ["orders.shop"], uris: ["spiffe://shop.example/orders"] };
    expect(seen).toEqual([names, undefined]);
  });
});

describe("memory", () => {
  test("a stream that waits keeps neither its last request nor its last response", async () => {
    const size = 4 << 20;
    const order = new Order({ photo: new Uint8Array(size) });
    const { port } = await serve(
      {
        talk: (orders) => {
          const requests = orders[Symbol.asyncIterator]();
          return iterable(() => requests.next().then(() => new Order({ photo: new Uint8Array(size) })));
        },
      },
      { maxReceiveBytes: 2 * size },
    );
    const session = http2.connect(`http://127.0.0.1:${port}`);
    cleanups.push(() => session.destroy());
    const path = "/test.rpc.Orders/Talk";
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
    const before = await collected();
    for (let i = 0; i < 10; i++) {
      const stream = session.request(headers);
      stream.write(new EncodedMessage(order.toBinary()).frame);
      let received = 0;
      stream.on("data", (chunk: Buffer) => (received += chunk.length));
      await until(() => received > size, "the response");
    }
    expect(((await collected()) - before) / size).toBeLessThan(3); // twenty messages of this size have passed
  });
});

/** Not a generator, which would itself keep what it has yielded. */
function iterable<T>(next: () => Promise<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => next().then((value) => ({ done: false, value })) }) };
}

/** Bytes of buffers, after collecting. */
async function collected(): Promise<number> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) {
    await sleep(50);
    gc();
  }
  return process.memoryUsage().arrayBuffers;
}

/** Uploads so many bytes as fast as windows allow, and returns the largest window that the server gave the stream. */
async function largestWindow(port: number, bytes: number): Promise<number> {
  const socket = net.connect(port, "127.0.0.1");
  cleanups.push(() => socket.destroy());
  const order = [0x22, 0xb6, 0x3e, ...new Uint8Array(7990)]; // a photo
  const message = wireFrame(FrameType.Data, 0, 1, [0, ...uint32(order.length), ...order]);
  const size = message.length - HEAD_BYTES;
  const windows = { connection: 65_535, stream: 65_535 };
  let largest = windows.stream;
  let sent = 0;
  const send = () => {
    for (; sent < bytes && windows.connection >= size && windows.stream >= size; sent += size) {
      socket.write(message);
      windows.connection -= size;
      windows.stream -= size;
    }
  };
  const frames = new FrameReader({
    onHead: () => true,
    onData() {},
    onDataEnd: () => true,
    onWrongPadding: () => false,
    onFrame(type, _, id, payload, start) {
      if (type !== FrameType.WindowUpdate) return true;
      windows[id === 0 ? "connection" : "stream"] += readUint31(payload, start);
      largest = Math.max(largest, windows.stream);
      send();
      return true;
    },
  });
  socket.on("data", (chunk) => frames.push(chunk));
  const fields = { ":method": "POST", ":scheme": "http", ":path": "/test.rpc.Orders/Upload" };
  const block = Object.entries({ ...fields, "content-type": "application/grpc" });
  socket.write(PREFACE);
  socket.write(wireFrame(FrameType.Settings, 0, 0));
  socket.write(
    wireFrame(
      FrameType.Headers,
      4,
      1,
      block.flatMap(([name, value]) => literal(name, value)),
    ),
  );
  send();
  await until(() => sent >= bytes, "the upload");
  return largest;
}

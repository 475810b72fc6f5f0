/** The observable state of a transport's connections, and the options of both ends. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http2 from "node:http2";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { Code, createClient, createServer, inMemoryTransport, type ListenOptions, StatusError } from "@protoloom/rpc";
import {
  type ConnectivityState,
  type GrpcTransport,
  type GrpcTransportOptions,
  grpcTransport,
} from "@protoloom/rpc/grpc";
import { serviceConfig } from "@protoloom/rpc/service-config";
import { Orders, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import type { Order } from "../../gen/ts/rpc/orders_pb.js";
import { collect, failure, sleep, until } from "./failures.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(handlers: Partial<OrdersHandlers>, options: ListenOptions = {}) {
  const server = createServer({ onError: () => {} }).add(Orders, handlers);
  cleanups.push(() => server.close({ grace: 0 }));
  return { server, port: await server.listen("127.0.0.1:0", options) };
}

function dial(port: number, options: Partial<GrpcTransportOptions> = {}): GrpcTransport {
  const transport = grpcTransport({ address: `127.0.0.1:${port}`, ...options });
  cleanups.push(() => transport.close());
  return transport;
}

describe("the state of a transport", () => {
  test("from idle to ready, idle again when the server closes, and shut down", async () => {
    const told: ConnectivityState[] = [];
    const { server, port } = await serve({ echo: (order) => order });
    const transport = dial(port, { onStateChange: (state) => told.push(state) });
    expect([transport.state, transport.connections]).toEqual(["idle", 0]);
    await transport.connect();
    expect([transport.state, transport.connections]).toEqual(["ready", 1]);
    await createClient(Orders, transport).echo({});
    await server.close();
    await until(() => transport.state === "idle");
    transport.close();
    expect(transport.state).toBe("shutdown");
    expect(told).toEqual(["connecting", "ready", "idle", "shutdown"]);
  });

  test("a deadline and a signal end the wait for a connection, and what failed is said", async () => {
    const port = await closedPort();
    const told: ConnectivityState[] = [];
    const transport = dial(port, { onStateChange: (state) => told.push(state) });
    const late = await failure(transport.connect({ deadline: 100 }));
    expect(late.code).toBe(Code.DeadlineExceeded);
    expect(late.text).toMatch(/no connection in time: .*ECONNREFUSED/);
    expect(told).toEqual(["connecting", "transient_failure"]);
    const controller = new AbortController();
    const cancelled = failure(transport.connect({ signal: controller.signal }));
    controller.abort();
    expect((await cancelled).code).toBe(Code.Cancelled);
  });

  test("it waits for a server that comes later", async () => {
    const port = await closedPort();
    const connected = dial(port).connect({ deadline: 60_000 });
    const server = createServer().add(Orders, {});
    cleanups.push(() => server.close({ grace: 0 }));
    await server.listen(`127.0.0.1:${port}`);
    await connected;
  });

  test("a service config that was not read is refused", () => {
    const expected = "invalid serviceConfig: expected the result of serviceConfig() of @protoloom/rpc/service-config";
    expect(() => dial(1, { serviceConfig: { methodConfig: [] } as never })).toThrow(new TypeError(expected));
  });

  test("a server that complains of too many pings gets half as many", async () => {
    const waits: number[] = [];
    const server = http2.createServer();
    server.on("session", (session) => {
      const start = performance.now();
      session.on("error", () => {});
      session.on("ping", () => {
        waits.push(performance.now() - start);
        session.goaway(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from("too_many_pings"));
        session.close();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => server.close());
    const transport = dial((server.address() as AddressInfo).port, { keepalive: { time: 60, withoutCalls: true } });
    for (const pings of [1, 2, 3]) {
      await transport.connect();
      await until(() => waits.length === pings);
      await until(() => transport.state === "idle");
    }
    expect(waits[1]).toBeGreaterThan(110); // 120 by the client's clock, which starts later
    expect(waits[2]).toBeGreaterThan(230);
  });

  test("with a service config", async () => {
    const { port } = await serve({ echo: (order) => order });
    const transport = dial(port, { serviceConfig: serviceConfig({ methodConfig: [{ name: [{}], timeout: "5s" }] }) });
    await transport.connect();
    expect(transport.state).toBe("ready");
    expect((await createClient(Orders, transport).echo({ id: "1" })).id).toBe("1");
  });
});

describe("limits", () => {
  test("a client that limits its calls per connection opens more connections", async () => {
    let running = 0;
    const echo = async (order: Order) => {
      running++;
      await until(() => running === 5);
      return order;
    };
    const { server, port } = await serve({ echo });
    const client = createClient(Orders, dial(port, { maxConcurrentCalls: 2 }));
    await Promise.all(Array.from({ length: 5 }, () => client.echo({})));
    expect(server.connections).toBe(3);
  });

  test("calls beyond the limit of a server go over another connection", async () => {
    let running = 0;
    const echo = async (order: Order) => {
      running++;
      await until(() => running === 5);
      return order;
    };
    const { server, port } = await serve({ echo }, { maxConcurrentCalls: 2 });
    const client = createClient(Orders, dial(port));
    const ids = ["1", "2", "3", "4", "5"];
    expect((await Promise.all(ids.map((id) => client.echo({ id })))).map(({ id }) => id)).toEqual(ids);
    expect(server.connections).toBe(3);
  });

  test("a server closes a connection without calls, and the next call gets another", async () => {
    const { server, port } = await serve(
      {
        echo: async (order) => {
          await sleep(150);
          return order;
        },
      },
      { maxConnectionIdle: 80 },
    );
    const transport = dial(port);
    const client = createClient(Orders, transport);
    expect((await client.echo({ id: "longer than the limit" })).id).toBe("longer than the limit");
    await until(() => server.connections === 0 && transport.state === "idle");
    expect((await client.echo({ id: "again" })).id).toBe("again");
  });
});

describe("methods that a server does not have", () => {
  const forward = async function* (requests: AsyncIterable<Uint8Array>) {
    for await (const request of requests) yield request;
  };

  test("are handled with their encoded messages, over gRPC and in memory", async () => {
    const paths: string[] = [];
    const server = createServer({
      unknown: (requests, { method }) => {
        paths.push(method.path);
        return forward(requests);
      },
    });
    cleanups.push(() => server.close({ grace: 0 }));
    const transports = [dial(await server.listen("127.0.0.1:0")), inMemoryTransport(server)];
    for (const transport of transports) {
      const client = createClient(Orders, transport);
      expect((await client.echo({ id: "1", photo: new Uint8Array([1, 2]) })).photo).toEqual(new Uint8Array([1, 2]));
      const replies = await collect(client.talk([{ id: "a" }, { id: "b" }]));
      expect(replies.map(({ id }) => id)).toEqual(["a", "b"]);
    }
    expect(paths).toEqual(["Echo", "Talk", "Echo", "Talk"].map((name) => `/test.rpc.Orders/${name}`));
  });

  test("are refused by a handler that throws, and services that are there go first", async () => {
    const unknown = () => {
      throw new StatusError(Code.Unimplemented, "not mine");
    };
    const server = createServer({ unknown }).add(Orders, { echo: (order) => order });
    cleanups.push(() => server.close({ grace: 0 }));
    const client = createClient(Orders, dial(await server.listen("127.0.0.1:0")));
    expect((await client.echo({ id: "1" })).id).toBe("1");
    expect((await failure(client.list({}))).text).toBe("not mine");
  });
});

describe("certificates", () => {
  const folder = mkdtempSync(join(tmpdir(), "channel-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (name: string) => readFileSync(join(folder, name));
  const identity = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });

  beforeAll(() => {
    for (const name of ["shop", "one.example", "wild.example", "renewed"]) {
      const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"];
      const passphrase = name === "shop" ? ["-passout", "pass:secret"] : ["-nodes"];
      const names = name === "wild.example" ? "DNS:*.wild.example" : `DNS:${name}`;
      const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
      execFileSync(
        "openssl",
        ["req", "-x509", ...key, ...passphrase, ...files, "-subj", `/CN=${name}`, "-addext", `subjectAltName=${names}`],
        { cwd: folder, stdio: "ignore" },
      );
    }
  });

  const call = (port: number, ca: string, serverName: string) =>
    createClient(Orders, dial(port, { tls: { ca: read(`${ca}.pem`), serverName } })).echo({ id: serverName });

  test("by the requested server name, with a passphrase, and renewed while serving", async () => {
    const certificates = {
      ...identity("shop"),
      passphrase: "secret",
      names: { "one.example": identity("one.example"), "*.wild.example": identity("wild.example") },
    };
    const { server, port } = await serve({ echo: (order) => order }, { tls: certificates });
    expect((await call(port, "shop", "shop")).id).toBe("shop");
    expect((await call(port, "one.example", "one.example")).id).toBe("one.example");
    expect((await call(port, "wild.example", "a.wild.example")).id).toBe("a.wild.example");
    expect((await failure(call(port, "one.example", "other.example"))).code).toBe(Code.Unavailable);

    const open = dial(port, { tls: { ca: read("shop.pem"), serverName: "shop" } });
    await open.connect();
    server.renewTls({ ...identity("renewed"), names: { "one.example": identity("renewed") } });
    expect((await createClient(Orders, open).echo({ id: "goes on" })).id).toBe("goes on");
    expect((await call(port, "renewed", "renewed")).id).toBe("renewed");
    expect((await failure(call(port, "one.example", "one.example"))).code).toBe(Code.Unavailable);
    expect(() => server.renewTls({ cert: "none", key: "none" })).toThrow();
    expect((await call(port, "renewed", "renewed")).id).toBe("renewed");
  });

  test("versions and ciphers of the server hold", async () => {
    const handshake = async (port: number, ciphers: string) => {
      const old = { maxVersion: "TLSv1.2", rejectUnauthorized: false, ALPNProtocols: ["h2"] } as const;
      const socket = tls.connect({ port, host: "127.0.0.1", ciphers, ...old });
      cleanups.push(() => socket.destroy());
      return once(socket, "secureConnect").then(
        () => "connected",
        (e: NodeJS.ErrnoException) => e.code,
      );
    };
    const [weak, strong] = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"];
    const { port: any } = await serve({}, { tls: identity("one.example") });
    expect(await handshake(any, weak)).toBe("connected");
    const { port: onlyStrong } = await serve({}, { tls: { ...identity("one.example"), ciphers: strong } });
    expect(await handshake(onlyStrong, strong)).toBe("connected");
    expect(await handshake(onlyStrong, weak)).toMatch(/^ERR_SSL_/);
    const { port: onlyNew } = await serve({}, { tls: { ...identity("one.example"), minVersion: "TLSv1.3" } });
    expect(await handshake(onlyNew, strong)).toMatch(/^ERR_SSL_/);
  });

  test("an address in clear has none to renew", async () => {
    const { server } = await serve({});
    expect(() => server.renewTls(identity("renewed"))).toThrow("the address is not encrypted");
  });
});

async function closedPort(): Promise<number> {
  const server = createNetServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

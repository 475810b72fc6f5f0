/** TLS, retries by service config, compression, on both gRPC transports; grpc-js and nice-grpc with our codecs. */
import { credentials, Server as GrpcServer, makeGenericClientConstructor, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { Code, createClient, createServer, type Server, StatusError, type Transport } from "@protoloom/rpc";
import { type GrpcTransportOptions, grpcTransport } from "@protoloom/rpc/grpc";
import { grpcJsTransport, toGrpcJs } from "@protoloom/rpc/grpc-js";
import { serviceConfig } from "@protoloom/rpc/service-config";
import { createChannel, createClient as createNiceClient } from "nice-grpc";
import { Orders, type OrdersClient, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { Order, Query } from "../../gen/ts/rpc/orders_pb.js";
import { type Certificates, makeCertificates } from "./certificates.js";
import { collect, failure } from "./failures.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  handlers: Partial<OrdersHandlers>,
  options: Parameters<Server["listen"]>[1] = {},
): Promise<number> {
  const server = createServer().add(Orders, handlers);
  cleanups.push(() => server.close({ grace: 0 }));
  return server.listen("127.0.0.1:0", options);
}

/** The options of both transports. */
type Options = Omit<GrpcTransportOptions, "callCredentials">;

type Dial = (port: number, options?: Partial<Options>) => OrdersClient;

function dialBy(makeTransport: (options: Options) => Transport): Dial {
  return (port, options = {}) => {
    const transport = makeTransport({ address: `127.0.0.1:${port}`, ...options });
    cleanups.push(() => transport.close());
    return createClient(Orders, transport);
  };
}

const dials = [
  { name: "grpcTransport", dial: dialBy(grpcTransport) },
  { name: "grpcJsTransport", dial: dialBy(grpcJsTransport) },
];
const { dial } = dials[0]!;

describe.each(dials)("TLS of $name", ({ dial }) => {
  let pem: Certificates;

  beforeAll(() => {
    pem = makeCertificates();
  });

  test("the server proves who it is", async () => {
    const port = await serve({ echo: (order) => order }, { tls: { cert: pem.cert, key: pem.key } });
    const tls = { ca: pem.ca, serverName: "shop.test" };
    expect((await dial(port, { tls }).echo({ id: "1" })).id).toBe("1");
    expect((await failure(dial(port, { tls: { ca: pem.ca, serverName: "other.test" } }).echo({}))).code).toBe(
      Code.Unavailable,
    );
    expect((await failure(dial(port, { tls: true }).echo({}))).code).toBe(Code.Unavailable);
    expect((await failure(dial(port).echo({}))).code).toBe(Code.Unavailable);
  });

  test("the client proves who it is", async () => {
    const tls = { cert: pem.cert, key: pem.key, clientCa: pem.ca };
    const port = await serve({ echo: (order) => order }, { tls });
    const known = { ca: pem.ca, cert: pem.clientCert, key: pem.clientKey, serverName: "shop.test" };
    expect((await dial(port, { tls: known }).echo({ id: "1" })).id).toBe("1");
    expect((await failure(dial(port, { tls: { ca: pem.ca, serverName: "shop.test" } }).echo({}))).code).toBe(
      Code.Unavailable,
    );
  });
});

describe.each(dials)("service config of $name", ({ dial }) => {
  const name = [{ service: "test.rpc.Orders" }];
  const configOf = (method: object) => serviceConfig({ loadBalancingConfig: [], methodConfig: [method] });

  test("retries", async () => {
    let tries = 0;
    const port = await serve({
      echo() {
        if (++tries < 3) throw new StatusError(Code.Unavailable, "not yet");
        return { id: String(tries) };
      },
    });
    const retryPolicy = {
      maxAttempts: 4,
      initialBackoff: "0.01s",
      maxBackoff: "0.1s",
      backoffMultiplier: 2,
      retryableStatusCodes: ["UNAVAILABLE"],
    };
    const client = dial(port, { serviceConfig: configOf({ name, retryPolicy }) });
    expect((await client.echo({})).id).toBe("3");
  });

  test("hedging", async () => {
    let tries = 0;
    const port = await serve({
      async echo() {
        const id = String(++tries);
        if (id === "1") await new Promise(() => {});
        return { id };
      },
    });
    const hedgingPolicy = { maxAttempts: 2, hedgingDelay: "0.05s", nonFatalStatusCodes: [] };
    const client = dial(port, { serviceConfig: configOf({ name, hedgingPolicy }) });
    expect((await client.echo({})).id).toBe("2");
  });

  test("a timeout of the method", async () => {
    const port = await serve({ echo: () => new Promise(() => {}) });
    const client = dial(port, { serviceConfig: configOf({ name, timeout: "0.05s" }) });
    expect((await failure(client.echo({}))).code).toBe(Code.DeadlineExceeded);
  });
});

describe.each(dials)("compression of $name", ({ dial }) => {
  test.each(["gzip", "deflate"] as const)("%s of requests", async (compression) => {
    const port = await serve({ upload: async (orders) => ({ count: (await collect(orders)).length }) });
    expect((await dial(port, { compression }).upload([{ author: "a".repeat(10_000) }, {}])).count).toBe(2);
  });
});

describe("toGrpcJs", () => {
  test("a server and a client of grpc-js", async () => {
    const server = new GrpcServer();
    server.addService(toGrpcJs(Orders), {
      echo: (call: { request: Order }, callback: (e: null, reply: unknown) => void) => {
        expect(call.request).toBeInstanceOf(Order);
        callback(null, { id: `${call.request.id}!` });
      },
    });
    const port = await new Promise<number>((resolve) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, bound) => resolve(bound));
    });
    cleanups.push(() => server.forceShutdown());
    expect((await dial(port).echo({ id: "a" })).id).toBe("a!");

    const Client = makeGenericClientConstructor(toGrpcJs(Orders), "Orders");
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    cleanups.push(() => client.close());
    const reply = await new Promise((resolve) => client.echo!({ id: "b" }, (_: unknown, got: unknown) => resolve(got)));
    expect(reply).toBeInstanceOf(Order);
    expect(reply).toMatchObject({ id: "b!" });
  });

  test("a client of nice-grpc", async () => {
    const port = await serve({
      echo: (order) => order,
      list: ({ count }) => Array.from({ length: count }, () => ({})),
    });
    const channel = createChannel(`127.0.0.1:${port}`);
    cleanups.push(() => channel.close());
    const client = createNiceClient(toGrpcJs(Orders), channel);
    expect(await client.echo(new Order({ id: "c" }))).toMatchObject({ id: "c" });
    expect(await collect(client.list(new Query({ count: 3 })))).toHaveLength(3);
  });
});

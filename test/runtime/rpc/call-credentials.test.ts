/** Metadata that authorizes each call, on connections with TLS. */
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { Code, createClient, createServer, type MetadataInit, StatusError } from "@protoloom/rpc";
import {
  type CredentialsRequest,
  callCredentials,
  type GrpcTransportOptions,
  grpcTransport,
} from "@protoloom/rpc/grpc";
import { serviceConfig } from "@protoloom/rpc/service-config";
import { Orders, type OrdersClient, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { type Certificates, makeCertificates } from "./certificates.js";
import { collect, deferred, failure, until } from "./failures.js";

type Give = (request: CredentialsRequest) => MetadataInit | Promise<MetadataInit>;

let pem: Certificates;
const cleanups: (() => unknown)[] = [];

beforeAll(() => {
  pem = makeCertificates();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A client whose calls have these credentials, and the port of its server. */
async function call(
  give: Give,
  handlers: Partial<OrdersHandlers> = {},
  options: Partial<GrpcTransportOptions> = {},
): Promise<{ client: OrdersClient; port: number }> {
  const server = createServer().add(Orders, {
    echo: (_, { metadata }) => ({ id: metadata.get("authorization") }),
    ...handlers,
  });
  cleanups.push(() => server.close({ grace: 0 }));
  const port = await server.listen("127.0.0.1:0", { tls: { cert: pem.cert, key: pem.key } });
  const tls = { ca: pem.ca, serverName: "shop.test" };
  const transport = grpcTransport({
    address: `127.0.0.1:${port}`,
    tls,
    callCredentials: callCredentials(give),
    ...options,
  });
  cleanups.push(() => transport.close());
  return { client: createClient(Orders, transport), port };
}

describe("call credentials", () => {
  test.each([
    ["at once", (metadata: object) => metadata as never],
    ["later", async (metadata: object) => metadata as never],
  ])("give metadata %s, for each call anew, beside what the call has", async (_, give) => {
    let count = 0;
    const { client } = await call(
      () => give({ authorization: `Bearer ${++count}`, "token-bin": new Uint8Array([count]) }),
      {
        echo: (_, { metadata }) => ({
          id: `${metadata.get("authorization")}, ${metadata.get("x-own")}, ${metadata.get("token-bin")}`,
        }),
        async *list(_, { metadata }) {
          yield { id: metadata.get("authorization") };
        },
        upload: (_, { metadata }) => ({ author: metadata.get("authorization") }),
      },
    );
    const metadata = { "x-own": "own" };
    expect((await client.echo({}, { metadata })).id).toBe("Bearer 1, own, 1");
    expect((await client.echo({}, { metadata })).id).toBe("Bearer 2, own, 2");
    expect((await collect(client.list({}))).map(({ id }) => id)).toEqual(["Bearer 3"]);
    expect((await client.upload([])).author).toBe("Bearer 4");
  });

  test("know the service and the method", async () => {
    const asked: string[] = [];
    const { client } = await call(({ serviceUrl, method }) => {
      asked.push(`${serviceUrl} ${method.path}`);
      return {};
    });
    await client.echo({});
    expect(asked).toEqual(["https://shop.test/test.rpc.Orders /test.rpc.Orders/Echo"]);
  });

  test.each([
    ["dns:///shop.test:443", "https://shop.test/test.rpc.Orders"],
    ["shop.test:8443", "https://shop.test:8443/test.rpc.Orders"],
    ["[::1]:443", "https://[::1]/test.rpc.Orders"],
  ])("have %s as the audience %s", async (address, audience) => {
    let asked = "";
    const refuse: Give = ({ serviceUrl }) => {
      asked = serviceUrl;
      throw new Error("that is all");
    };
    const transport = grpcTransport({ address, tls: true, callCredentials: callCredentials(refuse) });
    cleanups.push(() => transport.close());
    await failure(createClient(Orders, transport).echo({}));
    expect(asked).toBe(audience);
  });

  test("are refused without TLS", () => {
    const make = () =>
      grpcTransport({ address: "127.0.0.1:1", callCredentials: callCredentials(() => ({ authorization: "secret" })) });
    expect(make).toThrow(
      new TypeError("invalid callCredentials: expected tls with them, because they must not leave in clear text"),
    );
  });

  test("are what callCredentials has made", () => {
    const make = () => grpcTransport({ address: "127.0.0.1:1", tls: true, callCredentials: (() => ({})) as never });
    expect(make).toThrow(new TypeError("invalid callCredentials: expected the result of callCredentials()"));
  });

  test.each([
    ["an error", new Error("no token"), Code.Unauthenticated, "no call credentials: no token"],
    ["a status", new StatusError(Code.Unavailable, "no token"), Code.Unavailable, "no call credentials: no token"],
    [
      "a status that only servers give",
      new StatusError(Code.NotFound, "no token"),
      Code.Internal,
      "call credentials failed with NOT_FOUND: no token",
    ],
  ])("that fail with %s end the call before the server sees it", async (_, thrown, code, text) => {
    for (const fail of [
      () => {
        throw thrown;
      },
      () => Promise.reject(thrown),
    ]) {
      let calls = 0;
      const { client } = await call(fail, { echo: () => ({ id: String(++calls) }) });
      for (const error of [await failure(client.echo({})), await failure(client.list({}))]) {
        expect(error).toMatchObject({ code, text, cause: thrown });
        expect(error.path).toMatch(/^\/test.rpc.Orders\/(Echo|List)$/);
      }
      expect(calls).toBe(0);
    }
  });

  test("that are no metadata end the call", async () => {
    const { client } = await call(() => ({ "no key": "text" }));
    const error = await failure(client.echo({}));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(error.text).toContain('invalid metadata key "no key"');
  });

  test("that take too long end with the deadline, and what they give later is ignored", async () => {
    const later = deferred<{ authorization: string }>();
    let calls = 0;
    const { client } = await call(() => later.promise, { echo: () => ({ id: String(++calls) }) });
    const error = await failure(client.echo({}, { deadline: 50 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect((await failure(client.list({}, { deadline: 50 }))).code).toBe(Code.DeadlineExceeded);
    later.resolve({ authorization: "late" });
    expect((await client.echo({})).id).toBe("1");
  });

  test("learn of a cancelled call", async () => {
    let asked: AbortSignal | undefined;
    const { client } = await call(({ signal }) => {
      asked = signal;
      return new Promise(() => {});
    });
    const controller = new AbortController();
    const error = failure(client.echo({}, { signal: controller.signal }));
    await until(() => asked !== undefined);
    controller.abort(new Error("changed my mind"));
    expect((await error).code).toBe(Code.Cancelled);
    expect(asked!.aborted).toBe(true);
    expect((await failure(client.echo({}, { signal: controller.signal }))).code).toBe(Code.Cancelled);
  });

  test("are asked again for each attempt", async () => {
    let count = 0;
    const retryPolicy = {
      ...{ maxAttempts: 3, initialBackoff: "0.01s", maxBackoff: "0.01s", backoffMultiplier: 1 },
      retryableStatusCodes: ["UNAUTHENTICATED"],
    };
    const { client } = await call(
      () => ({ authorization: String(++count) }),
      {
        echo(_, { metadata }) {
          const id = metadata.get("authorization");
          if (id !== "3") throw new StatusError(Code.Unauthenticated, "expired");
          return { id };
        },
      },
      { serviceConfig: serviceConfig({ methodConfig: [{ name: [{}], retryPolicy }] }) },
    );
    expect((await client.echo({})).id).toBe("3");
  });

  test("leave the state of the transport to be seen", async () => {
    const { port } = await call(() => ({}));
    const tls = { ca: pem.ca, serverName: "shop.test" };
    const transport = grpcTransport({
      address: `127.0.0.1:${port}`,
      tls,
      callCredentials: callCredentials(() => ({})),
    });
    cleanups.push(() => transport.close());
    await transport.connect();
    expect([transport.state, transport.connections]).toEqual(["ready", 1]);
  });
});

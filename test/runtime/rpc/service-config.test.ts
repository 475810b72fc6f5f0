/** Service configs (gRPC proposal A6) in our own layer: the same over every transport. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code, type Context, createClient, StatusError } from "@protoloom/rpc";
import { serviceConfig } from "@protoloom/rpc/service-config";
import { Orders, type OrdersClient, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { collect, deferred, failure, sleep, until } from "./failures.js";
import { peers, Stage } from "./peers.js";

const service = "test.rpc.Orders";
const retryPolicy = {
  maxAttempts: 3,
  initialBackoff: "0.01s",
  maxBackoff: "0.02s",
  backoffMultiplier: 2,
  retryableStatusCodes: ["UNAVAILABLE"],
};
const hedgingPolicy = { maxAttempts: 3, hedgingDelay: "0.05s", nonFatalStatusCodes: ["UNAVAILABLE"] };

const unavailable = (): StatusError => new StatusError(Code.Unavailable, "not yet");
const attemptOf = ({ metadata }: Context): string => metadata.get("grpc-previous-rpc-attempts") ?? "none";

describe.each(peers)("over $name", (peer) => {
  const stage = new Stage(peer);
  afterEach(() => stage.clear());

  /** A client whose methods have this config. */
  async function client(handlers: Partial<OrdersHandlers>, method: object, more: object = {}): Promise<OrdersClient> {
    const { transport } = await stage.open((server) => server.add(Orders, handlers));
    const config = serviceConfig({ methodConfig: [{ name: [{ service }], ...method }], ...more });
    return createClient(Orders, transport, { serviceConfig: config });
  }

  test("a call is retried, and says how often", async () => {
    const attempts: string[] = [];
    const echo = (_: unknown, context: Context) => {
      if (attempts.push(attemptOf(context)) < 3) throw unavailable();
      return { id: "done" };
    };
    const { id } = await (await client({ echo }, { retryPolicy })).echo({}, { metadata: { "x-own": "kept" } });
    expect(id).toBe("done");
    expect(attempts).toEqual(["none", "1", "2"]);
  });

  test("no more often than the policy says, and not for other codes", async () => {
    let calls = 0;
    let code: Code = Code.Unavailable;
    const orders = await client(
      {
        echo() {
          calls++;
          throw new StatusError(code, "no");
        },
      },
      { retryPolicy },
    );
    expect((await failure(orders.echo({}))).code).toBe(Code.Unavailable);
    expect(calls).toBe(3);
    code = Code.Aborted;
    expect((await failure(orders.echo({}))).code).toBe(Code.Aborted);
    expect(calls).toBe(4);
  });

  test("a stream of requests is replayed from its first, unless the server sends headers before an error", async () => {
    const uploads: string[][] = [];
    const orders = await client(
      {
        async upload(requests) {
          uploads.push((await collect(requests)).map(({ id }) => id));
          if (uploads.length < 3) throw unavailable();
          return { count: uploads.length };
        },
      },
      { retryPolicy },
    );
    const upload = orders.upload(async function* () {
      for (const id of ["1", "2", "3"]) yield { id };
    });
    // Servers of Connect always do: the call is committed then (A6, "When Retries are Valid").
    if (peer.lateHeaders !== undefined) expect((await failure(upload)).code).toBe(Code.Unavailable);
    else expect((await upload).count).toBe(3);
    expect(uploads).toEqual((peer.lateHeaders === undefined ? [1, 2, 3] : [1]).map(() => ["1", "2", "3"]));
  });

  test("a unary call is not retried once headers have come, even empty ones", async () => {
    let calls = 0;
    const echo = async (_: unknown, context: Context) => {
      calls++;
      context.sendHeaders();
      await sleep(20);
      throw unavailable();
    };
    const seen: string[] = [];
    const orders = await client({ echo }, { retryPolicy });
    const error = await failure(orders.echo({}, { onHeaders: () => seen.push("headers") }));
    // Errors of Connect have one metadata, and do not tell whether headers came before them.
    const isTold = peer.lateHeaders === undefined;
    expect([error.code, calls, error.hasHeaders, seen.length]).toEqual(
      isTold ? [Code.Unavailable, 1, true, 1] : [Code.Unavailable, 3, false, 0],
    );
  });

  test("a stream that has answered is not retried", async () => {
    let calls = 0;
    const orders = await client(
      {
        async *list() {
          calls++;
          yield { id: "1" };
          throw unavailable();
        },
      },
      { retryPolicy },
    );
    expect((await failure(orders.list({}))).code).toBe(Code.Unavailable);
    expect(calls).toBe(1);
  });

  test("the deadline holds over all attempts", async () => {
    let calls = 0;
    const orders = await client(
      {
        async echo() {
          calls++;
          await sleep(30);
          throw unavailable();
        },
      },
      { retryPolicy: { ...retryPolicy, initialBackoff: "10s", maxBackoff: "10s" } },
    );
    const start = Date.now();
    expect([Code.Unavailable, Code.DeadlineExceeded]).toContain(
      (await failure(orders.echo({}, { deadline: 2000 }))).code,
    );
    expect(Date.now() - start).toBeLessThan(5000);
    expect(calls).toBe(1);
  });

  test("a server may put off the next attempt, or forbid it", async () => {
    const times: number[] = [];
    let pushback = "300";
    const orders = await client(
      {
        echo(order, { trailers }) {
          times.push(Date.now());
          if (times.length === 2) return order;
          trailers.set("grpc-retry-pushback-ms", pushback);
          throw unavailable();
        },
      },
      { retryPolicy },
    );
    await orders.echo({});
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(290);
    pushback = "-1";
    expect((await failure(orders.echo({}))).code).toBe(Code.Unavailable);
    expect(times).toHaveLength(3);
  });

  test("retries stop while most calls fail", async () => {
    let calls = 0;
    const orders = await client(
      {
        echo() {
          calls++;
          throw unavailable();
        },
      },
      { retryPolicy },
      { retryThrottling: { maxTokens: 4, tokenRatio: 0.1 } },
    );
    // Four tokens: two failures leave two, which is half.
    for (let i = 0; i < 3; i++) await failure(orders.echo({}));
    expect(calls).toBe(4);
  });

  test("a cancelled call makes no further attempt", async () => {
    const begun = deferred();
    let calls = 0;
    const orders = await client(
      {
        echo() {
          calls++;
          begun.resolve();
          throw unavailable();
        },
      },
      { retryPolicy: { ...retryPolicy, initialBackoff: "0.2s", maxBackoff: "0.2s" } },
    );
    const controller = new AbortController();
    const ended = failure(orders.echo({}, { signal: controller.signal }));
    await begun.promise;
    await sleep(20);
    controller.abort();
    expect((await ended).code).toBe(Code.Cancelled);
    await sleep(300);
    expect(calls).toBe(1);
  });

  test("hedging takes the first answer, and ends the other attempts", async () => {
    const attempts: string[] = [];
    let cancelled = 0;
    const orders = await client(
      {
        async echo(_, context) {
          const attempt = attemptOf(context);
          attempts.push(attempt);
          if (attempt === "1") return { id: "second" };
          await new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve()));
          cancelled++;
          return {};
        },
      },
      { hedgingPolicy },
    );
    expect((await orders.echo({})).id).toBe("second");
    await until(() => cancelled === attempts.length - 1, "the end of the other attempts");
    expect(attempts).toEqual(expect.arrayContaining(["none", "1"]));
  });

  test("hedging goes on at once after a failure that is not fatal, and ends with one that is", async () => {
    let calls = 0;
    let code: Code = Code.Unavailable;
    const orders = await client(
      {
        echo() {
          calls++;
          throw new StatusError(code, "no");
        },
      },
      { hedgingPolicy: { ...hedgingPolicy, hedgingDelay: "30s" } },
    );
    expect((await failure(orders.echo({}))).code).toBe(Code.Unavailable);
    expect(calls).toBe(3);
    code = Code.Internal;
    expect((await failure(orders.echo({}))).code).toBe(Code.Internal);
    expect(calls).toBe(4);
  });

  test("a timeout shortens the deadline of a call, and never extends it", async () => {
    const orders = await client(
      { echo: (_, { deadline }) => ({ id: String(deadline!.getTime() - Date.now()) }) },
      { timeout: "20s" },
    );
    expect(Number((await orders.echo({})).id)).toBeLessThanOrEqual(20_100);
    expect(Number((await orders.echo({}, { deadline: 5000 })).id)).toBeLessThanOrEqual(5100);
    expect(Number((await orders.echo({}, { deadline: 90_000 })).id)).toBeGreaterThan(10_000);
    const slow = await client({ echo: () => new Promise(() => {}) }, { timeout: "0.05s" });
    expect((await failure(slow.echo({}))).code).toBe(Code.DeadlineExceeded);
  });
});

describe("the config of a method", () => {
  const stage = new Stage(peers[0]!);
  afterEach(() => stage.clear());

  test("is its own, else its service's, else the default", async () => {
    const { transport } = await stage.open((server) =>
      server.add(Orders, {
        echo: (_, { deadline }) => ({ id: String(Math.round((deadline!.getTime() - Date.now()) / 1000)) }),
        upload: (_, { deadline }) => ({ count: Math.round((deadline!.getTime() - Date.now()) / 1000) }),
      }),
    );
    const found = async (...methodConfig: object[]) => {
      const orders = createClient(Orders, transport, { serviceConfig: serviceConfig({ methodConfig }) });
      return [Number((await orders.echo({})).id), (await orders.upload([])).count];
    };
    const byDefault = { name: [{}], timeout: "100s" };
    const ofService = { name: [{ service }], timeout: "200s" };
    const ofMethod = { name: [{ service, method: "Echo" }], timeout: "300s" };
    expect(await found(byDefault)).toEqual([100, 100]);
    expect(await found(byDefault, ofService)).toEqual([200, 200]);
    expect(await found(ofMethod, byDefault)).toEqual([300, 100]);
    expect(await found(ofMethod, ofService, byDefault)).toEqual([300, 200]);
  });

  const name = [{ service }];
  test.each<[string, object, string]>([
    ["no list", { methodConfig: {} }, "expected methodConfig to be a list, got {}"],
    ["no object", { methodConfig: [1] }, "expected methodConfig[0] to be an object, got 1"],
    [
      "a name twice",
      { methodConfig: [{ name }, { name }] },
      "expected methodConfig[1].name[0] to be a name that is not configured twice",
    ],
    [
      "no duration",
      { methodConfig: [{ name, timeout: "5" }] },
      'expected methodConfig[0].timeout to be a duration such as "0.5s", got "5"',
    ],
    [
      "both policies",
      { methodConfig: [{ name, retryPolicy, hedgingPolicy }] },
      "expected methodConfig[0] to be either retryPolicy or hedgingPolicy",
    ],
    [
      "one attempt",
      { methodConfig: [{ name, retryPolicy: { ...retryPolicy, maxAttempts: 1 } }] },
      "expected methodConfig[0].retryPolicy.maxAttempts to be an integer of 2 or more, got 1",
    ],
    [
      "no code",
      { methodConfig: [{ name, retryPolicy: { ...retryPolicy, retryableStatusCodes: [] } }] },
      "expected methodConfig[0].retryPolicy.retryableStatusCodes to be at least one code",
    ],
    [
      "an unknown code",
      { methodConfig: [{ name, hedgingPolicy: { ...hedgingPolicy, nonFatalStatusCodes: ["GONE"] } }] },
      'expected methodConfig[0].hedgingPolicy.nonFatalStatusCodes to be names of status codes, got "GONE"',
    ],
    [
      "no tokens",
      { retryThrottling: { maxTokens: 0, tokenRatio: 1 } },
      "expected retryThrottling.maxTokens to be a number above 0, got 0",
    ],
  ])("is refused where it has %s", (_, config, text) => {
    expect(() => serviceConfig(config)).toThrow(TypeError);
    expect(() => serviceConfig(config)).toThrow(`invalid service config: ${text}`);
  });
});

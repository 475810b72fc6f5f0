import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import {
  type CallOptions,
  Code,
  type Context,
  createClient,
  isStatusError,
  Metadata,
  StatusError,
} from "@protoloom/rpc";
import { BadRequest, ErrorInfo, RetryInfo } from "@protoloom/rpc/google/rpc/error_details";
import { Orders, type OrdersHandlers } from "../../../gen/ts/rpc/orders_grpc.js";
import { Query } from "../../../gen/ts/rpc/orders_pb.js";
import { collect, deferred, failure, until } from "../failures.js";
import type { Stage } from "../peers.js";

const binary = new Uint8Array([0, 1, 2, 250, 255]);

export function tellingCases(stage: Stage): void {
  const open = async (handlers: Partial<OrdersHandlers>) => {
    const { transport } = await stage.open((server) => server.add(Orders, handlers));
    return createClient(Orders, transport);
  };

  describe("metadata", () => {
    const answer = (context: Context): void => {
      context.headers
        .set("x-back", context.metadata.getAll("x-text"))
        .set("x-back-bin", context.metadata.getAll("x-data-bin"));
      context.trailers.set("x-last", "bye").set("x-last-bin", binary);
    };
    const send: CallOptions = {
      metadata: new Metadata({ "x-text": ["a", "b"], "X-Data-Bin": [binary, new Uint8Array(0)] }),
    };

    test.each([
      ["echo", {}],
      ["list", {}],
      ["upload", []],
      ["talk", []],
    ] as const)("goes both ways with %s", async (method, sent) => {
      const client = await open({
        echo(_, context) {
          answer(context);
          return {};
        },
        *list(_, context) {
          answer(context);
          yield {};
        },
        async upload(_, context) {
          answer(context);
          return {};
        },
        async *talk(_, context) {
          answer(context);
          yield {};
        },
      });
      let headers = new Metadata();
      let trailers = new Metadata();
      const options: CallOptions = {
        ...send,
        onHeaders: (got) => {
          headers = got;
        },
        onTrailers: (got) => {
          trailers = got;
        },
      };
      const reply = client[method](sent as never, options);
      await (Symbol.asyncIterator in reply ? collect(reply as AsyncIterable<unknown>) : reply);
      expect(headers.getAll("x-back").join(", ")).toBe("a, b"); // HTTP/2 joins text values
      expect(headers.getAll("x-back-bin")).toEqual([binary, new Uint8Array(0)]);
      expect(trailers.get("x-last")).toBe("bye");
      expect(trailers.get("x-last-bin")).toEqual(binary);
    });

    test("keys that every object has are keys like others", async () => {
      const keys = ["constructor", "valueof"]; // "__proto__" is lost within grpc-js and within Connect's adapter to Node
      const client = await open({
        echo(_, { metadata, headers, trailers }) {
          for (const key of keys) {
            headers.set(key, metadata.get(key) ?? "");
            trailers.set(key, metadata.get(key) ?? "");
          }
          return {};
        },
      });
      const got: (string | undefined)[] = [];
      const onMetadata = (metadata: Metadata): unknown => got.push(...keys.map((key) => metadata.get(key)));
      const options = { onHeaders: onMetadata, onTrailers: onMetadata };
      await client.echo({}, { metadata: keys.map((key) => [key, `${key} value`] as const), ...options });
      expect(got).toEqual([...keys, ...keys].map((key) => `${key} value`));
    });

    const early = stage.peer.lateHeaders === undefined ? test : test.skip;
    early("headers arrive before the first message when the handler sends them", async () => {
      const go = deferred();
      const client = await open({
        async *list(_, context) {
          context.headers.set("x-early", "1");
          context.sendHeaders();
          await go.promise;
          yield {};
        },
      });
      let arrived: string | undefined;
      const replies = client.list({}, { onHeaders: (headers) => (arrived = headers.get("x-early")) });
      const first = replies.next();
      await until(() => arrived !== undefined, "the headers");
      go.resolve();
      expect((await first).done).toBe(false);
      await replies.return?.();
    });

    test("trailers come with an error too", async () => {
      const client = await open({
        echo(_, context) {
          context.trailers.set("x-why", "because");
          throw new StatusError(Code.Aborted, "");
        },
      });
      expect((await failure(client.echo({}))).trailers.get("x-why")).toBe("because");
    });

    test("of the client and of the call are both sent", async () => {
      const { transport } = await stage.open((server) =>
        server.add(Orders, { echo: (_, { metadata }) => ({ id: metadata.get("x-a"), author: metadata.get("x-b") }) }),
      );
      const client = createClient(Orders, transport, { metadata: { "x-a": "1" } });
      expect(await client.echo({}, { metadata: { "x-b": "2" } })).toMatchObject({ id: "1", author: "2" });
    });
  });

  describe("errors", () => {
    const every = Object.values(Code).filter((code) => code !== Code.Ok);
    test("every code", async () => {
      const client = await open({
        echo({ price }) {
          throw new StatusError(Number(price) as Code, `code ${price}`);
        },
      });
      for (const code of every) {
        const error = await failure(client.echo({ price: BigInt(code) }));
        expect(error).toMatchObject({ code, text: `code ${code}` });
        expect(isStatusError(error, code)).toBe(true);
      }
    });

    test("the text keeps every character", async () => {
      const text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈, 100 %\t\n";
      const client = await open({
        echo() {
          throw new StatusError(Code.Unknown, text);
        },
      });
      expect((await failure(client.echo({}))).text).toBe(text);
    });

    test("details are found by their type; the cause stays at home", async () => {
      const client = await open({
        echo() {
          throw new StatusError(Code.InvalidArgument, "bad price", {
            details: [
              new BadRequest({ fieldViolations: [{ field: "price", description: "negative" }] }),
              new ErrorInfo({ reason: "PRICE", domain: "shop" }),
              new Query({ author: "our own type" }),
            ],
            cause: new Error("secret"),
          });
        },
      });
      const error = await failure(client.echo({}));
      expect(error.message).toBe("/test.rpc.Orders/Echo: INVALID_ARGUMENT: bad price");
      const [bad] = error.findDetails(BadRequest);
      expect(bad).toBeInstanceOf(BadRequest);
      expect(bad?.fieldViolations[0]?.field).toBe("price");
      expect(error.findDetails(ErrorInfo)[0]?.reason).toBe("PRICE");
      expect(error.findDetails(Query)[0]?.author).toBe("our own type");
      expect(error.findDetails(RetryInfo)).toEqual([]);
      expect(error.cause).toBeUndefined();
      expect(JSON.stringify(error) + error.stack).not.toContain("secret");
    });

    test.each([
      ["an Error", new Error("secret")],
      ["a string", "secret"],
      ["undefined", undefined],
      ["null", null],
      ["an object with a code", { code: Code.NotFound, message: "secret" }],
      ["a StatusError that says OK", new StatusError(Code.Ok, "secret")],
    ])("a handler that throws %s fails with UNKNOWN and reveals nothing", async (_, thrown) => {
      const seen: unknown[] = [];
      const { transport } = await stage.open(
        (server) =>
          server.add(Orders, {
            echo() {
              throw thrown;
            },
          }),
        { onError: (error) => seen.push(error) },
      );
      const error = await failure(createClient(Orders, transport).echo({}));
      expect(error.code).toBe(Code.Unknown);
      expect(error.message).not.toContain("secret");
      expect(seen).toEqual([thrown]);
    });

    test("a stream that fails in the middle", async () => {
      const client = await open({
        async *list() {
          yield { id: "1" };
          await new Promise((resolve) => setTimeout(resolve, 50));
          throw new StatusError(Code.DataLoss, "lost");
        },
      });
      const got: string[] = [];
      const error = await failure(
        (async () => {
          for await (const { id } of client.list({})) got.push(id);
        })(),
      );
      expect(error.code).toBe(Code.DataLoss);
      expect(got).toEqual(["1"]);
    });

    test("an answer that cannot be encoded", async () => {
      const client = await open({ echo: () => ({ id: 7 as never }) });
      expect((await failure(client.echo({}))).code).toBe(Code.Internal);
    });

    test("a handler that returns no stream", async () => {
      const client = await open({ list: () => 5 as never });
      expect((await failure(client.list({}))).code).toBe(Code.Unknown);
    });

    test("a request that cannot be encoded", async () => {
      const client = await open({ echo: (order) => order });
      const error = await failure(client.echo({ id: 7 as never }));
      expect(error.code).toBe(Code.Internal);
      expect(error.message).toContain("test.rpc.Order.id");
    });

    test("requests that fail end the call, with what was thrown as the cause", async () => {
      const started = deferred();
      const ended = deferred<unknown>();
      const client = await open({
        async upload(orders, { signal }) {
          started.resolve();
          signal.addEventListener("abort", () => ended.resolve(signal.reason));
          await collect(orders).catch(ended.resolve);
          await ended.promise;
          return {};
        },
      });
      const thrown = new Error("the file is gone");
      const error = await failure(
        client.upload(async function* () {
          yield {};
          await started.promise;
          throw thrown;
        }),
      );
      expect(error.code).toBe(Code.Cancelled);
      expect(error.cause).toBe(thrown);
      expect(await ended.promise).toMatchObject({ code: Code.Cancelled });
    });

    test("the stack leads to the caller", async () => {
      const client = await open({});
      async function thePlaceOfTheCall() {
        await client.echo({});
      }
      expect((await failure(thePlaceOfTheCall())).stack).toContain("thePlaceOfTheCall");
    });
  });

  describe("limits of size", () => {
    const photo = new Uint8Array(randomBytes(20_000)); // nothing that gzip makes small
    test.each([
      ["the client sends", { client: { maxSendBytes: 10_000 } }, { photo }],
      ["the server receives", { server: { maxReceiveBytes: 10_000 } }, { photo }],
      ["the server sends", { server: { maxSendBytes: 10_000 } }, {}],
      ["the client receives", { client: { maxReceiveBytes: 10_000 } }, {}],
    ])("what %s", async (_, limits, request) => {
      const { transport } = await stage.open(
        (server) => server.add(Orders, { echo: () => ({ photo }), list: () => [{ photo }] }),
        { limits },
      );
      const client = createClient(Orders, transport);
      expect((await failure(client.echo(request))).code).toBe(Code.ResourceExhausted);
      if (!("photo" in request)) expect((await failure(client.list({}))).code).toBe(Code.ResourceExhausted);
    });
  });
}

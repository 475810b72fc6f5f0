/** Our clients in a browser, over gRPC-Web and Connect, against our routes in a server of Node. */
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Code, createServer, StatusError } from "@protoloom/rpc";
import { connectRoutes } from "@protoloom/rpc/connect";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import { build } from "esbuild";
import { Orders, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { until } from "../../runtime/rpc/failures.js";
import { PROVISION_MS, root } from "../provision.js";
import { withPage } from "./chromium.js";
import type { Findings } from "./findings.js";

const HTML = `<script type="module" src="/page.js"></script>`;

let http: HttpServer;
let findings: Findings;
let left = 0;

const handlers: Partial<OrdersHandlers> = {
  async echo(order, context) {
    if (order.id === "slow") await setTimeout(5000, undefined, { signal: context.signal });
    if (order.id === "bad") {
      const fieldViolations = [{ field: "id", description: "is bad" }];
      throw new StatusError(Code.InvalidArgument, "bad order ☺", { details: [new BadRequest({ fieldViolations })] });
    }
    context.trailers.set("x-served-bin", Uint8Array.of(1, 2, 3));
    return order;
  },
  async *list({ count }) {
    try {
      for (let i = 0; i < count; i++) {
        yield { id: String(i) };
        await setTimeout(80);
      }
    } finally {
      left++;
    }
  },
};

beforeAll(async () => {
  jest.spyOn(console, "error").mockImplementation(() => {}); // where Connect's adapter says that a client has left
  const page = await bundle();
  const routes = connectRoutes(createServer({ onError: () => {} }).add(Orders, handlers));
  let tell!: (findings: Promise<string>) => void;
  const told = new Promise<string>((resolve) => (tell = resolve));
  http = createHttpServer(
    connectNodeAdapter({
      routes,
      fallback(request, response) {
        if (request.url === "/findings") {
          tell(text(request));
          return;
        }
        const [type, body] = request.url === "/page.js" ? ["text/javascript", page] : ["text/html", HTML];
        response.setHeader("content-type", type);
        response.end(body);
      },
    }),
  );
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  findings = await withPage(`http://127.0.0.1:${port}/`, async () => JSON.parse(await told));
}, PROVISION_MS);

afterAll(() => {
  http?.closeAllConnections();
  http?.close();
});

describe.each(["gRPC-Web", "Connect"] as const)("%s", (protocol) => {
  test("a unary call gives an instance of our class, and trailers", () => {
    expect(findings[protocol].unary).toEqual([true, true, true, "1,2,3"]);
  });

  test("responses of a stream come one by one", () => {
    expect(findings[protocol].serverStreaming).toEqual([["0", "1", "2", "3"], true]);
  });

  test("an error keeps its code, text and details", () => {
    expect(findings[protocol].richError).toEqual([Code.InvalidArgument, "bad order ☺", "id"]);
  });

  test("a deadline fires", () => {
    expect(findings[protocol].deadline).toBe(Code.DeadlineExceeded);
  });

  test("leaving the loop cancels the call", () => {
    expect(findings[protocol].cancellation).toEqual(["0", "1"]);
  });
});

test("the server's streams have ended too", () => until(() => left === 4, "the end of all handlers"));

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "test/e2e/browser/page.ts")],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

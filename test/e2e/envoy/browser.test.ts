/** A real browser calls through a real Envoy, from a page of an origin that may, and from one that may not. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Code, StatusError } from "@protoloom/rpc";
import { build } from "esbuild";
import { withPage } from "../browser/chromium.js";
import { PROVISION_MS, root } from "../provision.js";
import { freePort, provideEnvoy, type Running, startEnvoy } from "./envoy.js";
import { type Backend, orders, rest, startBackend } from "./shop.js";

let page: Server;
let shop: Backend;
let running: Running;
let proxy: string;
let tell: (findings: Promise<string>) => void;

beforeAll(async () => {
  const envoy = await provideEnvoy();
  page = createServer(await servePage());
  page.listen(0, "127.0.0.1");
  await once(page, "listening");
  shop = await startBackend("shop", {
    echo({ id }) {
      if (id === "bad") throw new StatusError(Code.InvalidArgument, "bad order");
      return { id, author: "shop" };
    },
  });
  const port = await freePort();
  proxy = `http://127.0.0.1:${port}`;
  running = await startEnvoy(envoy, {
    protos: orders(rest),
    deployment: `
listeners:
  public:
    address: 127.0.0.1:${port}
    cors: { origins: ["${origin("127.0.0.1")}"], headers: [x-shop] }
services: { "*": { cluster: orders } }
clusters: { orders: { endpoints: [{ address: 127.0.0.1:${shop.port} }] } }
`,
  });
}, PROVISION_MS);

afterAll(async () => {
  await running?.stop();
  await shop?.close();
  page?.closeAllConnections();
  page?.close();
});

function origin(host: string): string {
  return `http://${host}:${(page.address() as AddressInfo).port}`;
}

async function servePage(): Promise<Parameters<typeof createServer>[1]> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "test/e2e/envoy/page.ts")],
    ...{ bundle: true, write: false, platform: "browser", format: "esm", target: "es2022", logLevel: "error" },
  });
  return (request, response) => {
    if (request.url === "/findings") tell(text(request));
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? outputFiles[0]!.text : `<script type="module" src="/page.js"></script>`);
  };
}

function findingsOf(host: string): Promise<unknown> {
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return withPage(`${origin(host)}/?proxy=${proxy}`, async () => JSON.parse(await told));
}

test("a page of an origin that may call does, over gRPC-Web and REST", async () => {
  expect(await findingsOf("127.0.0.1")).toEqual({
    order: ["1", "shop"],
    ids: ["0", "1", "2"],
    error: "bad order",
    rest: expect.objectContaining({ id: "7", author: "shop" }),
  });
  expect(shop.calls).toBe(4);
});

test("a page of another origin does not", async () => {
  expect(await findingsOf("localhost")).toMatch(/fetch/i);
  expect(shop.calls).toBe(4);
});

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createConnectTransport } from "@connectrpc/connect-node";
import { Code, createClient } from "@protoloom/rpc";
import { connectTransport } from "@protoloom/rpc/connect";
import { Miniflare } from "miniflare";
import { LinkService, type LinkServiceClient } from "../src/gen/links/v1/links_grpc.js";

/** The bundle in workerd, the engine that Cloudflare runs. */
const worker = new Miniflare({
  modules: true,
  scriptPath: "dist/worker.js",
  compatibilityDate: "2026-07-01",
  kvNamespaces: ["LINKS"],
});
let url: URL;
let links: LinkServiceClient;

before(async () => {
  url = await worker.ready;
  const transport = createConnectTransport({ baseUrl: url.origin, httpVersion: "1.1", useBinaryFormat: true });
  links = createClient(LinkService, connectTransport(transport));
});
after(() => worker.dispose());

test("a link that was made is listed, and leads on", async () => {
  const { link } = await links.createLink({ name: "proto", url: "https://protobuf.dev/" });
  assert.ok(link?.createdAt);
  const listed: string[] = [];
  for await (const each of links.listLinks({})) listed.push(each.link?.name ?? "");
  assert.deepEqual(listed, ["proto"]);
  const answer = await fetch(new URL("/proto", url), { redirect: "manual" });
  assert.deepEqual([answer.status, answer.headers.get("location")], [302, "https://protobuf.dev/"]);
});

test("what is wrong has a code", async () => {
  await assert.rejects(links.createLink({ name: "a", url: "here" }), {
    code: Code.InvalidArgument,
    text: "url is not a URL",
  });
  await links.createLink({ name: "a", url: "https://a.example/" });
  await assert.rejects(links.createLink({ name: "a", url: "https://b.example/" }), { code: Code.AlreadyExists });
  assert.equal((await fetch(new URL("/nothing", url))).status, 404);
});

test("curl gets JSON", async () => {
  const response = await fetch(new URL("/links.v1.LinkService/CreateLink", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Not a word", url: "https://a.example/" }),
  });
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), { code: "invalid_argument", message: "name is not a word" });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Code, createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
import { authorize } from "../src/authorize.js";
import { OrderService } from "../src/gen/shop/v1/orders_grpc.js";
import { scopes } from "../src/gen/shop/v1/orders_scopes.js";

test("the table has the option of each method", () => {
  assert.deepEqual(scopes, {
    "/shop.v1.OrderService/PlaceOrder": "orders:write",
    "/shop.v1.OrderService/GetOrder": "orders:read",
  });
});

test("a server asks the table", async () => {
  const allowed: Record<string, string[]> = { reader: ["orders:read"] };
  const server = createServer({ interceptors: [authorize((token) => allowed[token] ?? [])] }).add(OrderService, {
    placeOrder: () => ({ id: "order-1" }),
    getOrder: () => ({ title: "Dune" }),
  });
  const orders = createClient(OrderService, inMemoryTransport(server));
  const metadata = { authorization: "Bearer reader" };
  assert.equal((await orders.getOrder({ id: "order-1" }, { metadata })).title, "Dune");
  await assert.rejects(orders.placeOrder({}, { metadata }), {
    code: Code.PermissionDenied,
    text: "/shop.v1.OrderService/PlaceOrder needs orders:write",
  });
  await assert.rejects(orders.placeOrder({}), { code: Code.Unauthenticated });
});

test("a method without a scope is an error with its place", () => {
  const folder = mkdtempSync(join(tmpdir(), "scopes-"));
  try {
    writeFileSync(join(folder, "buf.yaml"), "version: v2\n");
    const plugin = JSON.stringify(["node", join(process.cwd(), "dist/protoc-gen-scopes.mjs")]);
    writeFileSync(
      join(folder, "buf.gen.yaml"),
      `version: v2\nplugins: [{ local: ${plugin}, out: gen, opt: target=ts }]\n`,
    );
    writeFileSync(
      join(folder, "open.proto"),
      'syntax = "proto3";\npackage open;\nmessage Ping {}\nservice Open {\n  rpc Ping(open.Ping) returns (open.Ping);\n}\n',
    );
    const { status, stderr } = spawnSync("buf", ["generate"], { cwd: folder, encoding: "utf8" });
    assert.notEqual(status, 0);
    assert.match(stderr, /open\.proto:5:3: open\.Open\.Ping has no \(acme\.auth\.v1\.scope\)/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

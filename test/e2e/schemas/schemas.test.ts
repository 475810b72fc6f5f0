/** Standard Schemas of messages in what consumes them: the types of the specification, Hono's validator, procedures of tRPC. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { writeFiles } from "../../files.js";
import { generate } from "../../plugins/protoc-gen-ts/generate.js";
import { PROVISION_MS, provision, root, runTool } from "../provision.js";

const packages = [
  "@standard-schema/spec@1.1.0",
  "hono@4.13.19",
  "@hono/standard-validator@0.4.0",
  "@trpc/server@11.25.2",
];

const proto = `
syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
message Order {
  string author = 1;
  repeated Item items = 2;
  oneof payment { string card = 3; int64 voucher = 4; }
  google.protobuf.Timestamp paid_at = 5;
  message Item { string name = 1; int32 count = 2; }
}
`;

const program = `
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { sValidator } from "@hono/standard-validator";
import { initTRPC } from "@trpc/server";
import { Hono } from "hono";
import { standardSchema } from "@protoloom/protobuf";
import { Order, type OrderInit } from "./order_pb.js";

const schema = standardSchema(Order);
const spec: StandardSchemaV1<OrderInit, Order> = schema;
type Input = StandardSchemaV1.InferInput<typeof schema>;
type Output = StandardSchemaV1.InferOutput<typeof schema>;
const input: Input = { author: "liuchao", items: [{ name: "book" }], paidAt: "1970-01-01T00:00:01Z" };
// @ts-expect-error: not the type of the field
const wrong: Input = { author: 5 };
const made = spec["~standard"].validate(input);
if (made instanceof Promise || made.issues) throw new Error("not a message");
const output: Output = made.value;
console.log(output instanceof Order, output.paidAt);

const app = new Hono().post("/orders", sValidator("json", schema), (c) => {
  const order: Order = c.req.valid("json");
  return c.json({ names: order.items.map(({ name }) => name) });
});
const post = (body: unknown) =>
  app.request("/orders", { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
const good = await post(input);
console.log(good.status, await good.text());
const bad = await post({ items: [{ name: "book", count: 1.5 }], card: 5 });
const { error } = (await bad.json()) as { error: readonly { path: unknown; message: string }[] };
console.log(bad.status, JSON.stringify(error));

const t = initTRPC.create();
const router = t.router({ place: t.procedure.input(schema).mutation(({ input: order }) => order.items.length) });
const caller = t.createCallerFactory(router)({});
console.log(await caller.place(input));
// @ts-expect-error: not the type of the field
const refused = await caller.place({ author: wrong.author, items: [{ count: "many" }] }).catch((e: Error) => e.message);
console.log(refused);
`;

let folder: string;

beforeAll(async () => {
  folder = await provision(`schemas-${packages.join("-").replace(/[^\w.-]+/g, "_")}`, async (made) => {
    writeFileSync(join(made, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--legacy-peer-deps"];
    await runTool("npm", [...args, ...packages], { cwd: made, missing: "install Node with npm" });
    for (const [name, path] of [
      ["@protoloom/protobuf", "runtime/protobuf"],
      ["@bufbuild/protobuf", "node_modules/@bufbuild/protobuf"],
    ] as const) {
      mkdirSync(join(made, "node_modules", name, ".."), { recursive: true });
      symlinkSync(join(root, path), join(made, "node_modules", name));
    }
  });
}, PROVISION_MS);

test("types, Hono and tRPC take them", async () => {
  const source = join(folder, "program");
  rmSync(source, { recursive: true, force: true });
  writeFiles(source, generate({ "order.proto": proto }, "oneofs=getters,timestamps=string"));
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    strict: true,
    outDir: "dist",
    skipLibCheck: true,
    types: [],
  };
  const lib = ["es2022", "dom", "dom.iterable"];
  writeFiles(source, [
    ["main.ts", program],
    ["tsconfig.json", JSON.stringify({ compilerOptions: { ...compilerOptions, lib } })],
  ]);
  await runTool(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", source], { missing: "npm ci" });
  const output = await runTool(process.execPath, [join(source, "dist/main.js")], { missing: "npm ci" });
  expect(output.trim().split("\n")).toEqual([
    "true 1970-01-01T00:00:01Z",
    '200 {"names":["book"]}',
    `400 ${JSON.stringify([
      { message: "expected int32, got 1.5", path: ["items", 0, "count"] },
      { message: "expected a string, got 5", path: ["card"] },
    ])}`,
    "1",
    "expected a string, got 5", // of the first issue,
  ]);
});

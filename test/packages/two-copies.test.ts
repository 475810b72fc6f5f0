/** A process with two copies of @protoloom/protobuf: messages import one, @protoloom/rpc the other. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".cache/two-copies");

const proto = `syntax = "proto3";
package shop.v1;

message Order {
  string author = 1;
  int32 price = 2;
}

service Orders {
  rpc Purchase(Order) returns (Order);
}
`;

const program = `
import { createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "./gen/order_grpc.js";

const server = createServer().add(Orders, { purchase: ({ author, price }) => ({ author, price: price + 1 }) });
const address = "127.0.0.1:" + (await server.listen("127.0.0.1:0"));
for (const transport of [grpcTransport({ address }), inMemoryTransport(server)]) {
  for (const length of [3, 70_000]) {
    const { author, price } = await createClient(Orders, transport).purchase({ author: "x".repeat(length), price: 130 });
    console.log(author.length, price);
  }
  transport.close();
}
await server.close();
`;

test.each(["speed", "size", "code_size"])("calls with messages of optimize=%s", (form) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "gen"), { recursive: true });
  writeFileSync(join(folder, "order.proto"), proto);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "main.js"), program);
  const plugins = ["ts", "ts-grpc"].flatMap((name) => [
    `--plugin=protoc-gen-${name}=${join(root, `plugins/protoc-gen-${name}/bin/protoc-gen-${name}`)}`,
    `--${name}_out=gen`,
  ]);
  const options = [`--ts_opt=target=js,optimize=${form}`, "--ts-grpc_opt=target=js"];
  const protoc = join(root, "node_modules/protoc/protoc.cjs");
  execFileSync(process.execPath, [protoc, ...plugins, ...options, "order.proto"], { cwd: folder });
  const packages = join(folder, "node_modules/@protoloom");
  copyPackage("rpc", join(packages, "rpc"));
  copyPackage("protobuf", join(packages, "protobuf"));
  copyPackage("protobuf", join(packages, "rpc/node_modules/@protoloom/protobuf"));
  const said = execFileSync(process.execPath, ["main.js"], { cwd: folder, encoding: "utf8" });
  expect(said).toBe("3 131\n70000 131\n3 131\n70000 131\n");
});

function copyPackage(name: string, to: string): void {
  for (const part of ["dist", "package.json"])
    cpSync(join(root, "runtime", name, part), join(to, part), { recursive: true });
}

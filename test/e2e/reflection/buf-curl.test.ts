/** A tool that knows nothing of our protos asks the server for them, and calls it. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createServer, type Server } from "@protoloom/rpc";
import { addReflection } from "@protoloom/rpc/reflection";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { file_rpc_orders } from "../../gen/ts/rpc/orders_pb.js";
import { root, runTool } from "../provision.js";

let server: Server;
let url: string;

beforeAll(async () => {
  const handlers = {
    async *list({ count }: { count: number }) {
      for (let i = 0; i < count; i++) yield { id: String(i) };
    },
  };
  server = addReflection(createServer().add(Orders, handlers), [file_rpc_orders]);
  url = `http://127.0.0.1:${await server.listen("127.0.0.1:0")}`;
});

afterAll(() => server.close({ grace: 0 }));

const reflections = ["grpc-v1", "grpc-v1alpha"];

test.each(reflections)("lists the services by %s", async (protocol) => {
  const shown = await bufCurl(protocol, "--list-services", url);
  expect(shown.trim().split("\n").sort()).toEqual([
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "test.rpc.Orders",
  ]);
});

test.each(reflections)("calls a method that it learned by %s", async (protocol) => {
  const shown = await bufCurl(protocol, "--data", '{"count": 3}', `${url}/test.rpc.Orders/List`);
  expect(JSON.parse(`[${shown.replace(/}\s*{/g, "},{")}]`)).toEqual([{ id: "0" }, { id: "1" }, { id: "2" }]);
});

test("says that a service is not there", async () => {
  await expect(bufCurl("grpc-v1", `${url}/test.rpc.Nothing/Here`)).rejects.toThrow(/test\.rpc\.Nothing/);
});

function bufCurl(protocol: string, ...args: string[]): Promise<string> {
  const buf = `${root}/node_modules/@bufbuild/buf/bin/buf`;
  const flags = ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "--reflect-protocol", protocol];
  return runTool(process.execPath, [buf, ...flags, ...args], { missing: "install Node" });
}

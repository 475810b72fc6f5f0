import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Codec, createServer, inMemoryTransport, type Server } from "@protoloom/rpc";
import { createHealth, Health } from "@protoloom/rpc/health";
import { addReflection } from "@protoloom/rpc/reflection";
import { file_interop_proto2 } from "../../gen/ts/interop/proto2_pb.js";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { file_rpc_orders } from "../../gen/ts/rpc/orders_pb.js";
import { collect } from "./failures.js";

let server: Server;
beforeEach(() => {
  server = addReflection(createServer().add(Orders, {}), [file_rpc_orders, file_interop_proto2]);
});
afterEach(() => server.close({ grace: 0 }));

/** Asks one question over the in-memory transport, below a client: the generated one belongs to the package. */
async function ask(
  version: string,
  messageRequest: unknown,
): Promise<{ case: string; value: Record<string, unknown> }> {
  const { method } = server.find(`/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`)!;
  const call = {
    method,
    metadata: new (await import("@protoloom/rpc")).Metadata(),
    deadline: undefined,
    signal: undefined,
    waitForReady: false,
    compress: false,
    stream: true as const,
    messages: (async function* () {
      yield (method.input as Codec<unknown>).create({ messageRequest });
    })(),
  };
  const reply = await inMemoryTransport(server).stream(call);
  const [answer] = (await collect(reply.messages)) as {
    messageResponse: { case: string; value: Record<string, unknown> };
  }[];
  return answer!.messageResponse;
}

const names = (value: Record<string, unknown>): string[] =>
  (value.fileDescriptorProto as Uint8Array[]).map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);

describe.each(["v1", "v1alpha"])("grpc.reflection.%s", (version) => {
  test("lists services", async () => {
    const { value } = await ask(version, { case: "listServices", value: "" });
    expect((value.service as { name: string }[]).map(({ name }) => name)).toEqual([
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "test.rpc.Orders",
    ]);
  });

  test.each([
    "test.rpc.Orders",
    "test.rpc.Orders.Echo",
    "test.rpc.Order",
    "test.rpc.Order.Line",
    "test.rpc.Order.author",
  ])("finds the file of %s, with what it imports", async (value) => {
    const reply = await ask(version, { case: "fileContainingSymbol", value });
    expect(names(reply.value)).toEqual(["rpc/orders.proto", "google/protobuf/empty.proto"]);
  });

  test("lists no service that it cannot describe, and describes the package's own", async () => {
    server = addReflection(createServer().add(Orders, {}).add(Health, createHealth()), []);
    const { value } = await ask(version, { case: "listServices", value: "" });
    const listed = (value.service as { name: string }[]).map(({ name }) => name);
    expect(listed).toContain("grpc.health.v1.Health");
    expect(listed).not.toContain("test.rpc.Orders");
    for (const name of listed)
      expect((await ask(version, { case: "fileContainingSymbol", value: name })).case).toBe("fileDescriptorResponse");
  });

  test("finds files by name, and says what it does not have", async () => {
    expect(
      names((await ask(version, { case: "fileByFilename", value: "google/protobuf/empty.proto" })).value),
    ).toHaveLength(1);
    for (const question of [
      { case: "fileByFilename", value: "no.proto" },
      { case: "fileContainingSymbol", value: "no.Thing" },
      { case: "allExtensionNumbersOfType", value: "no.Thing" },
      { case: "fileContainingExtension", value: { containingType: "test.rpc.Order", extensionNumber: 1 } },
    ]) {
      expect(await ask(version, question)).toMatchObject({ case: "errorResponse", value: { errorCode: 5 } });
    }
  });
});

import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../scripts/run.mjs";

const messages =
  'export { Order, Query } from "./test/gen/js/rpc/orders_pb.js"; export { Empty } from "@protoloom/protobuf/wkt/empty";';
const client = `${messages} export { Orders } from "./test/gen/js/rpc/orders_grpc.js"; export { createClient } from "@protoloom/rpc";`;

/** The imports of an application beside its messages, and the most that they may add to a bundle. */
const rows = [
  { name: "a client, for any transport", source: client },
  {
    name: "a client over gRPC",
    source: `${client} export { grpcTransport } from "@protoloom/rpc/grpc";`,
    bar: 45_000,
  },
];

/** The minified bytes that each row adds to a bundle which has the messages already. */
export async function measureClients() {
  const alone = await sizeOf(messages);
  const measured = [];
  for (const { source, ...row } of rows) measured.push({ ...row, bytes: (await sizeOf(source)) - alone });
  return measured;
}

async function sizeOf(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root) },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    legalComments: "none",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].contents.length;
}

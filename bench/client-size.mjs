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

/** A text that only a server has: the fault of a request. */
const ofServers = ":path is missing or no path";

/** Whether the bundle of a client has a part that only servers need, as a row for each check like those of `checkShaking`. */
export async function checkClients() {
  const [client, server] = await Promise.all(
    [rows[1].source, 'export { createServer } from "@protoloom/rpc";'].map(
      async (source) => (await bundle(source)).text,
    ),
  );
  // A search for text that never occurs would find no problem.
  const isTold = server.includes(ofServers);
  const problem = !isTold
    ? "a server does not have it either"
    : client.includes(ofServers)
      ? `"${ofServers}" is left`
      : undefined;
  return [{ bundler: "esbuild", name: "a client over gRPC does without the requests of a server", problem }];
}

async function sizeOf(contents) {
  return (await bundle(contents)).contents.length;
}

async function bundle(contents) {
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
  return outputFiles[0];
}

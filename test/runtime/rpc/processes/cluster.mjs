// Servers in several processes on one port. Prints the port; each server answers with its process.
import cluster from "node:cluster";
import { createServer as createNetServer } from "node:net";
import { createServer } from "@protoloom/rpc";
import { Orders } from "../../../gen/js/rpc/orders_grpc.js";

if (cluster.isPrimary) {
  const port = await freePort();
  for (let i = 0; i < 2; i++) {
    const worker = cluster.fork({ ADDRESS: `127.0.0.1:${port}` });
    await new Promise((resolve) => worker.on("message", resolve));
  }
  console.log(port);
} else {
  const handlers = { echo: () => ({ id: String(process.pid) }) };
  process.send(await createServer().add(Orders, handlers).listen(process.env.ADDRESS));
}

/** Port 0 would be another one in each process. */
function freePort() {
  return new Promise((resolve) => {
    const server = createNetServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

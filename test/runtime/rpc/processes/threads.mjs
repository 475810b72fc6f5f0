// Servers in several threads on one port. Prints the port; each server answers with its thread.
import { isMainThread, parentPort, threadId, Worker, workerData } from "node:worker_threads";
import { createServer } from "@protoloom/rpc";
import { Orders } from "../../../gen/js/rpc/orders_grpc.js";

if (isMainThread) {
  const start = async (port) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: port });
    return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  };
  const port = await start(0);
  await start(port);
  console.log(port);
} else {
  const handlers = { echo: () => ({ id: String(threadId) }) };
  const server = createServer().add(Orders, handlers);
  parentPort.postMessage(await server.listen(`127.0.0.1:${workerData}`, { reusePort: true }));
}

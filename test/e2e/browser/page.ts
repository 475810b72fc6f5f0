/** The script in the browser. It makes calls over both protocols and reports its findings to the page's server. */
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { createClient, isStatusError } from "@protoloom/rpc";
import { connectTransport } from "@protoloom/rpc/connect";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import { Orders, type OrdersClient } from "../../gen/ts/rpc/orders_grpc.js";
import { Order } from "../../gen/ts/rpc/orders_pb.js";
import type { Finding, Findings } from "./findings.js";

const options = { baseUrl: location.origin, useBinaryFormat: true };
const clients = {
  "gRPC-Web": createClient(Orders, connectTransport(createGrpcWebTransport(options))),
  Connect: createClient(Orders, connectTransport(createConnectTransport(options))),
};

const calls: Record<keyof Finding, (client: OrdersClient) => Promise<unknown>> = {
  async unary(client) {
    const sent = new Order({
      id: "1",
      author: "刘超",
      price: 2n ** 60n,
      photo: Uint8Array.of(0, 255),
      lines: [{ count: 3 }],
    });
    const trailers: unknown[] = [];
    const order = await client.echo(sent, { onTrailers: (each) => trailers.push(each.get("x-served-bin")?.join()) });
    return [order instanceof Order, sent.equals(order), order.price === 2n ** 60n, ...trailers];
  },

  async serverStreaming(client) {
    const ids: string[] = [];
    const arrived: number[] = [];
    for await (const order of client.list({ count: 4 })) {
      ids.push(order.id);
      arrived.push(performance.now());
    }
    return [ids, arrived.at(-1)! - arrived[0]! > 150]; // one by one, not all at the end
  },

  async richError(client) {
    const error = await client.echo({ id: "bad" }).catch((e: unknown) => e);
    if (!isStatusError(error)) return String(error);
    return [error.code, error.text, error.findDetails(BadRequest)[0]?.fieldViolations[0]?.field];
  },

  async deadline(client) {
    const error = await client.echo({ id: "slow" }, { deadline: 100 }).catch((e: unknown) => e);
    return isStatusError(error) && error.code;
  },

  async cancellation(client) {
    const ids: string[] = [];
    for await (const { id } of client.list({ count: 1_000_000 })) if (ids.push(id) === 2) break;
    return ids;
  },
};

async function play(client: OrdersClient): Promise<Finding> {
  const found = Object.entries(calls).map(async ([name, call]) => [name, await call(client).catch(String)] as const);
  return Object.fromEntries(await Promise.all(found)) as unknown as Finding;
}

const findings: Findings = { "gRPC-Web": await play(clients["gRPC-Web"]), Connect: await play(clients.Connect) };
await fetch("/findings", { method: "POST", body: JSON.stringify(findings) });

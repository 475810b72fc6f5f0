/** The script in the browser. It calls a proxy of another origin over gRPC-Web, so the browser sends preflights. */
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { createClient, isStatusError } from "@protoloom/rpc";
import { connectTransport } from "@protoloom/rpc/connect";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import type { PageFindings } from "./page-findings.js";

const baseUrl = new URLSearchParams(location.search).get("proxy")!;
const client = createClient(Orders, connectTransport(createGrpcWebTransport({ baseUrl, useBinaryFormat: true })));

async function play(): Promise<PageFindings> {
  const order = await client.echo({ id: "1" }, { metadata: { "x-shop": "a" } });
  const ids: string[] = [];
  for await (const { id } of client.list({ count: 3 })) ids.push(id);
  const error = await client.echo({ id: "bad" }).catch((e: unknown) => e);
  const rest = await fetch(`${baseUrl}/v1/orders/7`, { headers: { "x-shop": "b" } }).then(
    (response) => response.json(),
    String,
  );
  return { order: [order.id, order.author], ids, error: isStatusError(error) ? error.text : String(error), rest };
}

const findings = await play().catch(String);
await fetch("/findings", { method: "POST", body: JSON.stringify(findings) });

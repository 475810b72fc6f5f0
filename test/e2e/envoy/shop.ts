import { createServer, type Server } from "@protoloom/rpc";
import { createHealth, Health, type HealthRegistry } from "@protoloom/rpc/health";
import { Orders, type OrdersHandlers } from "../../gen/ts/rpc/orders_grpc.js";
import { textOf } from "../../plugins/protoc-gen-envoy/generate.js";
import { root } from "../provision.js";

/** The proto that is in test/gen, as the plugin gets it; `change` may give methods other options, which change no byte. */
export function orders(change: (source: string) => string = (source) => source): Record<string, string> {
  return { "rpc/orders.proto": change(textOf(`${root}/test/protos/rpc/orders.proto`)) };
}

/** Gives Echo two forms of REST. */
export function rest(source: string): string {
  return source
    .replace("package test.rpc;", '$&\nimport "google/api/annotations.proto";')
    .replace(
      /rpc Echo[^}]*NO_SIDE_EFFECTS;/,
      '$& option (google.api.http) = { get: "/v1/orders/{id}" additional_bindings { post: "/v1/orders" body: "*" } };',
    );
}

/** The part of a deployment with one cluster for all services. */
export function deployed(port: number, ...addresses: readonly (number | string)[]): string {
  const endpoints = addresses.map((at) => `{ address: ${typeof at === "number" ? `127.0.0.1:${at}` : at} }`);
  return `
listeners:
  public: { address: 127.0.0.1:${port} }
services:
  "*": { cluster: orders }
clusters:
  orders:
    endpoints: [${endpoints.join(", ")}]
`;
}

export interface Backend {
  readonly port: number;
  readonly health: HealthRegistry;
  /** How many calls its handlers got. */
  readonly calls: number;
  close(): Promise<void>;
}

/** A certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A server of ours that answers with its name as the author. */
export async function startBackend(
  name: string,
  more: Partial<OrdersHandlers> = {},
  address = "127.0.0.1:0",
  tls?: Pair,
): Promise<Backend> {
  const state = { calls: 0 };
  const handlers: OrdersHandlers = {
    echo: (order) => ({ ...order, author: name }),
    async *list({ count }) {
      for (let i = 0; i < count; i++) yield { id: String(i), author: name };
    },
    async upload(sent) {
      let count = 0;
      for await (const _ of sent) count++;
      return { author: name, count };
    },
    async *talk(sent) {
      for await (const { id } of sent) yield { id, author: name };
    },
    delete: () => ({}),
    ...more,
  };
  const health = createHealth();
  const server: Server = createServer({
    interceptors: [
      (call, next) => {
        if (call.method.path.startsWith("/test.rpc.")) state.calls++;
        return next(call);
      },
    ],
  })
    .add(Orders, handlers)
    .add(Health, health);
  const port = await server.listen(address, tls === undefined ? {} : { tls });
  return {
    port,
    health,
    get calls() {
      return state.calls;
    },
    close: () => server.close({ grace: 0 }),
  };
}

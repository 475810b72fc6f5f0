import type { Table } from "./table.js";

/** Who asks for resources: what is known of the node on the other side of a stream. */
export interface Client {
  readonly id: string;
  /** The name of its group, `node.cluster`. */
  readonly group: string;
  /** `envoy`, or `grpc` for clients that take resources without a proxy, and less of them. */
  readonly family: "envoy" | "grpc";
  readonly agent: string;
  /** `node.metadata.namespace`: whose services it sees. Default `default`. */
  readonly namespace: string;
}

/**
 * Where a discovery server finds resources: the table of a type for a client. It may be empty, and not ready, when it is
 * asked for; the client is told when it is filled. Undefined for a type that is not served.
 */
export interface Cache {
  table(client: Client, typeUrl: string): Table | undefined;
}

import type { Table } from "./table.js";

/** A client of discovery: the node at the other end of a stream. */
export interface Client {
  /** `node.id`: the name of the client, unique by convention. */
  readonly id: string;
  /** The name of its group, `node.cluster`. */
  readonly group: string;
  /** `envoy`, or `grpc` for proxyless clients, which support fewer fields. */
  readonly family: "envoy" | "grpc";
  /** `node.user_agent_name`, with its version where the client gives one. */
  readonly agent: string;
  /** `node.metadata.namespace`: the namespace whose services it sees. Default `default`. */
  readonly namespace: string;
}

/**
 * Where a discovery server finds resources: the table of a type for a client. The table may still be empty and not ready;
 * subscribers are notified when it is filled. Undefined for a type that is not served.
 */
export interface Cache {
  /** The table of a type for a client. Undefined for a type that is not served. */
  table(client: Client, typeUrl: string): Table | undefined;
}

import type { Codec } from "./codec.js";

/** The four kinds of RPC, by which sides stream. */
export type MethodKind = "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";

/** `idempotency_level` of descriptor.proto, in lower case. */
export type Idempotency = "unknown" | "no_side_effects" | "idempotent";

/** One method of a service; its input and output are the classes in `x_pb`. */
export interface Method<I = unknown, O = unknown, K extends MethodKind = MethodKind> {
  /** The name in the proto file: `ListOrders`. */
  readonly name: string;
  /** The name in TypeScript: `listOrders`. */
  readonly localName: string;
  /** The path of the request: `/shop.v1.PurchaseOrderService/ListOrders`. */
  readonly path: string;
  /** Which sides stream. */
  readonly kind: K;
  /** The option `idempotency_level`. Hedging and retries by Envoy's configuration depend on it. */
  readonly idempotency: Idempotency;
  /** Encodes and decodes requests. */
  readonly input: Codec<I>;
  /** Encodes and decodes responses. */
  readonly output: Codec<O>;
}

/** Whether the client sends a stream. */
export function streamsRequests({ kind }: Method): boolean {
  return kind === "client_streaming" || kind === "bidi_streaming";
}

/** Whether the server answers with a stream. */
export function streamsReplies({ kind }: Method): boolean {
  return kind === "server_streaming" || kind === "bidi_streaming";
}

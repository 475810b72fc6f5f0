/** What the page found for one protocol; a text says why a call failed. */
export interface Finding {
  readonly unary: unknown;
  readonly serverStreaming: unknown;
  readonly richError: unknown;
  readonly deadline: unknown;
  readonly cancellation: unknown;
}

export type Findings = Readonly<Record<"gRPC-Web" | "Connect", Finding>>;

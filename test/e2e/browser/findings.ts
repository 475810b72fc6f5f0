/** The page's findings for one protocol. A text gives the reason of a failed call. */
export interface Finding {
  readonly unary: unknown;
  readonly serverStreaming: unknown;
  readonly richError: unknown;
  readonly deadline: unknown;
  readonly cancellation: unknown;
}

export type Findings = Readonly<Record<"gRPC-Web" | "Connect", Finding>>;

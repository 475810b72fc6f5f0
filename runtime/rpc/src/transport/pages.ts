/** Where a request comes from. */
export interface Visitor {
  /** `127.0.0.1:50312`. */
  readonly peer: string;
}

/**
 * Answers requests that are not gRPC, as `fetch` handlers of Workers, Deno and Bun do: pages, JSON, metrics. The signal of
 * the request fires when the client is gone; so a response whose body is a stream without end knows when to stop.
 */
export type Pages = (request: Request, visitor: Visitor) => Response | Promise<Response>;

/** The origin of a request. */
export interface Visitor {
  /** `127.0.0.1:50312`. */
  readonly peer: string;
}

/**
 * Answers requests other than gRPC (pages, JSON, metrics), like `fetch` handlers of Workers, Deno and Bun. The
 * request's signal fires when the client disconnects, so that a response with an endless body can stop.
 */
export type Pages = (request: Request, visitor: Visitor) => Response | Promise<Response>;

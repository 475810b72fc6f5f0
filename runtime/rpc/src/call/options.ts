import type { Metadata, MetadataInit } from "./metadata.js";

/** Which requests to compress: all, none, or those that the function chooses. */
export type Compress = boolean | ((request: unknown) => boolean);

/** Options of one call. */
export interface CallOptions {
  /** Cancels the call, which then fails with CANCELLED and the signal's reason as its cause. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from now, or a point in time. The call fails with DEADLINE_EXCEEDED when it passes. */
  readonly deadline?: number | Date | undefined;
  /** Sent in addition to the client's own metadata. */
  readonly metadata?: MetadataInit | undefined;
  /** Called with the headers of the response, before its first message. */
  readonly onHeaders?: ((headers: Metadata) => void) | undefined;
  /** Called with the trailers of a successful call; a failed call has them in `StatusError.trailers`. */
  readonly onTrailers?: ((trailers: Metadata) => void) | undefined;
  /** Waits for a connection instead of failing at once with UNAVAILABLE. Default false. */
  readonly waitForReady?: boolean | undefined;
  /**
   * Compresses the requests, or those that the function chooses, if the transport has compression enabled. Default
   * true.
   */
  readonly compress?: Compress | undefined;
  /**
   * Inside a handler, inherits the deadline and cancellation of the call being handled. Default true. The first client
   * of a process must be created before that call arrives.
   */
  readonly inherit?: boolean | undefined;
}

/**
 * A stream of requests: anything that `for await` accepts, or a function that returns it, such as `async function* () {
 * … }`.
 */
export type Requests<I> = AsyncIterable<I> | Iterable<I> | (() => AsyncIterable<I> | Iterable<I>);

import type { Metadata, MetadataInit } from "./metadata.js";

/** Whether requests are compressed: all or none, or each as the function says. */
export type Compress = boolean | ((request: unknown) => boolean);

/** What a caller may say of one call. */
export interface CallOptions {
  /** Cancels the call: it fails with CANCELLED, and the signal's reason as the cause. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from now, or a point in time. The call fails with DEADLINE_EXCEEDED when it is over. */
  readonly deadline?: number | Date | undefined;
  readonly metadata?: MetadataInit | undefined;
  /** Gets the headers of the response, before its first message. */
  readonly onHeaders?: ((headers: Metadata) => void) | undefined;
  /** Gets the trailers of a call that ended well; those of one that failed are in `StatusError.trailers`. */
  readonly onTrailers?: ((trailers: Metadata) => void) | undefined;
  /** Waits for a connection instead of failing at once with UNAVAILABLE where there is none. Default false. */
  readonly waitForReady?: boolean | undefined;
  /** Compresses the requests, or those that the function chooses, where the transport has a compression. Default true. */
  readonly compress?: Compress | undefined;
  /**
   * Inside a handler: takes over the deadline and the cancellation of the call that is being handled. Default true. The
   * first client of a process must be made before that call comes in.
   */
  readonly inherit?: boolean | undefined;
}

/** A stream of requests: what `for await` takes, or a function that makes it, such as `async function* () { … }`. */
export type Requests<I> = AsyncIterable<I> | Iterable<I> | (() => AsyncIterable<I> | Iterable<I>);

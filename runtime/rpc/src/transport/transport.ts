import type { Deadline } from "../call/deadline.js";
import type { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import type { Compress } from "../call/options.js";
import type { StatusError } from "../call/status-error.js";

// The contract between clients and transports. A transport gets messages and the codecs of their method, and decides
// how to frame them and into which buffer to encode.

/** The part that all calls share. */
interface CallBase {
  readonly method: Method;
  /** Owned by this call, so an interceptor may add to it. */
  readonly metadata: Metadata;
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
  readonly waitForReady: boolean;
  readonly compress: Compress;
}

/** A call with one message in each direction. */
export interface UnaryCall extends CallBase {
  readonly stream: false;
  /** The request: an instance of the method's input class. */
  readonly message: unknown;
}

/** A call with a stream in at least one direction. If only the other direction streams, this is a single message. */
export interface StreamCall extends CallBase {
  readonly stream: true;
  /** The requests: instances of the method's input class. Taken one at a time, as the server reads. */
  readonly messages: AsyncIterable<unknown>;
}

/** A call of a client, on its way to the transport. */
export type ClientCall = UnaryCall | StreamCall;

/** The response of a unary call that succeeded. */
export interface UnaryReply {
  readonly stream: false;
  /** The metadata before the message. */
  readonly headers: Metadata;
  /** The response: an instance of the method's output class. */
  readonly message: unknown;
  /** The metadata after the message. */
  readonly trailers: Metadata;
}

/** Gets the end of a unary call, once. */
export interface UnaryReceiver {
  succeed(reply: UnaryReply): void;
  /** `makeError` makes the error where its stack leads to the caller. */
  fail(makeError: () => StatusError): void;
}

/** The responses of a streaming call, whose headers have arrived. */
export interface StreamReply {
  readonly stream: true;
  /** The metadata before the first message. */
  readonly headers: Metadata;
  /** Fails with a StatusError; returning early cancels the call. */
  readonly messages: AsyncIterable<unknown>;
  /** Complete when the messages have ended. */
  readonly trailers: Metadata;
}

/** The result of a call. */
export type ClientReply = UnaryReply | StreamReply;

/**
 * Carries calls to a server. It enforces the deadline, follows the signal, reads at most a few response messages ahead,
 * takes no request message before there is room for it, and sends requests while it waits for responses. It throws
 * StatusErrors only.
 */
export interface Transport {
  /** Makes one call. Rejects with a StatusError. */
  unary(call: UnaryCall): Promise<UnaryReply>;
  /** The same without a promise, if the transport can. Throws a StatusError for a call that cannot start. */
  startUnary?(call: UnaryCall, receiver: UnaryReceiver): void;
  /** Resolves when the headers of the response are there. */
  stream(call: StreamCall): Promise<StreamReply>;
  /**
   * The responses alone, if the transport can give them without a promise for the headers. `return` ends a `next` that
   * waits, too. Throws a StatusError for a call that cannot start.
   */
  openStream?(call: StreamCall): AsyncIterator<unknown>;
  /** Closes all connections; running calls end. */
  close(): void;
}

import type { Deadline } from "../call/deadline.js";
import type { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import type { Compress } from "../call/options.js";

// The contract between clients and what carries their calls. A transport gets messages and the codecs of their method:
// how they are framed, and into whose buffer they are encoded, is its own affair.

/** What is the same for all calls. */
interface CallBase {
  readonly method: Method;
  /** Belongs to this call: an interceptor may add to it. */
  readonly metadata: Metadata;
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
  readonly waitForReady: boolean;
  readonly compress: Compress;
}

/** One message each way. */
export interface UnaryCall extends CallBase {
  readonly stream: false;
  readonly message: unknown;
}

/** A stream in at least one direction: of a method that streams in the other one only, one message is here. */
export interface StreamCall extends CallBase {
  readonly stream: true;
  readonly messages: AsyncIterable<unknown>;
}

export type ClientCall = UnaryCall | StreamCall;

export interface UnaryReply {
  readonly stream: false;
  readonly headers: Metadata;
  readonly message: unknown;
  readonly trailers: Metadata;
}

export interface StreamReply {
  readonly stream: true;
  readonly headers: Metadata;
  /** Fails with StatusError; returning early cancels the call. */
  readonly messages: AsyncIterable<unknown>;
  /** Filled when the messages have ended. */
  readonly trailers: Metadata;
}

export type ClientReply = UnaryReply | StreamReply;

/**
 * Carries calls to a server. It enforces the deadline, follows the signal, reads no more than a few response messages
 * ahead, takes no request message before there is room for it, and sends requests while it waits for responses. What it
 * throws is a StatusError.
 */
export interface Transport {
  unary(call: UnaryCall): Promise<UnaryReply>;
  /** Resolves when the headers of the response are there. */
  stream(call: StreamCall): Promise<StreamReply>;
  /** Lets go of connections; running calls end. */
  close(): void;
}

import type { Deadline } from "../call/deadline.js";
import type { FinalStatus } from "../call/final-status.js";
import type { Metadata } from "../call/metadata.js";
import type { PeerCertificate } from "../call/peer-certificate.js";
import type { StatusError } from "../call/status-error.js";
import type { KeptContext } from "../platform/storage.js";

// The contract between a server and the listeners that accept calls for it.

/** The server's side of a call, as far as the transport notifies it. */
export interface CallObserver {
  /** The call has ended before `end`: the peer is gone, or the deadline is over. Called once. */
  onCancel(reason: StatusError): void;
  /** The connection of the call will take no more calls, and goes on for a while. Called once. */
  onDrain(): void;
}

/** A call that has come in, for a method that the server has. */
export interface IncomingCall {
  /** The metadata of the client, without what the protocol itself uses. */
  readonly metadata: Metadata;
  /** When the client gives up, in milliseconds since 1970. Undefined if it waits indefinitely. */
  readonly deadline: Deadline;
  /** The address of the client, for display. */
  readonly peer: string;
  /** The client's certificate, if the transport has verified one. */
  readonly certificate?: PeerCertificate | undefined;
  /** Does work in the asynchronous context in which the server gets the call, if the transport has kept that at hand. */
  readonly surrounding?: KeptContext | undefined;
  /** Set by the server, until the call has ended. */
  observer: CallObserver | undefined;
  /** Whether responses that follow are compressed: without effect where the transport or the client has no compression. */
  compress: boolean;
  /** Whether the latest request was compressed; false if the transport does not know. */
  readonly requestCompressed: boolean;
  /** The only request of a call, where it is whole and decoded already; undefined otherwise: then `next` is asked. */
  takeRequest?(): unknown;
  /** The next request. Rejects with StatusError when the call is cancelled. */
  next(): Promise<IteratorResult<unknown, undefined>>;
  /** Sends the response headers. Sent before the first message in any case. */
  sendHeaders(headers: Metadata): void;
  /**
   * Sends a response, or an EncodedMessage in its place. Returns a promise where the next one should wait: it settles when
   * there is room, or no use.
   */
  send(message: unknown): Promise<void> | undefined;
  /** Ends the call. Sending or receiving afterwards has no effect. */
  end(status: FinalStatus): void;
  /** The handler has returned, which may be after the call has ended: it counts for limits until then. */
  finished?(): void;
}

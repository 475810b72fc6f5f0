import type { Deadline } from "../call/deadline.js";
import type { FinalStatus } from "../call/final-status.js";
import type { Metadata } from "../call/metadata.js";
import type { PeerCertificate } from "../call/peer-certificate.js";
import type { StatusError } from "../call/status-error.js";

// The contract between a server and the listeners that accept calls for it.

/** An incoming call for a method that the server has. */
export interface IncomingCall {
  readonly metadata: Metadata;
  readonly deadline: Deadline;
  readonly peer: string;
  /** The client's certificate, if the transport has verified one. */
  readonly certificate?: PeerCertificate | undefined;
  /** Set by the server. Called once if the call ends before `end`: the peer disconnected, or the deadline passed. */
  onCancel: ((reason: StatusError) => void) | undefined;
  /**
   * Set by the server. Called once when the call's connection stops accepting calls; the call itself may continue for a
   * while.
   */
  onDrain?: (() => void) | undefined;
  /**
   * Whether to compress the following responses. No effect if the transport or the client does not support compression.
   */
  compress: boolean;
  /** Whether the latest request was compressed; false if the transport does not know. */
  readonly requestCompressed: boolean;
  /** The next request, or undefined after the last. Rejects with a StatusError if the call is cancelled. */
  receive(): Promise<unknown>;
  sendHeaders(headers: Metadata): void;
  /**
   * Sends a response or an EncodedMessage. If the next one should wait, returns a promise that settles when there is
   * room, or when the call is over.
   */
  send(message: unknown): Promise<void> | undefined;
  /** Ends the call. Sending or receiving afterwards has no effect. */
  end(status: FinalStatus): void;
}

import type { Deadline } from "../call/deadline.js";
import type { FinalStatus } from "../call/final-status.js";
import type { Metadata } from "../call/metadata.js";
import type { PeerCertificate } from "../call/peer-certificate.js";
import type { StatusError } from "../call/status-error.js";

// The contract between the server and what accepts calls for it.

/** A call that has come in, for a method that the server has. */
export interface IncomingCall {
  readonly metadata: Metadata;
  readonly deadline: Deadline;
  readonly peer: string;
  /** The client's certificate, where the transport has verified one. */
  readonly certificate?: PeerCertificate | undefined;
  /** Set by the server: called once, when the call ends before `end`: the peer is gone, or the deadline is over. */
  onCancel: ((reason: StatusError) => void) | undefined;
  /** Set by the server: called once, when the connection of the call will take no more calls, which goes on for a while. */
  onDrain?: (() => void) | undefined;
  /** Whether responses that follow are compressed: without effect where the transport or the client has no compression. */
  compress: boolean;
  /** Whether the latest request came compressed; false where the transport does not tell. */
  readonly requestCompressed: boolean;
  /** The next request, or undefined when there are no more. Rejects with StatusError when the call is cancelled. */
  receive(): Promise<unknown>;
  sendHeaders(headers: Metadata): void;
  /** Sends a response, or an EncodedMessage in its place. Returns a promise where the next one should wait: it settles when there is room, or no use. */
  send(message: unknown): Promise<void> | undefined;
  /** Ends the call; what is sent or received afterwards has no effect. */
  end(status: FinalStatus): void;
}

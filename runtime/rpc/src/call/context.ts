import type { Deadline } from "./deadline.js";
import type { Metadata } from "./metadata.js";
import type { Method } from "./method.js";
import type { PeerCertificate } from "./peer-certificate.js";

/** What a handler knows of the call that it serves. */
export interface Context {
  readonly method: Method;
  /** What the client sent along. */
  readonly metadata: Metadata;
  /** Where the call comes from: `127.0.0.1:50312`, or `in-memory`. */
  readonly peer: string;
  /** The client's certificate under mutual TLS: who calls. Undefined where none was asked for, in memory and with Connect. */
  readonly certificate: PeerCertificate | undefined;
  readonly deadline: Date | undefined;
  /**
   * Aborts when the client is gone or has cancelled, the deadline is over, or the server's grace has ended. A stream of
   * requests that is read then fails with CANCELLED. But a client on Node's HTTP/2 ends its stream a moment before it
   * cancels: a handler that must not take half an upload for the whole looks here, or has the last message say so.
   */
  readonly signal: AbortSignal;
  /** Fires when the server drains, or the connection has reached its age (`maxConnectionAge`): a stream that has no end of its own should come to one. */
  readonly draining: AbortSignal;
  /**
   * Whether the responses that follow are compressed, if the client takes it: at first what `listen` was told. Set it before
   * the headers leave; afterwards it tells for each message apart. In memory and with Connect it has no effect.
   */
  compress: boolean;
  /** Whether the latest request came compressed. In memory and with Connect: false. */
  readonly requestCompressed: boolean;
  /** Headers of the response: they leave with the first message, or by `sendHeaders`. */
  readonly headers: Metadata;
  /** Trailers of the response, also of one that fails. */
  readonly trailers: Metadata;
  /** Sends the headers now. */
  sendHeaders(): void;
}

/** What a call made inside a handler takes over from it. */
export interface Inherited {
  readonly deadlineTime: Deadline;
  readonly signal: AbortSignal;
}

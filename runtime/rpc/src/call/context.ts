import type { Deadline } from "./deadline.js";
import type { Metadata } from "./metadata.js";
import type { Method } from "./method.js";
import type { PeerCertificate } from "./peer-certificate.js";

/** The call that a handler serves. */
export interface Context {
  /** The method that was called. */
  readonly method: Method;
  /** The metadata that the client sent. */
  readonly metadata: Metadata;
  /** The client's address, such as `127.0.0.1:50312`, or `in-memory`. */
  readonly peer: string;
  /** The client's certificate under mutual TLS. Undefined if none was requested, in memory, and with Connect. */
  readonly certificate: PeerCertificate | undefined;
  /** When the caller gives up. Undefined if the call has no deadline. Calls made inside the handler inherit it. */
  readonly deadline: Date | undefined;
  /**
   * Aborts when the client is gone or has cancelled, the deadline is over, or the server's grace has ended. A stream of
   * requests that is read then fails with CANCELLED.
   */
  readonly signal: AbortSignal;
  /**
   * Aborts when the server drains or the connection reaches its maximum age (`maxConnectionAge`). An endless stream
   * should then end.
   */
  readonly draining: AbortSignal;
  /**
   * Whether to compress the following responses, if the client accepts it. Initially the setting of `listen`. Set it
   * before the headers are sent; after that, it applies message by message. No effect in memory and with Connect.
   */
  compress: boolean;
  /** Whether the latest request was compressed. Always false in memory and with Connect. */
  readonly requestCompressed: boolean;
  /** Headers of the response, sent with the first message or by `sendHeaders`. */
  readonly headers: Metadata;
  /** Trailers of the response, also if the call fails. */
  readonly trailers: Metadata;
  /** Sends the headers now. */
  sendHeaders(): void;
}

/** The state that calls made inside a handler inherit from it. */
export interface Inherited {
  /** Whether the call has ended: what goes on afterwards is not under its deadline. */
  readonly isOver: boolean;
  readonly deadlineTime: Deadline;
  readonly signal: AbortSignal;
}

import type { Context, Inherited } from "../call/context.js";
import type { Deadline } from "../call/deadline.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import type { PeerCertificate } from "../call/peer-certificate.js";
import type { IncomingCall } from "../transport/incoming-call.js";

/** The context of one call. Parts that a handler may never use are created on first use. */
export class HandlerContext implements Context, Inherited {
  readonly method: Method;
  readonly #incoming: IncomingCall;
  #drainController: AbortController | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #drained: Error | undefined;
  #responseHeaders: Metadata | undefined;
  #responseTrailers: Metadata | undefined;
  #headersSent = false;
  isOver = false;

  constructor(method: Method, incoming: IncomingCall) {
    this.method = method;
    this.#incoming = incoming;
  }

  get metadata(): Metadata {
    return this.#incoming.metadata;
  }

  get peer(): string {
    return this.#incoming.peer;
  }

  get certificate(): PeerCertificate | undefined {
    return this.#incoming.certificate;
  }

  get draining(): AbortSignal {
    if (this.#drainController === undefined) {
      this.#drainController = new AbortController();
      if (this.#drained !== undefined) this.#drainController.abort(this.#drained);
    }
    return this.#drainController.signal;
  }

  get compress(): boolean {
    return this.#incoming.compress;
  }

  set compress(value: boolean) {
    this.#incoming.compress = value;
  }

  get requestCompressed(): boolean {
    return this.#incoming.requestCompressed;
  }

  get deadlineTime(): Deadline {
    return this.#incoming.deadline;
  }

  get deadline(): Date | undefined {
    const time = this.deadlineTime;
    return time === undefined ? undefined : new Date(time);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  get headers(): Metadata {
    this.#responseHeaders ??= new Metadata();
    return this.#responseHeaders;
  }

  get trailers(): Metadata {
    this.#responseTrailers ??= new Metadata();
    return this.#responseTrailers;
  }

  /** The trailers, if somebody has asked for them. */
  get sentTrailers(): Metadata | undefined {
    return this.#responseTrailers;
  }

  sendHeaders(): void {
    if (this.#headersSent) return;
    this.#headersSent = true;
    this.#incoming.sendHeaders(this.headers);
  }

  /** Sends the headers if there are any; otherwise they are sent with the first message. */
  flushHeaders(): void {
    if (this.#responseHeaders !== undefined && this.#responseHeaders.size > 0) this.sendHeaders();
  }

  /** The connection or server takes no more calls; this one may continue for a while. */
  drain(reason: Error): void {
    this.#drained ??= reason;
    this.#drainController?.abort(reason);
  }

  cancel(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

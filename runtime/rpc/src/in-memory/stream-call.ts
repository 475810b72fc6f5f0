import { Code } from "../call/code.js";
import type { FinalStatus } from "../call/final-status.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { writeDetails } from "../call/status-details.js";
import { cancelledError, localError, requestError, StatusError } from "../call/status-error.js";
import type { IncomingCall } from "../transport/incoming-call.js";
import type { SizeLimits } from "../transport/listener.js";
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from "../transport/message-bytes.js";
import { MessagePipe } from "../transport/message-pipe.js";
import { pumpRequests } from "../transport/request-pump.js";
import type { StreamCall as Call, StreamReply } from "../transport/transport.js";
import { BothEnds } from "./both-ends.js";

/** How many messages wait in one direction before the writer does. */
const PIPE_CAPACITY = 16;

/** A call with a stream in at least one direction: a pipe for each. */
export class StreamCall extends BothEnds implements IncomingCall {
  readonly #call: Call;
  readonly #trailers = new Metadata();
  readonly #headers: Promise<Metadata>;
  readonly #up = new MessagePipe<Uint8Array>(PIPE_CAPACITY);
  readonly #down = new MessagePipe<Uint8Array>(PIPE_CAPACITY);
  #sentHeaders: Metadata | undefined;
  #stopRequests: (() => void) | undefined;
  #settleHeaders!: { resolve(headers: Metadata): void; reject(error: Error): void };

  constructor(call: Call, served: Method, limits: SizeLimits, onOver: (call: BothEnds) => void) {
    super(call, served, limits, onOver);
    this.#call = call;
    this.#headers = new Promise((resolve, reject) => (this.#settleHeaders = { resolve, reject }));
  }

  /** Starts the handler and the flow of requests, unless the call is over before it begins. */
  async begin(handle: () => void): Promise<StreamReply> {
    if (this.follow()) handle();
    if (!this.isOver) this.#pump();
    const headers = await this.#headers;
    return { stream: true, headers, messages: this.#responses(), trailers: this.#trailers };
  }

  #pump(): void {
    const { method } = this;
    this.#stopRequests = pumpRequests(this.#call.messages, {
      send: (message) => this.#up.write(this.checkSent(encodeRequest(method, message), "request")),
      end: () => this.#up.end(),
      fail: (e) => this.abandon(requestError(method.path, e)),
    });
    if (this.isOver) this.#stopRequests();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    const bytes = await this.#up.read();
    if (bytes === undefined) return { done: true, value: undefined };
    return { done: false, value: decodeRequest(this.servedMethod, this.checkReceived(bytes, "request")) };
  }

  sendHeaders(headers: Metadata): void {
    this.#sentHeaders = new Metadata(headers);
    this.#settleHeaders.resolve(this.#sentHeaders);
  }

  send(message: unknown): Promise<void> | undefined {
    const bytes = this.checkSent(encodeResponse(this.servedMethod, message), "response");
    this.#settleHeaders.resolve(new Metadata());
    return this.#down.write(bytes);
  }

  end(status: FinalStatus): void {
    if (!this.over()) return;
    writeDetails(status);
    const { code, text, trailers } = status;
    const { path } = this.method;
    this.#trailers.merge(trailers);
    this.#stopRequests?.();
    this.#up.fail(localError(path, Code.Cancelled, "the call has ended"));
    const origin = { path, headers: this.#sentHeaders, trailers: this.#trailers };
    const error = code === Code.Ok ? undefined : new StatusError(code, text, origin);
    if (error === undefined) this.#settleHeaders.resolve(new Metadata());
    else this.#settleHeaders.reject(error);
    this.#down.end(error);
  }

  protected abandoned(error: StatusError): void {
    this.#stopRequests?.();
    this.#up.fail(error);
    this.#down.fail(error);
    this.#settleHeaders.reject(error);
  }

  /** The responses, for the caller. */
  async *#responses(): AsyncGenerator<unknown, void, undefined> {
    try {
      for (let bytes = await this.#down.read(); bytes !== undefined; bytes = await this.#down.read())
        yield decodeResponse(this.method, this.checkReceived(bytes, "response"));
    } finally {
      this.abandon(cancelledError(this.method.path, undefined));
    }
  }
}

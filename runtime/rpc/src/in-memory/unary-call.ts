import { Code } from "../call/code.js";
import type { FinalStatus } from "../call/final-status.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { NO_METADATA } from "../call/no-metadata.js";
import { writeDetails } from "../call/status-details.js";
import { StatusError } from "../call/status-error.js";
import type { IncomingCall } from "../transport/incoming-call.js";
import type { SizeLimits } from "../transport/listener.js";
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  wrongCount,
} from "../transport/message-bytes.js";
import type { UnaryCall as Call, UnaryReceiver, UnaryReply } from "../transport/transport.js";
import { BothEnds } from "./both-ends.js";

/** A call with one message each way: the bytes are handed over. When it has ended well, it is the reply. */
export class UnaryCall extends BothEnds implements IncomingCall, UnaryReply {
  readonly stream = false;
  message: unknown;
  headers: Metadata = NO_METADATA;
  trailers: Metadata = NO_METADATA;
  readonly #receiver: UnaryReceiver;
  #request: Uint8Array | undefined;
  #response: Uint8Array | undefined;

  /** Throws StatusError for a request that cannot be sent. */
  constructor(
    call: Call,
    served: Method,
    limits: SizeLimits,
    receiver: UnaryReceiver,
    onOver: (call: BothEnds) => void,
  ) {
    super(call, served, limits, onOver);
    this.#receiver = receiver;
    this.#request = this.checkSent(encodeRequest(call.method, call.message), "request");
  }

  begin(handle: () => void): void {
    if (this.follow()) handle();
  }

  takeRequest(): unknown {
    const request = this.#request;
    if (request === undefined || this.isOver) return undefined;
    this.#request = undefined;
    return decodeRequest(this.servedMethod, this.checkReceived(request, "request"));
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    const value = this.takeRequest();
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  sendHeaders(headers: Metadata): void {
    this.headers = new Metadata(headers);
  }

  send(message: unknown): undefined {
    this.#response = this.checkSent(encodeResponse(this.servedMethod, message), "response");
  }

  end(status: FinalStatus): void {
    if (!this.over()) return;
    writeDetails(status);
    if (status.trailers.size > 0) this.trailers = new Metadata(status.trailers);
    if (status.code !== Code.Ok) this.#receiver.fail(() => this.#error(status));
    else this.#succeed();
  }

  #error({ code, text }: FinalStatus): StatusError {
    const { trailers, method } = this;
    const headers = this.headers === NO_METADATA ? undefined : this.headers;
    return new StatusError(code, text, { path: method.path, headers, trailers });
  }

  #succeed(): void {
    const { method } = this;
    const receiver = this.#receiver;
    const response = this.#response;
    if (response === undefined) {
      receiver.fail(() => wrongCount(method, "no"));
      return;
    }
    try {
      this.message = decodeResponse(method, this.checkReceived(response, "response"));
    } catch (e) {
      receiver.fail(() => e as StatusError);
      return;
    }
    receiver.succeed(this);
  }

  protected abandoned(error: StatusError): void {
    this.#receiver.fail(() => error);
  }
}

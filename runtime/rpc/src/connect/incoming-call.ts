import type { Message } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { JsonValue } from "@protoloom/protobuf";
import { Code } from "../call/code.js";
import type { Deadline } from "../call/deadline.js";
import { EncodedMessage } from "../call/encoded-message.js";
import type { FinalStatus } from "../call/final-status.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { NO_METADATA } from "../call/no-metadata.js";
import { localError, type StatusError } from "../call/status-error.js";
import type { CallObserver, IncomingCall } from "../transport/incoming-call.js";
import { decodeRequest, encodeResponse } from "../transport/message-bytes.js";
import { MessagePipe } from "../transport/message-pipe.js";
import { carried, carriedJson, carry, carryJson } from "./carrier.js";
import { fromConnectError, toConnectError } from "./errors.js";
import { addToHeaders, fromHeaders } from "./headers.js";
import { jsonOf } from "./json.js";

/** A call that a Connect router has accepted. */
export class ConnectIncomingCall implements IncomingCall {
  readonly metadata: Metadata;
  readonly deadline: Deadline;
  readonly peer = "connect";
  observer: CallObserver | undefined;
  compress = false;
  readonly requestCompressed = false;
  readonly #method: Method;
  readonly #context: HandlerContext;
  readonly #requests: AsyncIterator<Message>;
  readonly #replies = new MessagePipe<Message>(1);
  #isOver = false;
  #cancellation: StatusError | undefined;
  /** A client gets the format that it sends. */
  #isJson = false;

  constructor(method: Method, requests: AsyncIterable<Message>, context: HandlerContext) {
    this.#method = method;
    this.#context = context;
    this.#requests = requests[Symbol.asyncIterator]();
    this.metadata = fromHeaders(context.requestHeader);
    const timeout = context.timeoutMs();
    this.deadline = timeout === undefined ? undefined : Date.now() + timeout;
    context.signal.addEventListener("abort", () => this.#cancelled());
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    const { path } = this.#method;
    const result = await this.#requests.next().catch((e) => {
      throw fromConnectError(path, e);
    });
    if (this.#cancellation !== undefined) throw this.#cancellation; // Connect ends the requests of a call that is cancelled
    if (result.done) return { done: true, value: undefined };
    const json = carriedJson(result.value);
    this.#isJson = json !== undefined;
    const value = json === undefined ? decodeRequest(this.#method, carried(result.value)!) : this.#fromJson(json);
    return { done: false, value };
  }

  sendHeaders(headers: Metadata): void {
    addToHeaders(this.#context.responseHeader, headers);
  }

  send(message: unknown): Promise<void> | undefined {
    if (!this.#isJson) return this.#replies.write(carry(encodeResponse(this.#method, message)));
    const { output } = this.#method;
    const whole = message instanceof EncodedMessage ? output.decode(message.bytes) : message;
    return this.#replies.write(carryJson(jsonOf(this.#method, output).toJson(whole)));
  }

  #fromJson(json: JsonValue): unknown {
    const codec = jsonOf(this.#method, this.#method.input);
    try {
      return codec.fromJson(json);
    } catch (e) {
      throw localError(this.#method.path, Code.InvalidArgument, `cannot read the request: ${(e as Error).message}`, e);
    }
  }

  end(status: FinalStatus): void {
    this.#isOver = true;
    if (status.code === Code.Ok) addToHeaders(this.#context.responseTrailer, status.trailers);
    this.#replies.end(status.code === Code.Ok ? undefined : toConnectError(status));
  }

  /** The only response. Connect translates an error to its protocol. */
  async response(): Promise<Message> {
    const message = await this.#replies.read();
    if (message === undefined)
      throw toConnectError({
        code: Code.Internal,
        text: `${this.#method.path} sent no response`,
        details: [],
        trailers: new Metadata(),
      });
    await this.#replies.read(); // for the status that follows it
    return message;
  }

  async *responses(): AsyncGenerator<Message, void, undefined> {
    try {
      for (let message = await this.#replies.read(); message !== undefined; message = await this.#replies.read())
        yield message;
    } finally {
      this.#cancelled();
    }
  }

  #cancelled(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isLate = this.deadline !== undefined && Date.now() >= this.deadline;
    const reason = isLate
      ? localError(this.#method.path, Code.DeadlineExceeded, "the deadline is over")
      : localError(this.#method.path, Code.Cancelled, "cancelled by the client");
    this.#cancellation = reason;
    const { code, text } = reason;
    this.#replies.fail(toConnectError({ code, text, details: [], trailers: NO_METADATA }));
    this.observer?.onCancel(reason);
  }
}

import { Code } from "../call/code.js";
import { Metadata } from "../call/metadata.js";
import { cancelledError, requestError, type StatusError } from "../call/status-error.js";
import { rejectTraced } from "../call/traced-rejection.js";
import type { Stream } from "../http2/stream.js";
import { decodeResponse, encodeRequest, unencodable } from "../transport/message-bytes.js";
import { pumpRequests } from "../transport/request-pump.js";
import type { StreamCall as Call, StreamReply } from "../transport/transport.js";
import { ClientCall } from "./client-call.js";
import { compress, decompress } from "./compression.js";
import { CompressedMessage, Inbox, isMessage, NOTHING, Undecodable } from "./inbox.js";
import { encodeFrame, sendEncoded, sendMessage } from "./message-writer.js";
import { fromFields } from "./metadata-fields.js";

/** Maximum size of the requests that are kept in case the server refuses the call before processing it. */
const MAX_KEPT = 64 * 1024;

type Result = IteratorResult<unknown, undefined>;
const end: Result = { done: true, value: undefined };

interface Sent {
  readonly flag: 0 | 1;
  readonly bytes: Uint8Array;
}

/** A call with a stream in at least one direction. The object is also the reply and the iterator of its responses. */
export class StreamCall extends ClientCall implements StreamReply, AsyncIterableIterator<unknown> {
  readonly stream = true;
  readonly trailers: Metadata = new Metadata();
  #ownHeaders: Metadata | undefined;
  readonly #inbox = new Inbox();
  #onBegun: ((reply: StreamReply) => void) | undefined;
  #stopRequests: (() => void) | undefined;
  #haveRequestsEnded = false;
  /** The requests sent so far, while the call can start over. */
  #sent: Sent[] | undefined = [];
  #sentBytes = 0;
  #writer: (() => void) | undefined;
  #isLeft = false;

  /** Resolves when the response has begun. */
  begun(): Promise<StreamReply> {
    return new Promise((resolve) => {
      this.#onBegun = resolve;
      this.start();
    });
  }

  get messages(): AsyncIterable<unknown> {
    return this;
  }

  get headers(): Metadata {
    this.#ownHeaders ??= fromFields(this.responseFields);
    return this.#ownHeaders;
  }

  // ---- Requests

  protected get canRestart(): boolean {
    return this.#sent !== undefined;
  }

  protected begin(): void {
    this.#inbox.creditTo(this.connection!, this.http2Stream!);
    if (this.#stopRequests === undefined) {
      const { method, messages } = this.call as Call;
      this.#stopRequests = pumpRequests(messages, {
        send: (message) => this.#send(message),
        end: () => this.#endRequests(),
        fail: (e) => this.fail(requestError(method.path, e)),
      });
      if (this.isOver) this.#stopRequests();
    } else this.#sendAgain(this.http2Stream!);
  }

  #sendAgain(stream: Stream): void {
    for (const { flag, bytes } of this.#sent!) sendMessage(this.connection!, stream, flag, bytes, false);
    if (this.#haveRequestsEnded) this.connection!.end(stream);
    this.#wake();
  }

  #send(message: unknown): Promise<void> | undefined {
    if (this.isOver) return undefined;
    if (this.#sent === undefined && this.wire.compression === undefined) return this.#sendInPlace(message);
    const { method } = this.call;
    const bytes = encodeRequest(method, message);
    this.wire.checkSize(method, bytes.length);
    const algorithm = this.wire.compressionOf(this.call, message);
    if (algorithm === undefined) return this.#write(0, bytes);
    return compress(bytes, algorithm).then(
      (smaller) => this.#write(1, smaller),
      () => this.#write(0, bytes), // for example, out of memory
    );
  }

  /** Sends a request of which no copy has to be kept. */
  #sendInPlace(message: unknown): Promise<void> | undefined {
    const { method } = this.call;
    let size: number;
    try {
      size = encodeFrame(method.input, message);
    } catch (e) {
      throw unencodable(method, e);
    }
    this.wire.checkSize(method, size);
    return sendEncoded(this.connection!, this.http2Stream!) ? undefined : this.#waitForRoom();
  }

  #write(flag: 0 | 1, bytes: Uint8Array): Promise<void> | undefined {
    if (this.isOver) return undefined;
    this.#keep(flag, bytes);
    if (this.http2Stream === undefined) return this.#waitForRoom(); // refused: sent again on the next stream
    if (sendMessage(this.connection!, this.http2Stream, flag, bytes, false)) return undefined;
    return this.#waitForRoom();
  }

  #waitForRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#writer = resolve;
    });
  }

  #keep(flag: 0 | 1, bytes: Uint8Array): void {
    if (this.#sent === undefined) return;
    this.#sentBytes += bytes.length;
    if (this.#sentBytes > MAX_KEPT) this.#sent = undefined;
    else this.#sent.push({ flag, bytes });
  }

  #endRequests(): void {
    this.#haveRequestsEnded = true;
    if (!this.isOver && this.http2Stream !== undefined) this.connection!.end(this.http2Stream);
  }

  onWritable(): void {
    this.#wake();
  }

  #wake(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.();
  }

  // ---- Responses

  protected onResponse(): void {
    this.#sent = undefined;
    this.#tellBegun();
  }

  #tellBegun(): void {
    const onBegun = this.#onBegun;
    this.#onBegun = undefined;
    onBegun?.(this);
  }

  override onData(bytes: Uint8Array, start: number, end: number): void {
    super.onData(bytes, start, end);
    this.#inbox.creditPartial(this.assembler.partial);
  }

  onMessage(isCompressed: boolean, bytes: Uint8Array, start: number, end: number): void {
    if (this.isOver) return;
    const length = end - start;
    if (isCompressed) {
      this.#inbox.add(new CompressedMessage(bytes.slice(start, end)), length);
      return;
    }
    let message: unknown;
    try {
      message = decodeResponse(this.call.method, bytes, start, end);
    } catch (e) {
      message = new Undecodable(e);
    }
    this.#inbox.add(message, length);
  }

  protected onOver(): void {
    this.#stopRequests?.();
    this.#wake();
    this.#sent = undefined;
    this.trailers.merge(fromFields(this.trailerFields));
    // The caller reads no more.
    if (this.trailerFields === undefined && this.status!.code === Code.Cancelled) this.#inbox.clear();
    const onBegun = this.#onBegun;
    if (onBegun !== undefined && this.status!.code !== Code.Ok) {
      this.#onBegun = undefined;
      rejectTraced(onBegun as (value: never) => void, () => this.error()!);
    } else this.#tellBegun();
    this.#inbox.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    const arrived = this.#inbox.take(this.assembler.partial);
    if (arrived !== NOTHING) return this.#result(arrived);
    if (!this.isOver)
      return new Promise<Result>((resolve) =>
        this.#inbox.wait((found) => {
          if (isMessage(found)) resolve({ done: false, value: found });
          else if (found !== NOTHING) resolve(this.#result(found) as never);
          else if (this.#isLeft || this.status!.code === Code.Ok) resolve(end);
          else rejectTraced(resolve as (value: never) => void, () => this.error()!);
        }),
      );
    const error = this.#isLeft ? undefined : this.error();
    return error === undefined ? Promise.resolve(end) : Promise.reject(error);
  }

  #result(arrived: unknown): Promise<Result> {
    if (arrived instanceof Undecodable) return this.#failNext(arrived.error as StatusError);
    if (arrived instanceof CompressedMessage) return this.#decompress(arrived.bytes).catch((e) => this.#failNext(e));
    return Promise.resolve({ done: false, value: arrived });
  }

  async #decompress(compressed: Uint8Array): Promise<Result> {
    const encoding = this.responseFields?.get("grpc-encoding") ?? "identity";
    const { method } = this.call;
    const bytes = await decompress(method, "response", compressed, encoding, this.wire.maxReceiveBytes);
    return { done: false, value: decodeResponse(method, bytes) };
  }

  #failNext(error: StatusError): Promise<never> {
    this.fail(error);
    this.#inbox.clear();
    return Promise.reject(error);
  }

  /** The caller stops reading. */
  async return(): Promise<Result> {
    this.#isLeft = true;
    this.fail(cancelledError(this.call.method.path, undefined));
    this.#inbox.clear();
    return end;
  }
}

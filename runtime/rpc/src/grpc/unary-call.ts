import { Code } from "../call/code.js";
import type { Metadata } from "../call/metadata.js";
import type { StatusError } from "../call/status-error.js";
import { decodeResponse, encodeRequest, wrongCount } from "../transport/message-bytes.js";
import type { UnaryCall as Call, UnaryReceiver, UnaryReply } from "../transport/transport.js";
import { ClientCall } from "./client-call.js";
import type { ClientWire } from "./client-wire.js";
import { compress, decompress } from "./compression.js";
import { sendMessage } from "./message-writer.js";
import { fromFields } from "./metadata-fields.js";

/** A call with one message each way. Once it has succeeded, the object is also the reply. */
export class UnaryCall extends ClientCall implements UnaryReply {
  readonly stream = false;
  message: unknown;
  readonly #receiver: UnaryReceiver;
  readonly #request: Uint8Array;
  #count = 0;
  #compressed: Uint8Array | undefined;
  #ownHeaders: Metadata | undefined;
  #ownTrailers: Metadata | undefined;

  /** Throws StatusError for a request that cannot be sent. */
  constructor(wire: ClientWire, call: Call, receiver: UnaryReceiver) {
    super(wire, call);
    this.#receiver = receiver;
    this.#request = encodeRequest(call.method, call.message);
    wire.checkSize(call.method, this.#request.length);
  }

  get headers(): Metadata {
    this.#ownHeaders ??= fromFields(this.responseFields);
    return this.#ownHeaders;
  }

  get trailers(): Metadata {
    this.#ownTrailers ??= fromFields(this.trailerFields);
    return this.#ownTrailers;
  }

  protected get canRestart(): boolean {
    return true;
  }

  protected begin(): void {
    const algorithm = this.wire.compressionOf(this.call, (this.call as Call).message);
    if (algorithm === undefined) this.#send(0, this.#request);
    else
      compress(this.#request, algorithm).then(
        (bytes) => this.#send(1, bytes),
        () => this.#send(0, this.#request), // for example, out of memory
      );
  }

  #send(flag: 0 | 1, bytes: Uint8Array): void {
    if (!this.isOver && this.http2Stream !== undefined)
      sendMessage(this.connection!, this.http2Stream, flag, bytes, true);
  }

  onMessage(isCompressed: boolean, bytes: Uint8Array, start: number, end: number): void {
    if (this.isOver) return;
    if (++this.#count > 1) {
      this.fail(wrongCount(this.call.method, "more than one"));
      return;
    }
    if (isCompressed) {
      this.#compressed = bytes.slice(start, end);
      return;
    }
    try {
      this.message = decodeResponse(this.call.method, bytes, start, end);
    } catch (e) {
      this.fail(e as StatusError);
    }
  }

  override onData(bytes: Uint8Array, start: number, end: number): void {
    super.onData(bytes, start, end);
    if (this.http2Stream !== undefined) this.connection!.taken(this.http2Stream, end - start); // there is no reader to wait for
  }

  onWritable(): void {}

  protected onResponse(): void {}

  protected onOver(): void {
    const receiver = this.#receiver;
    const compressed = this.#compressed;
    if (this.status!.code !== Code.Ok) receiver.fail(() => this.error()!);
    else if (this.#count === 0) receiver.fail(() => wrongCount(this.call.method, "no"));
    else if (compressed === undefined) receiver.succeed(this);
    else
      this.#decompress(compressed).then(
        () => receiver.succeed(this),
        (e) => receiver.fail(() => e),
      );
  }

  async #decompress(compressed: Uint8Array): Promise<void> {
    const encoding = this.responseFields?.get("grpc-encoding") ?? "identity";
    const { method } = this.call;
    const bytes = await decompress(method, "response", compressed, encoding, this.wire.maxReceiveBytes);
    this.message = decodeResponse(method, bytes);
  }
}

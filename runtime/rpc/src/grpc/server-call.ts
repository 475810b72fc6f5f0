import { Code } from "../call/code.js";
import type { Deadline } from "../call/deadline.js";
import { EncodedMessage } from "../call/encoded-message.js";
import type { FinalStatus } from "../call/final-status.js";
import type { Metadata } from "../call/metadata.js";
import { type Method, streamsRequests } from "../call/method.js";
import { NO_METADATA } from "../call/no-metadata.js";
import type { PeerCertificate } from "../call/peer-certificate.js";
import type { ServedMethod } from "../call/served-method.js";
import { writeDetails } from "../call/status-details.js";
import { localError, StatusError } from "../call/status-error.js";
import { arm, disarm, Timed } from "../call/timer-wheel.js";
import type { Connection } from "../http2/connection.js";
import type { Fields } from "../http2/fields.js";
import { ErrorCode } from "../http2/frame/frame.js";
import { ConstantFields } from "../http2/hpack/encoder.js";
import type { Stream, StreamEvents } from "../http2/stream.js";
import type { KeptContext } from "../platform/storage.js";
import type { CallObserver, IncomingCall } from "../transport/incoming-call.js";
import type { CallHandler, Compression, ListenOptions } from "../transport/listener.js";
import { decodeRequest, encodeResponse } from "../transport/message-bytes.js";
import { ACCEPTED_ENCODINGS, chooseCompression, compress, decompress } from "./compression.js";
import { CompressedMessage, Inbox, isMessage, NOTHING, Undecodable } from "./inbox.js";
import { MessageAssembler, type MessageReceiver } from "./message-assembler.js";
import { encodeFrame, sendEncoded, sendFrame, sendMessage } from "./message-writer.js";
import { fromFields, writeMetadata } from "./metadata-fields.js";
import type { RequestHead } from "./request-head.js";
import { percentEncode } from "./status-message.js";
import { parseTimeout } from "./timeout.js";

const DEFAULT_MAX_RECEIVE = 4 * 1024 * 1024;

const responseFields = new ConstantFields([
  [":status", "200"],
  ["content-type", "application/grpc+proto"],
  ["grpc-accept-encoding", ACCEPTED_ENCODINGS],
]);
const okFields = new ConstantFields([["grpc-status", "0"]]);

type Result = IteratorResult<unknown, undefined>;
const END: Result = { done: true, value: undefined };

/** The client at the other end of a connection. */
export interface Client {
  readonly address: string;
  readonly certificate: PeerCertificate | undefined;
  /** Its asynchronous context, in which all that it sends is received. */
  readonly surrounding: KeptContext | undefined;
}

/** A gRPC call that the server receives on an HTTP/2 stream. */
export class ServerCall extends Timed implements IncomingCall, StreamEvents, MessageReceiver {
  observer: CallObserver | undefined;
  deadline: Deadline;
  compress: boolean;
  requestCompressed = false;
  readonly #served: ServedMethod;
  readonly #method: Method;
  readonly #client: Client;
  readonly #connection: Connection;
  readonly #stream: Stream;
  readonly #fields: Fields;
  readonly #options: ListenOptions;
  readonly #assembler: MessageAssembler;
  readonly #inbox = new Inbox();
  readonly #head: RequestHead;
  readonly #handler: CallHandler;
  #isStarted = false;
  #converted: Metadata | undefined;
  #isHalfClosed = false;
  #headersSent = false;
  #compression: Compression | undefined;
  /** The response that is being compressed. Later output waits for it. */
  #compressing: Promise<void> | undefined;
  #writer: (() => void) | undefined;
  #status: FinalStatus | undefined;
  /** The reason why nothing can be read or sent any more. Not an Error after a normal end: its stack trace costs time. */
  #over: "ended" | StatusError | undefined;

  constructor(
    handler: CallHandler,
    served: ServedMethod,
    head: RequestHead,
    connection: Connection,
    stream: Stream,
    fields: Fields,
    client: Client,
    options: ListenOptions,
  ) {
    super();
    this.#handler = handler;
    this.#served = served;
    this.#method = served.method;
    this.#head = head;
    this.#connection = connection;
    this.#stream = stream;
    this.#fields = fields;
    this.#client = client;
    this.#options = options;
    this.#assembler = new MessageAssembler("request", options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE);
    this.#inbox.creditTo(connection, stream);
    this.compress = options.compression !== undefined;
  }

  /** Reads the request. Starts the handler: at once, or with the only request if the client does not stream. */
  start(isEnd: boolean): void {
    if (!this.#checkEncoding() || !this.#followDeadline()) return;
    if (streamsRequests(this.#method)) this.#begin();
    if (isEnd) this.onEnd();
  }

  #begin(): void {
    this.#isStarted = true;
    this.#connection.hold(this.#stream);
    this.#handler.handle(this.#served, this);
  }

  #checkEncoding(): boolean {
    const { encoding, isSupported } = this.#head;
    if (isSupported) return true;
    const text = `the encoding ${encoding} is not supported: use ${ACCEPTED_ENCODINGS}`;
    this.#abort(Code.Unimplemented, text);
    return false;
  }

  #followDeadline(): boolean {
    const text = this.#fields.get("grpc-timeout");
    if (text === undefined) return true;
    const timeout = parseTimeout(text);
    if (Number.isNaN(timeout)) this.#abort(Code.Internal, `invalid grpc-timeout "${text}"`);
    else {
      this.deadline = Date.now() + timeout;
      if (timeout > 0) arm(this, this.deadline);
      else this.expire();
    }
    return this.#over === undefined;
  }

  get peer(): string {
    return this.#client.address;
  }

  get certificate(): PeerCertificate | undefined {
    return this.#client.certificate;
  }

  get surrounding(): KeptContext | undefined {
    return this.#client.surrounding;
  }

  /** The connection accepts no more calls. */
  drain(): void {
    this.observer?.onDrain();
  }

  get metadata(): Metadata {
    this.#converted ??= fromFields(this.#fields);
    return this.#converted;
  }

  // ---- Methods for the handler

  takeRequest(): unknown {
    return this.#isHalfClosed && this.#over === undefined ? this.#inbox.takeOnly() : undefined;
  }

  next(): Promise<Result> {
    const arrived = this.#inbox.take(this.#assembler.partial);
    if (arrived !== NOTHING) return this.#open(arrived);
    if (this.#over !== undefined) return Promise.reject(this.#reason());
    if (this.#isHalfClosed) return Promise.resolve(END);
    return new Promise((resolve) =>
      this.#inbox.wait((found) => {
        if (isMessage(found)) {
          this.requestCompressed = false;
          resolve({ done: false, value: found });
        } else if (found !== NOTHING) resolve(this.#open(found) as never);
        else resolve(this.#over === undefined ? END : (Promise.reject(this.#reason()) as never));
      }),
    );
  }

  #open(arrived: unknown): Promise<Result> {
    if (arrived instanceof Undecodable) return Promise.reject(arrived.error);
    this.requestCompressed = arrived instanceof CompressedMessage;
    if (!(arrived instanceof CompressedMessage)) return Promise.resolve({ done: false, value: arrived });
    const { encoding = "identity" } = this.#head;
    const limit = this.#options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE;
    const method = this.#method;
    return decompress(method, "request", arrived.bytes, encoding, limit).then((bytes) => ({
      done: false,
      value: decodeRequest(method, bytes),
    }));
  }

  sendHeaders(headers: Metadata): void {
    if (this.#over === undefined) this.#respond(headers);
  }

  send(message: unknown): Promise<void> | undefined {
    if (!this.#headersSent) this.#chooseCompression();
    const isPlain = this.#compression === undefined && this.#compressing === undefined;
    if (isPlain && !(message instanceof EncodedMessage)) return this.#sendInPlace(message);
    const bytes = encodeResponse(this.#method, message);
    this.#checkSize(bytes.length);
    if (this.compress && this.#compression !== undefined) return this.#sendCompressed(bytes, this.#compression);
    const frame = message instanceof EncodedMessage ? message.frame : undefined;
    if (this.#compressing !== undefined) return this.#compressing.then(() => this.#write(0, bytes, frame));
    return this.#write(0, bytes, frame);
  }

  #sendInPlace(message: unknown): Promise<void> | undefined {
    const connection = this.#connection;
    const stream = this.#stream;
    this.#checkSize(encodeFrame(this.#method.output, message));
    if (this.#over !== undefined) return undefined;
    this.#respond();
    return sendEncoded(connection, stream) ? undefined : this.#waitForRoom();
  }

  #checkSize(bytes: number): void {
    const { maxSendBytes: limit = Number.POSITIVE_INFINITY } = this.#options;
    if (bytes <= limit) return;
    throw localError(this.#method.path, Code.ResourceExhausted, `response of ${bytes} bytes, the limit is ${limit}`);
  }

  end(status: FinalStatus): void {
    if (this.#compressing !== undefined) void this.#compressing.then(() => this.#finish(status));
    else this.#finish(status);
  }

  /** The handler has returned, perhaps after the end of the call. */
  finished(): void {
    this.#connection.release(this.#stream);
  }

  #finish(status: FinalStatus): void {
    if (this.#over !== undefined) return;
    this.#leave("ended");
    this.#sendStatus(status);
  }

  #sendStatus(status: FinalStatus): void {
    this.#status = status;
    this.#connection.endWithTrailers(this.#stream);
  }

  #respond(custom: Metadata = NO_METADATA): void {
    if (this.#headersSent) return;
    this.#headersSent = true;
    this.#chooseCompression();
    const { encoder } = this.#connection;
    encoder.begin();
    encoder.constants(responseFields);
    if (this.#compression !== undefined) encoder.field("grpc-encoding", this.#compression);
    writeMetadata(encoder, custom);
    this.#connection.sendFields(this.#stream, false);
  }

  /** Chosen before the headers announce it. Afterwards a handler can only choose between this algorithm and none. */
  #chooseCompression(): void {
    if (!this.compress && this.#options.compression === undefined) return;
    this.#compression = chooseCompression(this.#head.acceptedEncodings, this.#options.compression);
  }

  #sendCompressed(bytes: Uint8Array, algorithm: Compression): Promise<void> {
    const smaller = compress(bytes, algorithm).catch(() => bytes); // for example, out of memory
    const sent = Promise.all([smaller, this.#compressing]).then(([small]) =>
      small.length < bytes.length ? this.#write(1, small) : this.#write(0, bytes),
    );
    this.#compressing = sent.finally(() => {
      if (this.#compressing === done) this.#compressing = undefined;
    });
    const done = this.#compressing;
    return sent;
  }

  /** `frame` is the message with its head, if it exists already. */
  #write(flag: 0 | 1, bytes: Uint8Array, frame?: Uint8Array): Promise<void> | undefined {
    if (this.#over !== undefined) return undefined;
    this.#respond();
    const connection = this.#connection;
    const stream = this.#stream;
    const hasLeft =
      frame === undefined ? sendMessage(connection, stream, flag, bytes, false) : sendFrame(connection, stream, frame);
    return hasLeft ? undefined : this.#waitForRoom();
  }

  #waitForRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#writer = resolve;
    });
  }

  // ---- Events of the stream

  onFields(): void {
    this.onEnd(); // gRPC gives trailers of requests no meaning
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.#over !== undefined) return;
    try {
      this.#assembler.push(bytes, start, end, this);
    } catch (e) {
      const { code, text } = e as StatusError;
      this.#abort(code, text);
      return;
    }
    this.#inbox.creditPartial(this.#assembler.partial);
  }

  onMessage(isCompressed: boolean, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (isCompressed) {
      this.#inbox.add(new CompressedMessage(bytes.slice(start, end)), length);
      return;
    }
    let message: unknown;
    try {
      message = decodeRequest(this.#method, bytes, start, end);
    } catch (e) {
      message = new Undecodable(e);
    }
    this.#inbox.add(message, length);
  }

  onEnd(): void {
    if (this.#over !== undefined) return;
    if (this.#assembler.partial > 0) {
      this.#abort(Code.Internal, "malformed message: the stream ends within it");
      return;
    }
    this.#isHalfClosed = true;
    if (this.#isStarted) this.#inbox.end();
    else this.#begin();
  }

  onReset(): void {
    if (this.#over !== undefined) return;
    const reason = localError(this.#method.path, Code.Cancelled, "cancelled by the client");
    this.#leave(reason);
    this.observer?.onCancel(reason);
  }

  onWritable(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.();
  }

  onTrailersDue(): void {
    const connection = this.#connection;
    const stream = this.#stream;
    const status = this.#status;
    if (status === undefined) return;
    const { encoder } = connection;
    encoder.begin();
    if (!this.#headersSent) encoder.constants(responseFields);
    if (status.details.length > 0) writeDetails(status);
    if (status.code === Code.Ok) encoder.constants(okFields);
    else encoder.field("grpc-status", String(status.code));
    if (status.text !== "") encoder.field("grpc-message", percentEncode(status.text));
    writeMetadata(encoder, status.trailers);
    connection.sendFields(stream, true);
    if (!stream.isClosed) connection.reset(stream, ErrorCode.NoError); // RFC 9113, section 8.1
  }

  expire(): void {
    this.#abort(Code.DeadlineExceeded, "the deadline is over");
  }

  /** Ends the call from this side, and notifies the handler. */
  #abort(code: Code, text: string): void {
    if (this.#over !== undefined) return;
    const reason = localError(this.#method.path, code, text);
    this.#leave(reason);
    this.#sendStatus({ code, text, details: [], trailers: NO_METADATA });
    this.observer?.onCancel(reason);
  }

  #leave(over: "ended" | StatusError): void {
    this.#over = over;
    disarm(this);
    this.onWritable();
    this.#inbox.clear();
    this.#inbox.end();
  }

  #reason(): StatusError {
    return this.#over instanceof StatusError
      ? this.#over
      : localError(this.#method.path, Code.Cancelled, "the call has ended");
  }
}

import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { Code } from "../call/code.js";
import { atDeadline, type Deadline } from "../call/deadline.js";
import { EncodedMessage } from "../call/encoded-message.js";
import type { FinalStatus } from "../call/final-status.js";
import { Metadata } from "../call/metadata.js";
import { type Method, streamsReplies, streamsRequests } from "../call/method.js";
import type { PeerCertificate } from "../call/peer-certificate.js";
import { writeDetails } from "../call/status-details.js";
import { localError, type StatusError } from "../call/status-error.js";
import { addressOf } from "../node-http2/address.js";
import { peerCertificateOf } from "../node-http2/peer-certificate.js";
import type { IncomingCall } from "../transport/incoming-call.js";
import type { Compression, ListenOptions } from "../transport/listener.js";
import { decodeRequest, encodeResponse } from "../transport/message-bytes.js";
import { ACCEPTED_ENCODINGS, chooseCompression, compress, decompress } from "./compression.js";
import { fromHeaders, timeoutOf, toHeaders, toTrailers } from "./headers.js";
import { type Frame, FrameReader, HEAD_BYTES } from "./message-reader.js";

const DEFAULT_MAX_RECEIVE = 4 * 1024 * 1024;
/**
 * How many bytes may be queued for the connection before the handler waits, and for the handler before the client
 * waits.
 */
const WINDOW = 65536;

const responseHeaders: OutgoingHttpHeaders = {
  ":status": 200,
  "content-type": "application/grpc+proto",
  "grpc-accept-encoding": ACCEPTED_ENCODINGS,
};
/** Node's types lack `sendDate`. gRPC does not use the date, and a new one would have to be compressed every second. */
const withTrailers = { waitForTrailers: true, sendDate: false };

interface Reader {
  resolve(frame: Frame | undefined): void;
  reject(error: StatusError): void;
}

/** A gRPC call on an HTTP/2 stream. */
export class Http2IncomingCall implements IncomingCall {
  onCancel: ((reason: StatusError) => void) | undefined;
  onDrain: (() => void) | undefined;
  readonly deadline: Deadline;
  compress: boolean;
  requestCompressed = false;
  private readonly method: Method;
  private readonly stream: ServerHttp2Stream;
  private readonly requestHeaders: IncomingHttpHeaders;
  private readonly options: ListenOptions;
  private readonly maxReceive: number;
  private readonly frames: FrameReader;
  private readonly inbox: Frame[] = [];
  private inboxBytes = 0;
  private readonly readers: Reader[] = [];
  private readonly leaveDeadline: (() => void) | undefined;
  private converted: Metadata | undefined;
  private isHalfClosed = false;
  private headersSent = false;
  private compression: Compression | undefined;
  /** The response of a unary method, sent together with the status. */
  private onlyReply: Uint8Array | undefined;
  /** The response being compressed; everything after it waits. */
  private compressing: Promise<void> | undefined;
  private writer: (() => void) | undefined;
  /** Why nothing more can be read or sent. Not an Error for the normal end, to avoid the cost of a stack trace. */
  private over: "ended" | StatusError | undefined;

  constructor(method: Method, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: ListenOptions) {
    this.method = method;
    this.stream = stream;
    this.requestHeaders = headers;
    this.options = options;
    this.maxReceive = options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE;
    this.frames = new FrameReader(this.maxReceive);
    this.compress = options.compression !== undefined;
    const timeout = timeoutOf(headers);
    if (timeout === undefined) return;
    this.deadline = Date.now() + timeout;
    if (timeout > 0) this.leaveDeadline = atDeadline(this.deadline, () => this.expire());
  }

  /** Reads the request, and calls back when the handler should start: for a single request, once it has arrived. */
  start(handle: () => void): void {
    const { stream, method } = this;
    stream.on("error", () => {}); // "close" follows
    stream.on("close", () => this.closed());
    stream.on("data", (chunk: Buffer) => this.received(chunk));
    if (Number.isNaN(this.deadline)) {
      this.abort(
        localError(method.path, Code.Internal, `invalid grpc-timeout "${this.requestHeaders["grpc-timeout"]}"`),
      );
    } else if (this.deadline !== undefined && this.leaveDeadline === undefined) this.expire();
    else if (streamsRequests(method)) {
      stream.on("end", () => this.confirmHalfClose());
      handle();
    } else
      stream.on("end", () => {
        this.halfClose();
        if (this.over === undefined) handle();
      });
  }

  get metadata(): Metadata {
    this.converted ??= fromHeaders(this.requestHeaders);
    return this.converted;
  }

  get peer(): string {
    return addressOf(this.stream.session?.socket);
  }

  get certificate(): PeerCertificate | undefined {
    return peerCertificateOf(this.stream.session?.socket);
  }

  async receive(): Promise<unknown> {
    const frame = await this.read();
    if (frame === undefined) return undefined;
    this.requestCompressed = frame.isCompressed;
    const encoding = this.requestHeaders["grpc-encoding"] ?? "identity";
    const bytes = frame.isCompressed ? await decompress(frame.bytes, String(encoding), this.maxReceive) : frame.bytes;
    return decodeRequest(this.method, bytes);
  }

  sendHeaders(headers: Metadata): void {
    if (this.over === undefined) this.respond(toHeaders(headers));
  }

  send(message: unknown): Promise<void> | undefined {
    const bytes = encodeResponse(this.method, message);
    const { maxSendBytes = Number.POSITIVE_INFINITY } = this.options;
    if (bytes.length > maxSendBytes) {
      const text = `response of ${bytes.length} bytes, the limit is ${maxSendBytes}`;
      throw localError(this.method.path, Code.ResourceExhausted, text);
    }
    if (!this.headersSent) this.chooseCompression();
    if (this.compress && this.compression !== undefined) return this.sendCompressed(bytes, this.compression);
    const frame = message instanceof EncodedMessage ? message.frame : toFrame(bytes, 0);
    return this.compressing === undefined ? this.write(frame) : this.compressing.then(() => this.write(frame));
  }

  end(status: FinalStatus): void {
    if (this.compressing !== undefined) void this.compressing.then(() => this.finish(status));
    else this.finish(status);
  }

  private finish(status: FinalStatus): void {
    if (this.over !== undefined) return;
    this.leave("ended");
    this.sendStatus(status);
  }

  private sendStatus(status: FinalStatus): void {
    const { stream, onlyReply } = this;
    this.onlyReply = undefined;
    if (stream.destroyed || stream.closed) return;
    writeDetails(status);
    if (status.code === Code.Ok && onlyReply !== undefined) this.respond();
    if (this.headersSent) {
      stream.once("wantTrailers", () => send(status, (trailers) => stream.sendTrailers(trailers)));
      if (status.code === Code.Ok && onlyReply !== undefined) stream.end(onlyReply);
      else stream.end();
    } else send(status, (trailers) => stream.respond({ ...responseHeaders, ...trailers }, { endStream: true }));
    stream.resume(); // whatever the client still sends is dropped
  }

  private respond(custom?: OutgoingHttpHeaders): void {
    const { stream } = this;
    if (this.headersSent || stream.destroyed || stream.closed) return;
    this.chooseCompression();
    const encoding = this.compression === undefined ? undefined : { "grpc-encoding": this.compression };
    const isPlain = custom === undefined && encoding === undefined;
    stream.respond(isPlain ? responseHeaders : { ...responseHeaders, ...encoding, ...custom }, withTrailers);
    this.headersSent = true; // not if Node rejects them
  }

  /**
   * Must be set before the headers, which announce it. After that, a handler can only choose between this algorithm and
   * none.
   */
  private chooseCompression(): void {
    if (!this.compress && this.options.compression === undefined) return;
    const accepted = this.requestHeaders["grpc-accept-encoding"];
    this.compression = chooseCompression(accepted?.toString(), this.options.compression);
  }

  private sendCompressed(bytes: Uint8Array, algorithm: Compression): Promise<void> {
    const smaller = compress(bytes, algorithm).catch(() => bytes); // for example without enough memory
    const sent = Promise.all([smaller, this.compressing]).then(([small]) =>
      small.length < bytes.length ? this.write(toFrame(small, 1)) : this.write(toFrame(bytes, 0)),
    );
    this.compressing = sent.finally(() => {
      if (this.compressing === done) this.compressing = undefined;
    });
    const done = this.compressing;
    return sent;
  }

  private write(frame: Uint8Array): Promise<void> | undefined {
    const { stream } = this;
    if (this.over !== undefined || stream.destroyed) return undefined;
    if (!streamsReplies(this.method)) {
      this.onlyReply = frame;
      return undefined;
    }
    this.respond();
    if (stream.write(frame) || stream.writableLength < WINDOW) return undefined;
    return new Promise((resolve) => {
      this.writer = resolve;
      stream.once("drain", resolve);
    });
  }

  private received(chunk: Buffer): void {
    if (this.over !== undefined) return;
    try {
      this.frames.push(chunk);
      for (let frame = this.frames.next(); frame !== undefined; frame = this.frames.next()) this.deliver(frame);
    } catch (e) {
      this.abort(e as StatusError);
    }
  }

  private deliver(frame: Frame): void {
    const reader = this.readers.shift();
    if (reader !== undefined) {
      reader.resolve(frame);
      return;
    }
    this.inbox.push(frame);
    this.inboxBytes += HEAD_BYTES + frame.bytes.length;
    if (this.inboxBytes >= WINDOW) this.stream.pause();
  }

  private read(): Promise<Frame | undefined> {
    if (this.over !== undefined) return Promise.reject(this.reason());
    const frame = this.inbox.shift();
    if (frame !== undefined) {
      this.inboxBytes -= HEAD_BYTES + frame.bytes.length;
      if (this.inboxBytes < WINDOW && this.stream.isPaused()) this.stream.resume();
      return Promise.resolve(frame);
    }
    if (this.isHalfClosed) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => this.readers.push({ resolve, reject }));
  }

  /**
   * Node's HTTP/2 clients end a stream before they reset it, and a handler should not mistake half an upload for a
   * whole one. If both arrive together, the stream is closed a moment later. If the reset is late, only the context's
   * signal shows it.
   */
  private confirmHalfClose(): void {
    setImmediate(() => this.halfClose());
  }

  private halfClose(): void {
    if (this.over !== undefined) return;
    if (this.frames.isWithinFrame) {
      this.abort(localError(this.method.path, Code.Internal, "malformed message: the stream ends within it"));
      return;
    }
    this.isHalfClosed = true;
    for (const reader of this.readers.splice(0)) reader.resolve(undefined);
  }

  private expire(): void {
    this.abort(localError(this.method.path, Code.DeadlineExceeded, "the deadline is over"));
  }

  /** Ends the call from this side, and notifies the handler. */
  private abort(reason: StatusError): void {
    if (this.over !== undefined) return;
    this.leave(reason);
    this.sendStatus({ code: reason.code, text: reason.text, details: [], trailers: new Metadata() });
    this.onCancel?.(reason);
  }

  private closed(): void {
    if (this.over !== undefined) return;
    const reason = localError(this.method.path, Code.Cancelled, "cancelled by the client");
    this.leave(reason);
    this.onCancel?.(reason);
  }

  private leave(over: "ended" | StatusError): void {
    this.over = over;
    this.leaveDeadline?.();
    this.writer?.();
    this.inbox.length = 0;
    if (this.readers.length > 0) for (const reader of this.readers.splice(0)) reader.reject(this.reason());
  }

  private reason(): StatusError {
    return this.over instanceof Error ? this.over : localError(this.method.path, Code.Cancelled, "the call has ended");
  }
}

/** A handler may set metadata that Node rejects, such as two values for `age`; the status then says so. */
function send(status: FinalStatus, write: (trailers: OutgoingHttpHeaders) => void): void {
  try {
    write(toTrailers(status));
  } catch (e) {
    const text = `cannot send the trailers: ${(e as Error).message}`;
    write(toTrailers({ code: Code.Internal, text, details: [], trailers: new Metadata() }));
  }
}

function toFrame(bytes: Uint8Array, flag: 0 | 1): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
  frame[0] = flag;
  frame.writeUInt32BE(bytes.length, 1);
  frame.set(bytes, HEAD_BYTES);
  return frame;
}

import type { Metadata as GrpcMetadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { Code } from "../code.js";
import type { Deadline } from "../deadline.js";
import { decodeRequest } from "../message-bytes.js";
import type { Metadata } from "../metadata.js";
import type { Method } from "../service.js";
import { localError, type StatusError, writeDetails } from "../status-error.js";
import type { FinalStatus, IncomingCall } from "../transport/incoming-call.js";
import { fromGrpcMetadata, metadataSize, toGrpcMetadata } from "./metadata.js";

/** How many bytes may wait for the connection before the handler waits too. */
const WINDOW = 65536;

interface Reader {
  resolve(bytes: Uint8Array | undefined): void;
  reject(error: StatusError): void;
}

/** A call that grpc-js has accepted. */
export class GrpcIncomingCall implements IncomingCall {
  onCancel: ((reason: StatusError) => void) | undefined;
  readonly deadline: Deadline;
  private readonly method: Method;
  private readonly wire: ServerInterceptingCallInterface;
  private readonly readers: Reader[] = [];
  private wireMetadata: GrpcMetadata | undefined;
  private converted: Metadata | undefined;
  private unsent = 0;
  private writer: (() => void) | undefined;
  private isHalfClosed = false;
  /** Why nothing can be read or sent any more. An error costs a stack trace: the usual end does without. */
  private over: "ended" | StatusError | undefined;

  constructor(method: Method, wire: ServerInterceptingCallInterface) {
    this.method = method;
    this.wire = wire;
    const deadline = Number(wire.getDeadline());
    this.deadline = deadline === Number.POSITIVE_INFINITY ? undefined : deadline;
  }

  /** Reads the head of the call, then calls back. */
  start(handle: () => void): void {
    this.wire.start({
      onReceiveMetadata: (metadata) => {
        this.wireMetadata = metadata;
        handle();
      },
      onReceiveMessage: (bytes: Uint8Array) => {
        this.readers.shift()?.resolve(bytes);
        if (this.readers.length > 0) this.wire.startRead();
      },
      onReceiveHalfClose: () => {
        if (isStreamed(this.method)) this.confirmHalfClose();
        else this.halfClose();
      },
      onCancel: () => this.cancelled(),
    });
  }

  get metadata(): Metadata {
    this.converted ??= fromGrpcMetadata(this.wireMetadata!);
    return this.converted;
  }

  get metadataSize(): number {
    return metadataSize(this.wireMetadata!);
  }

  get peer(): string {
    return this.wire.getPeer();
  }

  async receive(): Promise<unknown> {
    const bytes = await this.read();
    return bytes === undefined ? undefined : decodeRequest(this.method, bytes);
  }

  sendHeaders(headers: Metadata): void {
    this.wire.sendMetadata(toGrpcMetadata(headers));
  }

  send(message: unknown): Promise<void> | undefined {
    const bytes = this.method.output.encode(message);
    const size = bytes.length;
    this.unsent += size;
    this.wire.sendMessage(Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, size), () => {
      this.unsent -= size;
      if (this.unsent < WINDOW) this.release();
    });
    if (this.unsent < WINDOW || this.over !== undefined) return undefined;
    return new Promise((resolve) => (this.writer = resolve));
  }

  end(status: FinalStatus): void {
    if (this.over !== undefined) return;
    writeDetails(status);
    const { code, text, trailers } = status;
    this.finish("ended");
    this.wire.sendStatus({ code, details: text, metadata: toGrpcMetadata(trailers) });
  }

  /**
   * Node's HTTP/2 clients end a stream before they reset it, and a handler should not take half an upload for the whole.
   * When both came together, another read makes grpc-js see it. When the reset is late, only the context's signal tells.
   */
  private confirmHalfClose(): void {
    setImmediate(() => {
      this.wire.startRead();
      process.nextTick(() => this.halfClose());
    });
  }

  private halfClose(): void {
    this.isHalfClosed = true;
    for (const reader of this.readers.splice(0)) reader.resolve(undefined);
  }

  private read(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.over !== undefined) return reject(this.reason());
      if (this.isHalfClosed) return resolve(undefined);
      this.readers.push({ resolve, reject });
      if (this.readers.length === 1) this.wire.startRead();
    });
  }

  /** Comes at the end of every call: also when the deadline is over, for which grpc-js has sent the status. */
  private cancelled(): void {
    if (this.over !== undefined) return;
    const isLate = this.deadline !== undefined && Date.now() >= this.deadline;
    const reason = isLate
      ? localError(this.method.path, Code.DeadlineExceeded, "the deadline is over")
      : localError(this.method.path, Code.Cancelled, "cancelled by the client");
    this.finish(reason);
    this.onCancel?.(reason);
  }

  private finish(over: "ended" | StatusError): void {
    this.over = over;
    this.release();
    if (this.readers.length > 0) for (const reader of this.readers.splice(0)) reader.reject(this.reason());
  }

  private reason(): StatusError {
    return this.over instanceof Error ? this.over : localError(this.method.path, Code.Cancelled, "the call has ended");
  }

  private release(): void {
    const { writer } = this;
    this.writer = undefined;
    writer?.();
  }
}

function isStreamed({ kind }: Method): boolean {
  return kind === "client_streaming" || kind === "bidi_streaming";
}

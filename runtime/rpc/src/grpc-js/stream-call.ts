import type { Channel, Metadata as GrpcMetadata, InterceptingListener, StatusObject } from "@grpc/grpc-js";
import type { CallList } from "../call/call-list.js";
import { Code } from "../call/code.js";
import { Metadata } from "../call/metadata.js";
import { requestError, type StatusError } from "../call/status-error.js";
import { decodeResponse, encodeRequest } from "../transport/message-bytes.js";
import { pumpRequests } from "../transport/request-pump.js";
import type { StreamCall, StreamReply } from "../transport/transport.js";
import { fromGrpcMetadata } from "./metadata.js";
import { compresses, followSignal, openCall, sendBytes, statusError, type WireCall } from "./open-call.js";
import { RunningCall } from "./running-call.js";

const end: IteratorResult<never, undefined> = { done: true, value: undefined };

/** How many bytes to read ahead, so that the caller need not wait for each message: one HTTP/2 window. */
const READ_AHEAD = 65536;
/** The size of a message prefix on the wire, so that empty messages count too. */
const HEAD_BYTES = 5;

export async function callStream(
  channel: Channel,
  call: StreamCall,
  running: CallList<RunningCall>,
): Promise<StreamReply> {
  const stream = new GrpcStream(channel, call, running);
  const headers = await stream.headers;
  if (headers === undefined) stream.check(); // the call has ended without one
  return { stream: true, headers: headers ?? new Metadata(), messages: stream, trailers: stream.trailers };
}

/** A running call: responses are read one at a time, and requests are sent in the background. */
class GrpcStream implements AsyncIterableIterator<unknown>, InterceptingListener {
  /** Undefined if the call ended without headers. */
  readonly headers: Promise<Metadata | undefined>;
  readonly trailers = new Metadata();
  readonly #call: StreamCall;
  readonly #wire: WireCall;
  readonly #readers: ((bytes: Uint8Array | undefined) => void)[] = [];
  readonly #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #isReading = false;
  readonly #entry: RunningCall;
  readonly #leaveSignal: () => void;
  readonly #stopRequests: () => void;
  #settleHeaders!: (headers: Metadata | undefined) => void;
  #writer: (() => void) | undefined;
  #status: StatusObject | undefined;
  #failure: StatusError | undefined;

  constructor(channel: Channel, call: StreamCall, running: CallList<RunningCall>) {
    this.#call = call;
    this.headers = new Promise((resolve) => (this.#settleHeaders = resolve));
    this.#wire = openCall(channel, call, this);
    this.#entry = new RunningCall(this.#wire, running);
    this.#leaveSignal = followSignal(this.#wire, call.signal);
    this.#stopRequests = pumpRequests(call.messages, {
      send: (message) => this.#send(encodeRequest(call.method, message), compresses(call, message)),
      end: () => this.#wire.halfClose(),
      fail: (e) => this.#fail(requestError(call.method.path, e)),
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    const bytes = await this.#read();
    if (bytes === undefined) {
      this.check();
      return end;
    }
    try {
      return { done: false, value: decodeResponse(this.#call.method, bytes) };
    } catch (e) {
      this.#fail(e as StatusError);
      throw e;
    }
  }

  async return(): Promise<IteratorResult<unknown>> {
    if (this.#status === undefined) this.#wire.cancelWithStatus(Code.Cancelled, "cancelled by the caller");
    return end;
  }

  /** Throws if the call has failed. Called where the caller waits, so that the stack trace leads there. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#status !== undefined && this.#status.code !== Code.Ok)
      throw statusError(this.#call, this.#status, this.trailers);
  }

  onReceiveMetadata(headers: GrpcMetadata): void {
    this.#settleHeaders(fromGrpcMetadata(headers));
  }

  onReceiveMessage(bytes: Uint8Array): void {
    this.#isReading = false;
    const reader = this.#readers.shift();
    if (reader !== undefined) reader(bytes);
    else {
      this.#inbox.push(bytes);
      this.#inboxBytes += HEAD_BYTES + bytes.length;
    }
    this.#readAhead();
  }

  onReceiveStatus(status: StatusObject): void {
    this.#status = status;
    if (this.#call.signal?.aborted || this.#failure !== undefined) this.#inbox.length = 0; // the caller has stopped reading
    this.trailers.merge(fromGrpcMetadata(status.metadata));
    this.#leaveSignal();
    this.#entry.leave();
    this.#stopRequests();
    this.#settleHeaders(undefined);
    this.#writer?.();
    for (const reader of this.#readers.splice(0)) reader(undefined);
  }

  #read(): Promise<Uint8Array | undefined> {
    const bytes = this.#inbox.shift();
    if (bytes !== undefined) {
      this.#inboxBytes -= HEAD_BYTES + bytes.length;
      this.#readAhead();
      return Promise.resolve(bytes);
    }
    if (this.#status !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#readers.push(resolve);
      this.#readAhead();
    });
  }

  #readAhead(): void {
    if (this.#isReading || this.#status !== undefined || this.#inboxBytes >= READ_AHEAD) return;
    this.#isReading = true;
    this.#wire.startRead();
  }

  #send(bytes: Uint8Array, compress: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (this.#status !== undefined) return resolve();
      this.#writer = resolve;
      sendBytes(this.#wire, bytes, compress, resolve);
    });
  }

  /** Ends the call from this side. */
  #fail(error: StatusError): void {
    this.#failure ??= error;
    this.#wire.cancelWithStatus(error.code, error.text);
  }
}

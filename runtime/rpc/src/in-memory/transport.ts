import { Code } from "../call/code.js";
import { atDeadline, type Deadline } from "../call/deadline.js";
import type { FinalStatus } from "../call/final-status.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { singleMessage } from "../call/requests.js";
import { writeDetails } from "../call/status-details.js";
import { cancelledError, localError, receivedError, requestError, type StatusError } from "../call/status-error.js";
import type { Server } from "../server/server.js";
import type { IncomingCall } from "../transport/incoming-call.js";
import type { SizeLimits } from "../transport/listener.js";
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from "../transport/message-bytes.js";
import { MessagePipe } from "../transport/message-pipe.js";
import { pumpRequests } from "../transport/request-pump.js";
import type { StreamCall, StreamReply, Transport, UnaryCall, UnaryReply } from "../transport/transport.js";

const DEFAULT_MAX_RECEIVE = 4 * 1024 * 1024;
/** How many messages may be queued in one direction before the writer waits. */
const PIPE_CAPACITY = 16;

/**
 * Calls the handlers of a server in the same process, without a port. Messages are encoded and decoded as on a wire,
 * and limits hold on both sides. Features of a connection do not apply: compression, keepalive, TLS, retries, hedging,
 * and `waitForReady`.
 */
export function inMemoryTransport(server: Server, limits: SizeLimits = {}): Transport {
  return new InMemoryTransport(server, limits);
}

class InMemoryTransport implements Transport {
  private readonly server: Server;
  private readonly limits: SizeLimits;
  private readonly calls = new Set<InMemoryCall>();
  private isClosed = false;

  constructor(server: Server, limits: SizeLimits) {
    this.server = server;
    this.limits = limits;
  }

  async unary(call: UnaryCall): Promise<UnaryReply> {
    const { message, ...rest } = call;
    const reply = await this.stream({ ...rest, stream: true, messages: singleMessage(call.method, message) });
    let found: { readonly message: unknown } | undefined;
    for await (const response of reply.messages) found = { message: response };
    if (found === undefined) throw localError(call.method.path, Code.Unimplemented, "got no response");
    return { stream: false, headers: reply.headers, message: found.message, trailers: reply.trailers };
  }

  async stream(call: StreamCall): Promise<StreamReply> {
    const { path } = call.method;
    if (this.isClosed) throw localError(path, Code.Unavailable, "the transport is closed");
    if (this.server.closed) throw localError(path, Code.Unavailable, "the server is shutting down");
    const served = this.server.find(path);
    if (served === undefined)
      throw receivedError(path, Code.Unimplemented, `the server has no method ${path}`, new Metadata());
    const wire = new InMemoryCall(call, served.method, this.limits, () => this.calls.delete(wire));
    this.calls.add(wire);
    wire.begin(() => this.server.handle(served, wire));
    const headers = await wire.headers;
    return { stream: true, headers, messages: wire.responses(), trailers: wire.trailers };
  }

  close(): void {
    this.isClosed = true;
    for (const call of this.calls)
      call.abandon(localError(call.method.path, Code.Unavailable, "the transport is closed"));
  }
}

/** The two ends of one call. */
class InMemoryCall implements IncomingCall {
  readonly method: Method;
  /** The server's, whose codecs may be others than the client's. */
  private readonly served: Method;
  readonly metadata: Metadata;
  readonly deadline: Deadline;
  readonly peer = "in-memory";
  readonly trailers = new Metadata();
  readonly headers: Promise<Metadata>;
  onCancel: ((reason: StatusError) => void) | undefined;
  compress = false;
  readonly requestCompressed = false;
  private readonly call: StreamCall;
  private readonly maxSend: number;
  private readonly maxReceive: number;
  private readonly onOver: () => void;
  private readonly up = new MessagePipe<Uint8Array>(PIPE_CAPACITY);
  private readonly down = new MessagePipe<Uint8Array>(PIPE_CAPACITY);
  private readonly leaving: (() => void)[] = [];
  private settleHeaders!: { resolve(headers: Metadata): void; reject(error: Error): void };
  private isOver = false;

  constructor(call: StreamCall, served: Method, limits: SizeLimits, onOver: () => void) {
    this.call = call;
    this.method = call.method;
    this.served = served;
    this.metadata = new Metadata(call.metadata);
    this.deadline = call.deadline;
    this.maxSend = limits.maxSendBytes ?? Number.POSITIVE_INFINITY;
    this.maxReceive = limits.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE;
    this.onOver = onOver;
    this.headers = new Promise((resolve, reject) => (this.settleHeaders = { resolve, reject }));
  }

  /** Starts the handler and the flow of requests, unless the call is already over. */
  begin(handle: () => void): void {
    const { path } = this.method;
    this.followSignal(path);
    this.followDeadline(path);
    if (!this.isOver) handle();
    if (this.isOver) return;
    const stop = pumpRequests(this.call.messages, {
      send: (message) => this.up.write(this.checked(encodeRequest(this.method, message), this.maxSend, "request")),
      end: () => this.up.end(),
      fail: (e) => this.abandon(requestError(path, e)),
    });
    if (this.isOver) stop();
    else this.leaving.push(stop);
  }

  private followSignal(path: string): void {
    const { signal } = this.call;
    if (signal === undefined) return;
    const abort = (): void => this.abandon(cancelledError(path, signal.reason));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    this.leaving.push(() => signal.removeEventListener("abort", abort));
  }

  private followDeadline(path: string): void {
    if (this.deadline === undefined || this.isOver) return;
    const expire = (): void => this.abandon(localError(path, Code.DeadlineExceeded, "the deadline is over"));
    if (this.deadline <= Date.now()) expire();
    else this.leaving.push(atDeadline(this.deadline, expire));
  }

  async receive(): Promise<unknown> {
    const bytes = await this.up.read();
    if (bytes === undefined) return undefined;
    return decodeRequest(this.served, this.checked(bytes, this.maxReceive, "request"));
  }

  sendHeaders(headers: Metadata): void {
    this.settleHeaders.resolve(new Metadata(headers));
  }

  send(message: unknown): Promise<void> | undefined {
    const bytes = this.checked(encodeResponse(this.served, message), this.maxSend, "response");
    this.settleHeaders.resolve(new Metadata());
    return this.down.write(bytes);
  }

  end(status: FinalStatus): void {
    if (!this.over()) return;
    writeDetails(status);
    const { code, text, trailers } = status;
    this.trailers.merge(trailers);
    this.up.fail(localError(this.method.path, Code.Cancelled, "the call has ended"));
    const error = code === Code.Ok ? undefined : receivedError(this.method.path, code, text, this.trailers);
    if (error === undefined) this.settleHeaders.resolve(new Metadata());
    else this.settleHeaders.reject(error);
    this.down.end(error);
  }

  /** Ends the call from the caller's side. */
  abandon(error: StatusError): void {
    if (!this.over()) return;
    this.onCancel?.(error);
    this.up.fail(error);
    this.down.fail(error);
    this.settleHeaders.reject(error);
  }

  /** The responses, for the caller. */
  async *responses(): AsyncGenerator<unknown, void, undefined> {
    try {
      for (;;) {
        const bytes = await this.down.read();
        if (bytes === undefined) return;
        yield decodeResponse(this.method, this.checked(bytes, this.maxReceive, "response"));
      }
    } finally {
      this.abandon(cancelledError(this.method.path, undefined));
    }
  }

  private checked(bytes: Uint8Array, limit: number, what: string): Uint8Array {
    if (bytes.length <= limit) return bytes;
    throw localError(
      this.method.path,
      Code.ResourceExhausted,
      `${what} of ${bytes.length} bytes, the limit is ${limit}`,
    );
  }

  /** Returns whether it was still running. */
  private over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    for (const leave of this.leaving) leave();
    this.onOver();
    return true;
  }
}

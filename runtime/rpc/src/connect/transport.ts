import type { DescMethodStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";
import type { Transport as Connect } from "@connectrpc/connect";
import { CallList, type Listed } from "../call/call-list.js";
import { Code } from "../call/code.js";
import { type Following, followSignal } from "../call/followed-signal.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { cancelledError, localError, requestError, type StatusError } from "../call/status-error.js";
import { decodeResponse, encodeRequest } from "../transport/message-bytes.js";
import type { ClientCall, StreamCall, StreamReply, Transport, UnaryCall, UnaryReply } from "../transport/transport.js";
import { carried, carry } from "./carrier.js";
import { fromConnectError } from "./errors.js";
import { addToHeaders, fromHeaders } from "./headers.js";
import { toConnectMethod } from "./method.js";

/**
 * Makes calls over any Connect transport, for example with gRPC-Web or the Connect protocol in browsers. The transport
 * must use the binary format (`useBinaryFormat: true`); with JSON, calls fail with INTERNAL before anything is sent.
 * `waitForReady` and `compress` have no effect; limits and compression are options of the Connect transport.
 *
 * @example
 * import { createConnectTransport } from "@connectrpc/connect-web";
 *
 * const client = createClient(OrderService, connectTransport(createConnectTransport({ baseUrl, useBinaryFormat: true })));
 */
export function connectTransport(connect: Connect): Transport {
  return new ConnectTransport(connect);
}

class ConnectTransport implements Transport {
  private readonly connect: Connect;
  private readonly running = new CallList<RunningCall>();
  private isClosed = false;

  constructor(connect: Connect) {
    this.connect = connect;
  }

  async unary(call: UnaryCall): Promise<UnaryReply> {
    const { method } = call;
    const request = carry(encodeRequest(method, call.message));
    const timeout = this.timeoutOf(call);
    const desc = toConnectMethod(method) as DescMethodUnary;
    const headers = addToHeaders(new Headers(), call.metadata);
    const running = new RunningCall(call, this.running);
    try {
      const reply = await this.connect.unary(desc, running.signal, timeout, headers, request);
      const message = decode(method, reply.message);
      return { stream: false, headers: fromHeaders(reply.header), message, trailers: fromHeaders(reply.trailer) };
    } catch (e) {
      throw running.error(e);
    } finally {
      running.end();
    }
  }

  async stream(call: StreamCall): Promise<StreamReply> {
    const { method } = call;
    const timeout = this.timeoutOf(call);
    const desc = toConnectMethod(method) as DescMethodStreaming;
    const headers = addToHeaders(new Headers(), call.metadata);
    const running = new RunningCall(call, this.running);
    const requests = new CarriedRequests(call, running.signal);
    const stop = (): void => {
      requests.stop();
      running.end();
    };
    try {
      const reply = await this.connect.stream(desc, running.signal, timeout, headers, requests);
      const trailers = new Metadata();
      const messages = async function* () {
        try {
          for await (const message of reply.message) yield decode(method, message);
          if (requests.failure !== undefined) throw requests.failure; // the server considers them ended
          trailers.merge(fromHeaders(reply.trailer));
        } catch (e) {
          throw requests.failure ?? running.error(e);
        } finally {
          stop();
        }
      };
      return { stream: true, headers: fromHeaders(reply.header), messages: messages(), trailers };
    } catch (e) {
      stop();
      throw requests.failure ?? running.error(e);
    }
  }

  /** Ends the running calls. Connections belong to the Connect transport. */
  close(): void {
    this.isClosed = true;
    for (const call of this.running.all()) call.close();
  }

  /** The remaining milliseconds. Throws if there are none, the call is cancelled, or this transport is closed. */
  private timeoutOf({ method, deadline, signal }: ClientCall): number | undefined {
    if (this.isClosed) throw localError(method.path, Code.Unavailable, "the transport is closed");
    if (signal?.aborted) throw cancelledError(method.path, signal.reason);
    if (deadline === undefined) return undefined;
    const left = deadline - Date.now();
    if (left <= 0) throw localError(method.path, Code.DeadlineExceeded, "the deadline is over");
    return left;
  }
}

/** A call while it runs: its own signal and the transport can end it. */
class RunningCall implements Listed<RunningCall> {
  previousListed: RunningCall | undefined;
  nextListed: RunningCall | undefined;
  private readonly call: ClientCall;
  private readonly list: CallList<RunningCall>;
  private readonly controller = new AbortController();
  private readonly following: Following | undefined;
  private isOver = false;
  private isClosed = false;

  constructor(call: ClientCall, list: CallList<RunningCall>) {
    this.call = call;
    this.list = list;
    list.add(this);
    const { signal } = call;
    this.following = signal && followSignal(signal, { onAbort: (reason) => this.abort(reason) });
  }

  private abort(reason: unknown): void {
    this.controller.abort(reason);
    this.end();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  close(): void {
    this.isClosed = true;
    this.abort(new Error("the transport is closed"));
  }

  /** The call's error for what Connect has thrown. */
  error(thrown: unknown): StatusError {
    const { method, signal } = this.call;
    if (this.isClosed) return localError(method.path, Code.Unavailable, "the transport is closed");
    const error = fromConnectError(method.path, thrown);
    return error.code === Code.Cancelled && signal?.aborted ? cancelledError(method.path, signal.reason) : error;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.following?.leave();
    this.list.delete(this);
  }
}

/** The wrapped requests of a call. Their error is kept, because Connect would replace it with its own. */
class CarriedRequests implements AsyncIterable<Message> {
  failure: StatusError | undefined;
  private readonly call: StreamCall;
  private readonly signal: AbortSignal;
  private iterator: AsyncIterator<unknown> | undefined;
  private isOver = false;

  constructor(call: StreamCall, signal: AbortSignal) {
    this.call = call;
    this.signal = signal;
  }

  [Symbol.asyncIterator](): AsyncIterator<Message> {
    this.iterator ??= this.call.messages[Symbol.asyncIterator](); // Connect asks for it again when it stops the stream
    const fail = async (reason: unknown): Promise<never> => {
      this.stop();
      throw reason;
    };
    return { next: () => this.next(), return: async () => this.stop(), throw: fail };
  }

  stop(): IteratorResult<never, undefined> {
    if (!this.isOver) {
      this.isOver = true;
      this.iterator?.return?.()?.catch(() => {}); // the call already has its status
    }
    return { done: true, value: undefined };
  }

  private async next(): Promise<IteratorResult<Message>> {
    if (this.isOver) return this.stop();
    try {
      const result = await this.iterator!.next();
      if (this.signal.aborted) throw cancelledError(this.call.method.path, this.signal.reason); // or it would look whole
      if (!result.done) return { done: false, value: carry(encodeRequest(this.call.method, result.value)) };
      this.isOver = true;
      return { done: true, value: undefined };
    } catch (e) {
      this.failure ??= requestError(this.call.method.path, e);
      this.stop();
      throw this.failure;
    }
  }
}

function decode(method: Method, message: Message): unknown {
  const bytes = carried(message);
  if (bytes === undefined) throw localError(method.path, Code.Internal, "got JSON, expected the binary format");
  return decodeResponse(method, bytes);
}

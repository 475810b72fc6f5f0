import type { DescMethodStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";
import type { Transport as Connect } from "@connectrpc/connect";
import { CallList, type Listed } from "../call/call-list.js";
import { Code } from "../call/code.js";
import { type Following, followSignal } from "../call/followed-signal.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { cancelledError, localError, requestError, type StatusError } from "../call/status-error.js";
import { decodeResponse, encodeRequest, unencodable } from "../transport/message-bytes.js";
import type { ClientCall, StreamCall, StreamReply, Transport, UnaryCall, UnaryReply } from "../transport/transport.js";
import { carried, carriedJson, carry, carryJson } from "./carrier.js";
import { fromConnectError } from "./errors.js";
import { addToHeaders, fromHeaders } from "./headers.js";
import { jsonOf } from "./json.js";
import { toConnectMethod } from "./method.js";

/** Options of a transport over Connect. */
export interface ConnectTransportOptions {
  /** The codec of the Connect transport: `binary` with `useBinaryFormat: true`, or else `json`. Default `binary`. */
  readonly format?: "binary" | "json" | undefined;
}

/**
 * Makes calls over any Connect transport, for example with gRPC-Web or the Connect protocol in browsers. If its format is
 * not the one in `options`, calls fail with INTERNAL. `waitForReady` and `compress` have no effect; limits and compression
 * are options of the Connect transport.
 *
 * @example
 * import { createConnectTransport } from "@connectrpc/connect-web";
 *
 * const client = createClient(OrderService, connectTransport(createConnectTransport({ baseUrl, useBinaryFormat: true })));
 */
export function connectTransport(connect: Connect, options: ConnectTransportOptions = {}): Transport {
  return new ConnectTransport(connect, options.format === "json" ? asJson : asBinary);
}

/** How messages travel. */
interface Format {
  encode(method: Method, message: unknown): Message;
  decode(method: Method, carrier: Message): unknown;
}

const asBinary: Format = {
  encode: (method, message) => carry(encodeRequest(method, message)),
  decode(method, carrier) {
    const bytes = carried(carrier);
    if (bytes === undefined) throw localError(method.path, Code.Internal, "got JSON, expected the binary format");
    return decodeResponse(method, bytes);
  },
};

const asJson: Format = {
  encode(method, message) {
    const codec = jsonOf(method, method.input);
    try {
      return carryJson(codec.toJson(message));
    } catch (e) {
      throw unencodable(method, e);
    }
  },
  decode(method, carrier) {
    const json = carriedJson(carrier);
    if (json === undefined) throw localError(method.path, Code.Internal, "got the binary format, expected JSON");
    const codec = jsonOf(method, method.output);
    try {
      return codec.fromJson(json);
    } catch (e) {
      throw localError(method.path, Code.Internal, `cannot decode the response: ${(e as Error).message}`, e);
    }
  },
};

class ConnectTransport implements Transport {
  readonly #connect: Connect;
  readonly #running = new CallList<RunningCall>();
  readonly #format: Format;
  #isClosed = false;

  constructor(connect: Connect, format: Format) {
    this.#connect = connect;
    this.#format = format;
  }

  async unary(call: UnaryCall): Promise<UnaryReply> {
    const { method } = call;
    const request = this.#format.encode(method, call.message);
    const timeout = this.#timeoutOf(call);
    const desc = toConnectMethod(method) as DescMethodUnary;
    const headers = addToHeaders(new Headers(), call.metadata);
    const running = new RunningCall(call, this.#running);
    try {
      const reply = await this.#connect.unary(desc, running.signal, timeout, headers, request);
      const message = this.#format.decode(method, reply.message);
      return { stream: false, headers: fromHeaders(reply.header), message, trailers: fromHeaders(reply.trailer) };
    } catch (e) {
      throw running.error(e);
    } finally {
      running.end();
    }
  }

  async stream(call: StreamCall): Promise<StreamReply> {
    const { method } = call;
    const timeout = this.#timeoutOf(call);
    const desc = toConnectMethod(method) as DescMethodStreaming;
    const headers = addToHeaders(new Headers(), call.metadata);
    const running = new RunningCall(call, this.#running);
    const format = this.#format;
    const requests = new CarriedRequests(call, format, running.signal);
    const stop = (): void => {
      requests.stop();
      running.end();
    };
    try {
      const reply = await this.#connect.stream(desc, running.signal, timeout, headers, requests);
      const trailers = new Metadata();
      const messages = async function* () {
        try {
          for await (const message of reply.message) yield format.decode(method, message);
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
    this.#isClosed = true;
    for (const call of this.#running.all()) call.close();
  }

  /** The remaining milliseconds. Throws if there are none, the call is cancelled, or this transport is closed. */
  #timeoutOf({ method, deadline, signal }: ClientCall): number | undefined {
    if (this.#isClosed) throw localError(method.path, Code.Unavailable, "the transport is closed");
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
  readonly #call: ClientCall;
  readonly #list: CallList<RunningCall>;
  readonly #controller = new AbortController();
  readonly #following: Following | undefined;
  #isOver = false;
  #isClosed = false;

  constructor(call: ClientCall, list: CallList<RunningCall>) {
    this.#call = call;
    this.#list = list;
    list.add(this);
    const { signal } = call;
    this.#following = signal && followSignal(signal, { onAbort: (reason) => this.#abort(reason) });
  }

  #abort(reason: unknown): void {
    this.#controller.abort(reason);
    this.end();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  close(): void {
    this.#isClosed = true;
    this.#abort(new Error("the transport is closed"));
  }

  /** The call's error for what Connect has thrown. */
  error(thrown: unknown): StatusError {
    const { method, signal } = this.#call;
    if (this.#isClosed) return localError(method.path, Code.Unavailable, "the transport is closed");
    const error = fromConnectError(method.path, thrown);
    return error.code === Code.Cancelled && signal?.aborted ? cancelledError(method.path, signal.reason) : error;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#following?.leave();
    this.#list.delete(this);
  }
}

/** The wrapped requests of a call. Their error is kept, because Connect would replace it with its own. */
class CarriedRequests implements AsyncIterable<Message> {
  failure: StatusError | undefined;
  readonly #call: StreamCall;
  readonly #format: Format;
  readonly #signal: AbortSignal;
  #iterator: AsyncIterator<unknown> | undefined;
  #isOver = false;

  constructor(call: StreamCall, format: Format, signal: AbortSignal) {
    this.#call = call;
    this.#format = format;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): AsyncIterator<Message> {
    this.#iterator ??= this.#call.messages[Symbol.asyncIterator](); // Connect asks for it again when it stops the stream
    const fail = async (reason: unknown): Promise<never> => {
      this.stop();
      throw reason;
    };
    return { next: () => this.#next(), return: async () => this.stop(), throw: fail };
  }

  stop(): IteratorResult<never, undefined> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#iterator?.return?.()?.catch(() => {}); // the call already has its status
    }
    return { done: true, value: undefined };
  }

  async #next(): Promise<IteratorResult<Message>> {
    if (this.#isOver) return this.stop();
    try {
      const result = await this.#iterator!.next();
      if (this.#signal.aborted) throw cancelledError(this.#call.method.path, this.#signal.reason); // or it would look whole
      if (!result.done) return { done: false, value: this.#format.encode(this.#call.method, result.value) };
      this.#isOver = true;
      return { done: true, value: undefined };
    } catch (e) {
      this.failure ??= requestError(this.#call.method.path, e);
      this.stop();
      throw this.failure;
    }
  }
}

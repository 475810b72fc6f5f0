import type { Inherited } from "../call/context.js";
import { type Deadline, earlier, toDeadline } from "../call/deadline.js";
import { followHandledCalls, handledCall } from "../call/handled-calls.js";
import { Metadata } from "../call/metadata.js";
import type { Method, MethodKind } from "../call/method.js";
import { NO_METADATA } from "../call/no-metadata.js";
import type { CallOptions, Requests } from "../call/options.js";
import { createRequest, RequestMessages, singleMessage } from "../call/requests.js";
import type { Service } from "../call/service.js";
import { isStatusError } from "../call/status-error.js";
import { type ClientInterceptor, intercept } from "../interceptor.js";
import { wrongCount } from "../transport/message-bytes.js";
import { configured, type ServiceConfig } from "../transport/service-config.js";
import type {
  ClientCall,
  ClientReply,
  StreamCall,
  StreamReply,
  Transport,
  UnaryCall,
  UnaryReply,
} from "../transport/transport.js";
import { DirectReplies } from "./direct-replies.js";
import { ReplyStream } from "./reply-stream.js";
import { Signals } from "./signals.js";
import { tellHeaders, UnaryPromise } from "./unary-promise.js";

/** Defaults of all calls of a client, and what stands around them. */
export interface ClientOptions
  extends Pick<CallOptions, "deadline" | "metadata" | "waitForReady" | "compress" | "inherit"> {
  /** Run around every call; the first is the outermost. */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /**
   * A gRPC service config, for what holds on every transport: timeouts, `waitForReady`, retries, hedging and their
   * throttling. Made by `serviceConfig` of `@protoloom/rpc/service-config`. Interceptors stand around all attempts of a
   * call.
   */
  readonly serviceConfig?: ServiceConfig | undefined;
}

/**
 * Creates a client: an object with one function for each method of the service. A failing call throws a StatusError.
 * `options` are defaults for every call; the metadata of both is sent.
 *
 * A call that returns a stream starts when the stream is first read, and is cancelled when the loop is left.
 *
 * @example
 * const client = createClient(OrderService, grpcTransport({ address: "127.0.0.1:50051" }), { deadline: 2000 });
 * const order = await client.getOrder({ id: "7" }, { metadata: { "x-tenant": "acme" } });
 * for await (const change of client.watchOrder({ id: "7" })) console.log(change.status);
 */
export function createClient<C>(service: Service<C>, transport: Transport, options: ClientOptions = {}): C {
  if (options.inherit !== false) followHandledCalls();
  const caller = new Caller(configured(transport, options.serviceConfig), options);
  const methods = Object.values(service.methods).map((method) => [
    method.localName,
    calls[method.kind](caller, method),
  ]);
  return Object.freeze(withoutPromise(Object.fromEntries(methods))) as C;
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** `await` calls a method `then` with two functions: it gets the other methods, which make no promise of the client. */
function withoutPromise(methods: Methods): Methods {
  if (!Object.hasOwn(methods, "then")) return methods;
  const { then, ...others } = methods;
  const call = (...args: unknown[]): unknown => {
    const [resolve, reject] = args;
    const isAwait = typeof resolve === "function" && typeof reject === "function";
    return isAwait ? resolve(Object.freeze(others)) : then!(...args);
  };
  // biome-ignore lint/suspicious/noThenProperty: the method of a service, which answers `await` itself
  return { ...methods, then: call };
}

/** The function for a method, by its kind. */
const calls: Record<MethodKind, (caller: Caller, method: Method) => unknown> = {
  unary: (caller, method) => (request: unknown, options?: CallOptions) => caller.unary(method, request, options),
  client_streaming: (caller, method) => (requests: Requests<unknown>, options?: CallOptions) =>
    caller.collect(method, requests, options),
  server_streaming: (caller, method) => (request: unknown, options?: CallOptions) =>
    caller.stream(method, singleMessage(method, request), options),
  bidi_streaming: (caller, method) => (requests: Requests<unknown>, options?: CallOptions) =>
    caller.stream(method, new RequestMessages(method, requests), options),
};

class Caller {
  readonly #options: ClientOptions;
  readonly #transport: Transport;
  readonly #hasInterceptors: boolean;
  readonly #send: (call: ClientCall) => Promise<ClientReply>;

  constructor(transport: Transport, options: ClientOptions) {
    this.#options = options;
    this.#transport = transport;
    const { interceptors = [] } = options;
    this.#hasInterceptors = interceptors.length > 0;
    this.#send = intercept<ClientCall, ClientReply>(interceptors, (call) =>
      call.stream ? transport.stream(call) : transport.unary(call),
    );
  }

  unary(method: Method, request: unknown, options: CallOptions | undefined): Promise<unknown> {
    const transport = this.#transport;
    if (this.#hasInterceptors || transport.startUnary === undefined) return this.#intercepted(method, request, options);
    return new Promise((resolve) => {
      const signals = this.#signalsOf(options);
      const call = this.#unaryCall(method, request, options, signals);
      transport.startUnary!(call, new UnaryPromise(resolve, options, signals instanceof Signals ? signals : undefined));
    });
  }

  async #intercepted(method: Method, request: unknown, options: CallOptions | undefined): Promise<unknown> {
    const signals = this.#signalsOf(options);
    try {
      const reply = (await this.#send(this.#unaryCall(method, request, options, signals))) as UnaryReply;
      options?.onHeaders?.(reply.headers);
      options?.onTrailers?.(reply.trailers);
      return reply.message;
    } catch (e) {
      if (isStatusError(e)) tellHeaders(e, options);
      throw e;
    } finally {
      if (signals instanceof Signals) signals.release();
    }
  }

  async collect(method: Method, requests: Requests<unknown>, options: CallOptions | undefined): Promise<unknown> {
    let found: { message: unknown } | undefined;
    for await (const message of this.stream(method, new RequestMessages(method, requests), options)) {
      if (found !== undefined) throw wrongCount(method, "more than one");
      found = { message };
    }
    if (found === undefined) throw wrongCount(method, "no");
    return found.message;
  }

  stream(
    method: Method,
    messages: AsyncIterable<unknown>,
    options: CallOptions | undefined,
  ): AsyncIterableIterator<unknown> {
    const transport = this.#transport;
    const isWatched = options?.onHeaders !== undefined || options?.onTrailers !== undefined;
    if (this.#hasInterceptors || isWatched || transport.openStream === undefined)
      return new ReplyStream((signals) => this.#watched(method, messages, options, signals));
    return new DirectReplies(() =>
      transport.openStream!(this.#streamCall(method, messages, options, signalOf(this.#signalsOf(options)))),
    );
  }

  async #watched(
    method: Method,
    messages: AsyncIterable<unknown>,
    options: CallOptions | undefined,
    signals: Signals,
  ): Promise<StreamReply> {
    signals.ownController();
    const inherited = this.#inherited(options);
    if (inherited !== undefined) signals.follow(inherited.signal);
    if (options?.signal !== undefined) signals.follow(options.signal);
    const reply = (await this.#send(this.#streamCall(method, messages, options, signals.signal))) as StreamReply;
    options?.onHeaders?.(reply.headers);
    return options?.onTrailers === undefined ? reply : notifying(reply, options.onTrailers);
  }

  /** All fields at once: an object that is spread costs V8 more, and lives longer (bench:rpc). */
  #unaryCall(
    method: Method,
    request: unknown,
    options: CallOptions | undefined,
    signals: Signals | AbortSignal | undefined,
  ): UnaryCall {
    const defaults = this.#options;
    return {
      stream: false,
      method,
      message: createRequest(method, request),
      metadata: this.#metadataOf(options),
      deadline: this.#deadlineOf(options),
      signal: signalOf(signals),
      waitForReady: options?.waitForReady ?? defaults.waitForReady ?? false,
      compress: options?.compress ?? defaults.compress ?? true,
    };
  }

  #streamCall(
    method: Method,
    messages: AsyncIterable<unknown>,
    options: CallOptions | undefined,
    signal: AbortSignal | undefined,
  ): StreamCall {
    const defaults = this.#options;
    return {
      stream: true,
      method,
      messages,
      metadata: this.#metadataOf(options),
      deadline: this.#deadlineOf(options),
      signal,
      waitForReady: options?.waitForReady ?? defaults.waitForReady ?? false,
      compress: options?.compress ?? defaults.compress ?? true,
    };
  }

  #inherited(options: CallOptions | undefined): Inherited | undefined {
    return (options?.inherit ?? this.#options.inherit ?? true) ? handledCall() : undefined;
  }

  /** The signals that end the call: one as it is, two as one. */
  #signalsOf(options: CallOptions | undefined): Signals | AbortSignal | undefined {
    const inherited = this.#inherited(options)?.signal;
    const own = options?.signal;
    if (inherited === undefined || own === undefined) return inherited ?? own;
    const signals = new Signals();
    signals.follow(inherited);
    signals.follow(own);
    return signals;
  }

  #deadlineOf(options: CallOptions | undefined): Deadline {
    return earlier(toDeadline(options?.deadline ?? this.#options.deadline), this.#inherited(options)?.deadlineTime);
  }

  /** Made only where somebody adds to it. */
  #metadataOf(options: CallOptions | undefined): Metadata {
    const defaults = this.#options.metadata;
    const own = options?.metadata;
    const isReadOnly = !this.#hasInterceptors && this.#transport.startUnary !== undefined;
    if (defaults === undefined && own === undefined && isReadOnly) return NO_METADATA;
    const metadata = new Metadata(defaults);
    return own === undefined ? metadata : metadata.merge(new Metadata(own));
  }
}

function signalOf(signals: Signals | AbortSignal | undefined): AbortSignal | undefined {
  return signals instanceof Signals ? signals.signal : signals;
}

function notifying(reply: StreamReply, onTrailers: (trailers: Metadata) => void): StreamReply {
  const messages = async function* () {
    yield* reply.messages;
    onTrailers(reply.trailers);
  };
  return { stream: true, headers: reply.headers, messages: messages(), trailers: reply.trailers };
}

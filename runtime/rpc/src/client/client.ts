import { Code } from "../call/code.js";
import { earlier, toDeadline } from "../call/deadline.js";
import { followHandledCalls, handledCall } from "../call/handled-calls.js";
import { Metadata } from "../call/metadata.js";
import type { Method, MethodKind } from "../call/method.js";
import type { CallOptions, Requests } from "../call/options.js";
import { createRequest, requestMessages, singleMessage } from "../call/requests.js";
import type { Service } from "../call/service.js";
import { StatusError } from "../call/status-error.js";
import { type ClientInterceptor, intercept } from "../interceptor.js";
import { withServiceConfig } from "../service-config/configured-transport.js";
import type { ClientCall, ClientReply, StreamReply, Transport, UnaryReply } from "../transport/transport.js";
import { ReplyStream } from "./reply-stream.js";
import { Signals } from "./signals.js";

export interface ClientOptions
  extends Pick<CallOptions, "deadline" | "metadata" | "waitForReady" | "compress" | "inherit"> {
  /** Run around every call; the first is the outermost. */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /**
   * A gRPC service config, for what holds on every transport: timeouts, `waitForReady`, retries, hedging and their
   * throttling (gRPC, "Service Config in gRPC"). Interceptors stand around all attempts of a call.
   */
  readonly serviceConfig?: object | undefined;
}

/**
 * Creates a client: an object with one function for each method of the service. A failing call throws a StatusError.
 * `options` are defaults for every call; the metadata of both is sent.
 *
 * A call that returns a stream starts when the stream is first read, and is cancelled when the loop is left.
 */
export function createClient<C>(service: Service<C>, transport: Transport, options: ClientOptions = {}): C {
  if (options.inherit !== false) followHandledCalls();
  const { serviceConfig } = options;
  const configured = serviceConfig === undefined ? transport : withServiceConfig(transport, serviceConfig);
  const caller = new Caller(configured, options);
  const methods = Object.values(service.methods).map((method) => [
    method.localName,
    calls[method.kind](caller, method),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as C;
}

/** The function for a method, by its kind. */
const calls: Record<MethodKind, (caller: Caller, method: Method) => unknown> = {
  unary: (caller, method) => (request: unknown, options?: CallOptions) => caller.unary(method, request, options),
  client_streaming: (caller, method) => (requests: Requests<unknown>, options?: CallOptions) =>
    caller.collect(method, requests, options),
  server_streaming: (caller, method) => (request: unknown, options?: CallOptions) =>
    new ReplyStream((signals) => caller.stream(method, singleMessage(method, request), options, signals)),
  bidi_streaming: (caller, method) => (requests: Requests<unknown>, options?: CallOptions) =>
    new ReplyStream((signals) => caller.stream(method, requestMessages(method, requests), options, signals)),
};

class Caller {
  private readonly options: ClientOptions;
  private readonly send: (call: ClientCall) => Promise<ClientReply>;

  constructor(transport: Transport, options: ClientOptions) {
    this.options = options;
    this.send = intercept<ClientCall, ClientReply>(options.interceptors ?? [], (call) =>
      call.stream ? transport.stream(call) : transport.unary(call),
    );
  }

  async unary(method: Method, request: unknown, options: CallOptions | undefined): Promise<unknown> {
    const signals = new Signals();
    try {
      const call = this.prepare(method, options, signals);
      const message = createRequest(method, request);
      const reply = (await this.send({ ...call, stream: false, message })) as UnaryReply;
      options?.onHeaders?.(reply.headers);
      options?.onTrailers?.(reply.trailers);
      return reply.message;
    } finally {
      signals.release();
    }
  }

  async collect(method: Method, requests: Requests<unknown>, options: CallOptions | undefined): Promise<unknown> {
    const replies = new ReplyStream((signals) =>
      this.stream(method, requestMessages(method, requests), options, signals),
    );
    let found: { message: unknown } | undefined;
    for await (const message of replies) {
      if (found !== undefined)
        throw new StatusError(Code.Unimplemented, `${method.path} answered with more than one message`);
      found = { message };
    }
    if (found === undefined) throw new StatusError(Code.Unimplemented, `${method.path} answered with no message`);
    return found.message;
  }

  async stream(
    method: Method,
    messages: AsyncIterable<unknown>,
    options: CallOptions | undefined,
    signals: Signals,
  ): Promise<StreamReply> {
    signals.ownController();
    const call = this.prepare(method, options, signals);
    const reply = (await this.send({ ...call, stream: true, messages })) as StreamReply;
    options?.onHeaders?.(reply.headers);
    return options?.onTrailers === undefined ? reply : notifying(reply, options.onTrailers);
  }

  private prepare(method: Method, options: CallOptions | undefined, signals: Signals) {
    const defaults = this.options;
    const inherited = (options?.inherit ?? defaults.inherit ?? true) ? handledCall() : undefined;
    if (inherited !== undefined) signals.follow(inherited.signal);
    if (options?.signal !== undefined) signals.follow(options.signal);
    const metadata = new Metadata(defaults.metadata);
    if (options?.metadata !== undefined) metadata.merge(new Metadata(options.metadata));
    return {
      method,
      metadata,
      deadline: earlier(toDeadline(options?.deadline ?? defaults.deadline), inherited?.deadlineTime),
      signal: signals.signal,
      waitForReady: options?.waitForReady ?? defaults.waitForReady ?? false,
      compress: options?.compress ?? defaults.compress ?? true,
    };
  }
}

function notifying(reply: StreamReply, onTrailers: (trailers: Metadata) => void): StreamReply {
  const messages = async function* () {
    yield* reply.messages;
    onTrailers(reply.trailers);
  };
  return { ...reply, messages: messages() };
}

import { keepContext } from "#context";
import type { Listed } from "../call/call-list.js";
import { Code } from "../call/code.js";
import type { Context, Inherited } from "../call/context.js";
import { EncodedMessage } from "../call/encoded-message.js";
import type { ErrorDetail } from "../call/error-detail.js";
import { type Handling, whileHandling } from "../call/handled-calls.js";
import { type Method, streamsReplies, streamsRequests } from "../call/method.js";
import { NO_METADATA } from "../call/no-metadata.js";
import type { Handler, ServedMethod } from "../call/served-method.js";

import { isStatusError, StatusError } from "../call/status-error.js";
import { intercept, type ServerCall, type ServerInterceptor, type ServerReply } from "../interceptor.js";
import type { CallObserver, IncomingCall } from "../transport/incoming-call.js";
import { HandlerContext } from "./handler-context.js";
import { LaterReplies, ReplyList, type ReplyPump, type ReplySink } from "./reply-pump.js";

export interface ServedCallOptions {
  readonly interceptors: readonly ServerInterceptor[];
  readonly onError: (error: unknown, context: Context) => void;
  readonly onOver: (call: ServedCall) => void;
}

/** One call, from its first request to its status. Whatever the handler does, it ends exactly once. */
export class ServedCall implements CallObserver, Handling, ReplySink, Listed<ServedCall> {
  previousListed: ServedCall | undefined;
  nextListed: ServedCall | undefined;
  isOver = false;
  readonly #method: Method;
  readonly #handler: Handler;
  readonly #incoming: IncomingCall;
  readonly #options: ServedCallOptions;
  readonly #context: HandlerContext;
  #replies: ReplyPump | undefined;

  constructor({ method, handler }: ServedMethod, incoming: IncomingCall, options: ServedCallOptions) {
    this.#method = method;
    this.#handler = handler;
    this.#incoming = incoming;
    this.#options = options;
    this.#context = new HandlerContext(method, incoming);
    incoming.observer = this;
  }

  get inherited(): Inherited {
    return this.#context;
  }

  /** Runs the handler; the clients that it uses find the context. */
  start(): void {
    whileHandling(this, this.#incoming.surrounding);
  }

  /** Called by `start`. */
  serve(): void {
    try {
      if (this.#options.interceptors.length > 0) this.#serveIntercepted();
      else if (streamsRequests(this.#method)) this.#take(this.#handler(requestsOf(this.#incoming), this.#context));
      else this.#serveOne();
    } catch (e) {
      this.failed(e);
    }
  }

  /** Notifies the handler that the server takes no more calls. */
  drain(): void {
    this.#context.drain(new Error("the server is shutting down"));
  }

  onDrain(): void {
    this.#context.drain(new Error("the connection is closing"));
  }

  /** Ends the call from this side, while the handler still runs. */
  cancel(reason: StatusError): void {
    if (this.isOver) return;
    this.onCancel(reason);
    this.#finish(reason.code, reason.text, []);
  }

  /** The call is over while the handler runs: tells it, and stops what it sends. */
  onCancel(reason: StatusError): void {
    if (this.isOver) return;
    this.#over();
    this.#context.cancel(reason);
    this.#stopReplies();
  }

  // ---- from the requests to what the handler gives

  /** A request that is there makes no promise but the handler's (bench:rpc: small, unary). */
  #serveOne(): void {
    const request = this.#incoming.takeRequest?.();
    if (request !== undefined) this.#take(this.#handler(request, this.#context));
    else
      receiveOne(this.#method, this.#incoming)
        .then((received) => this.#take(this.#handler(received, this.#context)))
        .catch((e) => this.failed(e));
  }

  #take(given: unknown): void {
    if (streamsReplies(this.#method)) this.#sendAll(given);
    else if (isThenable(given))
      given.then(
        (message) => this.#sendOne(message),
        (e) => this.failed(e),
      );
    else this.#sendOne(given);
  }

  // ---- the same with interceptors around the handler

  #serveIntercepted(): void {
    this.#reply()
      .then((reply) => {
        if (reply.stream) this.#sendAll(reply.messages);
        else this.#sendOne(reply.message);
      })
      .catch((e) => this.failed(e));
  }

  async #reply(): Promise<ServerReply> {
    const around = intercept<ServerCall, ServerReply>(this.#options.interceptors, (inner) => this.#handle(inner));
    const method = this.#method;
    const context = this.#context;
    const incoming = this.#incoming;
    if (method.kind !== "unary") return around({ stream: true, method, context, messages: requestsOf(incoming) });
    const message = incoming.takeRequest?.() ?? (await receiveOne(method, incoming));
    return around({ stream: false, method, context, message });
  }

  async #handle(call: ServerCall): Promise<ServerReply> {
    const handler = this.#handler;
    const method = this.#method;
    const context = this.#context;
    if (!call.stream) return { stream: false, message: await handler(call.message, context) };
    const requests = streamsRequests(method) ? call.messages : await takeOne(method, call.messages);
    const given = handler(requests, context);
    if (!streamsReplies(method)) return { stream: true, messages: only(await given) };
    return { stream: true, messages: inContext(toAsyncIterable(method, given)) };
  }

  // ---- from what the handler gives to the status

  #sendOne(message: unknown): void {
    try {
      this.send(message);
      this.done();
    } catch (e) {
      this.failed(e);
    }
  }

  #sendAll(given: unknown): void {
    this.#replies = this.#pumpOf(given);
    if (this.isOver) this.#stopReplies();
    else this.#replies.start();
  }

  #pumpOf(given: unknown): ReplyPump {
    if (typeof given === "object" && given !== null) {
      if (Symbol.asyncIterator in given) return new LaterReplies(given as AsyncIterable<unknown>, this);
      if (Symbol.iterator in given) return new ReplyList(given as Iterable<unknown>, this);
    }
    throw notIterable(this.#method, given);
  }

  send(message: unknown): Promise<void> | undefined {
    if (this.isOver) return undefined;
    try {
      const created = message instanceof EncodedMessage ? message : this.#method.output.create(message);
      this.#context.flushHeaders();
      return this.#incoming.send(created);
    } catch (e) {
      if (isStatusError(e)) throw e;
      this.#options.onError(e, this.#context);
      throw new StatusError(Code.Internal, `cannot encode the response of ${this.#method.path}`, { cause: e });
    }
  }

  done(): void {
    this.#end(Code.Ok, "", []);
    this.#incoming.finished?.();
  }

  failed(thrown: unknown): void {
    this.#stopReplies();
    if (isStatusError(thrown) && thrown.code !== Code.Ok) this.#end(thrown.code, thrown.text, thrown.details);
    else if (!this.isOver) {
      this.#options.onError(thrown, this.#context);
      this.#end(Code.Unknown, `the handler of ${this.#method.path} failed`, []); // what was thrown is not the peer's affair
    }
    this.#incoming.finished?.();
  }

  #end(code: Code, text: string, details: readonly ErrorDetail[]): void {
    if (this.isOver) return;
    this.#over();
    const context = this.#context;
    try {
      context.flushHeaders();
      this.#finish(code, text, details);
    } catch (e) {
      this.#options.onError(e, context);
      this.#finish(Code.Internal, "cannot send the headers", []);
    }
  }

  #finish(code: Code, text: string, details: readonly ErrorDetail[]): void {
    const trailers = details.length > 0 ? this.#context.trailers : (this.#context.sentTrailers ?? NO_METADATA);
    this.#incoming.end({ code, text, details, trailers });
  }

  #over(): void {
    this.isOver = true;
    this.#context.isOver = true;
    this.#incoming.observer = undefined;
    this.#options.onOver(this);
  }

  #stopReplies(): void {
    const replies = this.#replies;
    this.#replies = undefined;
    replies?.stop();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

async function receiveOne(method: Method, incoming: IncomingCall): Promise<unknown> {
  const first = await incoming.next();
  if (first.done) throw noRequest(method);
  if (!(await incoming.next()).done) throw manyRequests(method);
  return first.value;
}

async function takeOne(method: Method, messages: AsyncIterable<unknown>): Promise<unknown> {
  let found: { readonly message: unknown } | undefined;
  for await (const message of messages) {
    if (found !== undefined) throw manyRequests(method);
    found = { message };
  }
  if (found === undefined) throw noRequest(method);
  return found.message;
}

function noRequest({ path }: Method): StatusError {
  return new StatusError(Code.Unimplemented, `${path} got no request`);
}

function manyRequests({ path }: Method): StatusError {
  return new StatusError(Code.Unimplemented, `${path} got more than one request`);
}

async function* only(message: unknown): AsyncGenerator<unknown, void, undefined> {
  yield message;
}

function requestsOf(incoming: IncomingCall): AsyncIterable<unknown> {
  const iterator: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => incoming.next(),
  };
  return iterator;
}

/** Handlers may return anything that can be iterated; an iterator of their own keeps its `return`. */
function toAsyncIterable(method: Method, replies: unknown): AsyncIterable<unknown> {
  if (typeof replies === "object" && replies !== null) {
    if (Symbol.asyncIterator in replies) return replies as AsyncIterable<unknown>;
    if (Symbol.iterator in replies) return each(replies as Iterable<unknown>);
  }
  throw notIterable(method, replies);
}

/** A generator runs when it is asked: what interceptors have put into the asynchronous context is to be there then. */
function inContext(messages: AsyncIterable<unknown>): AsyncIterable<unknown> {
  const kept = keepContext();
  const within = <R>(work: () => R): R => kept.run(work, undefined);
  return {
    [Symbol.asyncIterator]() {
      const iterator = within(() => messages[Symbol.asyncIterator]());
      return {
        next: () => within(() => iterator.next()),
        return: async () => within(() => iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

async function* each(messages: Iterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  yield* messages;
}

function notIterable({ path }: Method, replies: unknown): TypeError {
  return new TypeError(`expected the handler of ${path} to return an async iterable, got ${typeof replies}`);
}

import type { Any } from "@protoloom/protobuf/wkt/any";
import { Code } from "../call/code.js";
import type { Context } from "../call/context.js";
import { EncodedMessage } from "../call/encoded-message.js";
import { whileHandling } from "../call/handled-calls.js";
import type { Method } from "../call/method.js";
import type { Handler, ServedMethod } from "../call/served-method.js";
import { isStatusError, StatusError } from "../call/status-error.js";
import { intercept, type ServerCall, type ServerInterceptor, type ServerReply } from "../interceptor.js";
import type { IncomingCall } from "../transport/incoming-call.js";
import { HandlerContext } from "./handler-context.js";

export interface ServedCallOptions {
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
  readonly onError: (error: unknown, context: Context) => void;
  readonly onOver: (call: ServedCall) => void;
}

/** One call, from its first request to its status. Whatever the handler does, it ends exactly once. */
export class ServedCall {
  private readonly method: Method;
  private readonly handler: Handler;
  private readonly incoming: IncomingCall;
  private readonly options: ServedCallOptions;
  private readonly context: HandlerContext;
  private replies: AsyncIterator<unknown> | undefined;
  private isOver = false;

  constructor({ method, handler }: ServedMethod, incoming: IncomingCall, options: ServedCallOptions) {
    this.method = method;
    this.handler = handler;
    this.incoming = incoming;
    this.options = options;
    this.context = new HandlerContext(method, incoming);
    incoming.onDrain = () => this.context.drain(new Error("the connection is closing"));
    incoming.onCancel = (reason) => this.leave(reason);
  }

  /** Runs the handler; the clients that it uses find the context. */
  start(): void {
    whileHandling(this.context, () => void this.serve());
  }

  /** Notifies the handler that the server takes no more calls. */
  drain(): void {
    this.context.drain(new Error("the server is shutting down"));
  }

  /** Ends the call from this side, while the handler still runs. */
  cancel(reason: StatusError): void {
    if (this.isOver) return;
    this.leave(reason);
    this.incoming.end({ code: reason.code, text: reason.text, details: [], trailers: this.context.trailers });
  }

  private async serve(): Promise<void> {
    try {
      if (this.isPlain()) this.send(await this.handler(await receiveOne(this.method, this.incoming), this.context));
      else {
        const reply = await this.reply(await this.receive());
        if (reply.stream) await this.sendAll(reply.messages);
        else this.send(reply.message);
      }
      this.end(Code.Ok, "");
    } catch (e) {
      this.fail(e);
    }
  }

  /** The most frequent kind of call takes the shortest path (bench:rpc: small, unary). */
  private isPlain(): boolean {
    return this.method.kind === "unary" && (this.options.interceptors ?? []).length === 0;
  }

  private async receive(): Promise<ServerCall> {
    const { method, context, incoming } = this;
    if (method.kind === "unary") return { stream: false, method, context, message: await receiveOne(method, incoming) };
    return { stream: true, method, context, messages: requestsOf(incoming) };
  }

  private reply(call: ServerCall): Promise<ServerReply> {
    const { interceptors } = this.options;
    if (interceptors === undefined || interceptors.length === 0) return this.handle(call);
    return intercept<ServerCall, ServerReply>(interceptors, (inner) => this.handle(inner))(call);
  }

  private async handle(call: ServerCall): Promise<ServerReply> {
    const { handler, method, context } = this;
    if (!call.stream) return { stream: false, message: await handler(call.message, context) };
    switch (method.kind) {
      case "client_streaming":
        return { stream: true, messages: only(await handler(call.messages, context)) };
      case "server_streaming":
        return { stream: true, messages: toIterable(method, handler(await takeOne(method, call.messages), context)) };
      default:
        return { stream: true, messages: toIterable(method, handler(call.messages, context)) };
    }
  }

  private async sendAll(messages: AsyncIterable<unknown>): Promise<void> {
    this.replies = messages[Symbol.asyncIterator]();
    while (!this.isOver) if (await this.sendNext(this.replies)) return;
  }

  /**
   * Returns whether there are no more. Between two messages nothing here refers to the first: a suspended function
   * keeps its variables alive, and a stream may wait for hours.
   */
  private sendNext(replies: AsyncIterator<unknown>): Promise<boolean> {
    return replies.next().then((result) => {
      if (result.done || this.isOver) return result.done === true;
      const room = this.send(result.value);
      return room === undefined ? false : room.then(() => false);
    });
  }

  private send(message: unknown): Promise<void> | undefined {
    if (this.isOver) return undefined;
    try {
      const created = message instanceof EncodedMessage ? message : this.method.output.create(message);
      this.context.flushHeaders();
      return this.incoming.send(created);
    } catch (e) {
      if (isStatusError(e)) throw e;
      this.options.onError(e, this.context);
      throw new StatusError(Code.Internal, `cannot encode the response of ${this.method.path}`, { cause: e });
    }
  }

  private fail(thrown: unknown): void {
    this.stopReplies();
    if (isStatusError(thrown) && thrown.code !== Code.Ok) {
      this.end(thrown.code, thrown.text, thrown.details);
    } else if (!this.isOver) {
      this.options.onError(thrown, this.context);
      this.end(Code.Unknown, `the handler of ${this.method.path} failed`); // the peer must not see what was thrown
    }
  }

  private end(code: Code, text: string, details: readonly Any[] = []): void {
    if (this.isOver) return;
    this.over();
    const { context, incoming } = this;
    try {
      context.flushHeaders();
    } catch (e) {
      this.options.onError(e, context);
      incoming.end({ code: Code.Internal, text: "cannot send the headers", details: [], trailers: context.trailers });
      return;
    }
    incoming.end({ code, text, details, trailers: context.trailers });
  }

  /** The call ended while the handler runs: notifies it, and stops its output. */
  private leave(reason: StatusError): void {
    if (this.isOver) return;
    this.over();
    this.context.cancel(reason);
    this.stopReplies();
  }

  private over(): void {
    this.isOver = true;
    this.incoming.onCancel = undefined;
    this.incoming.onDrain = undefined;
    this.options.onOver(this);
  }

  /** A generator that awaits something else learns of it afterwards: nothing can interrupt it. */
  private stopReplies(): void {
    const { replies } = this;
    this.replies = undefined;
    replies?.return?.().catch(() => {}); // the call already has its status
  }
}

async function receiveOne(method: Method, incoming: IncomingCall): Promise<unknown> {
  const message = await incoming.receive();
  if (message === undefined) throw new StatusError(Code.Unimplemented, `${method.path} got no request`);
  if ((await incoming.receive()) !== undefined)
    throw new StatusError(Code.Unimplemented, `${method.path} got more than one request`);
  return message;
}

async function takeOne(method: Method, messages: AsyncIterable<unknown>): Promise<unknown> {
  let found: { readonly message: unknown } | undefined;
  for await (const message of messages) {
    if (found !== undefined) throw new StatusError(Code.Unimplemented, `${method.path} got more than one request`);
    found = { message };
  }
  if (found === undefined) throw new StatusError(Code.Unimplemented, `${method.path} got no request`);
  return found.message;
}

function requestsOf(incoming: IncomingCall): AsyncIterable<unknown> {
  const iterator: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      const message = await incoming.receive();
      return message === undefined ? { done: true, value: undefined } : { done: false, value: message };
    },
  };
  return iterator;
}

async function* only(message: unknown): AsyncGenerator<unknown, void, undefined> {
  yield message;
}

/** Handlers may return any iterable; its iterator's `return` is called. */
function toIterable(method: Method, replies: unknown): AsyncIterable<unknown> {
  if (typeof replies === "object" && replies !== null) {
    if (Symbol.asyncIterator in replies) return replies as AsyncIterable<unknown>;
    if (Symbol.iterator in replies) return each(replies as Iterable<unknown>);
  }
  throw new TypeError(`expected the handler of ${method.path} to return an async iterable, got ${typeof replies}`);
}

async function* each(messages: Iterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  yield* messages;
}

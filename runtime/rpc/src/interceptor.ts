import type { Context } from "./call/context.js";
import type { Method } from "./call/method.js";
import type { ClientCall, ClientReply } from "./transport/transport.js";

/**
 * A function around every call of a client. It may change the call that it passes on, inspect the reply or wrap its
 * messages, and call `next` again or not at all.
 *
 *     const timing: ClientInterceptor = async (call, next) => {
 *       const start = performance.now();
 *       try {
 *         return await next(call);
 *       } finally {
 *         record(call.method.path, performance.now() - start);
 *       }
 *     };
 */
export type ClientInterceptor = (
  call: ClientCall,
  next: (call: ClientCall) => Promise<ClientReply>,
) => Promise<ClientReply>;

interface ServerCallBase {
  readonly method: Method;
  readonly context: Context;
}

/** A call on its way to the handler: one message, or the stream of them. */
export type ServerCall =
  | (ServerCallBase & { readonly stream: false; readonly message: unknown })
  | (ServerCallBase & { readonly stream: true; readonly messages: AsyncIterable<unknown> });

/** The handler's result. */
export type ServerReply =
  | { readonly stream: false; readonly message: unknown }
  | { readonly stream: true; readonly messages: AsyncIterable<unknown> };

/** A function around every call of a server, like ClientInterceptor. Headers and trailers are in `call.context`. */
export type ServerInterceptor = (
  call: ServerCall,
  next: (call: ServerCall) => Promise<ServerReply>,
) => Promise<ServerReply>;

/** Wraps the innermost function in the interceptors; the first is the outermost. */
export function intercept<C, R>(
  interceptors: readonly ((call: C, next: (call: C) => Promise<R>) => Promise<R>)[],
  innermost: (call: C) => Promise<R>,
): (call: C) => Promise<R> {
  return interceptors.reduceRight<(call: C) => Promise<R>>((next, around) => (call) => around(call, next), innermost);
}

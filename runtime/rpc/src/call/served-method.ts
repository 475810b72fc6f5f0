import type { Context } from "./context.js";
import type { Method } from "./method.js";
import type { Service } from "./service.js";

/** A user's handler of a method: it takes a message or a stream, and returns a message or a stream. */
export type Handler = (request: unknown, context: Context) => unknown;

/** A method that a server handles. */
export interface ServedMethod {
  readonly method: Method;
  readonly handler: Handler;
}

/**
 * The methods of a service that have handlers. Handlers may be a plain object or a class instance; a function that every
 * object inherits, such as `hasOwnProperty`, is not a handler.
 */
export function servedMethods(service: Service, handlers: object): ServedMethod[] {
  return Object.values(service.methods).flatMap((method) => {
    const handler = (handlers as Record<string, unknown>)[method.localName];
    if (handler === undefined || handler === Object.prototype[method.localName as keyof object]) return [];
    if (typeof handler !== "function") {
      throw new TypeError(
        `cannot add service ${service.typeName}: expected ${method.localName} to be a function, got ${typeof handler}`,
      );
    }
    return [{ method, handler: handler.bind(handlers) as Handler }];
  });
}

import type { Context } from "./context.js";
import type { Method } from "./method.js";
import type { Service } from "./service.js";

/** What the user wrote for a method: it takes a message or a stream of them, and gives one. */
export type Handler = (request: unknown, context: Context) => unknown;

/** A method that a server has. */
export interface ServedMethod {
  readonly method: Method;
  readonly handler: Handler;
}

/** The methods of a service for which there are handlers. Handlers may be a plain object or an instance of a class. */
export function servedMethods(service: Service, handlers: object): ServedMethod[] {
  return Object.values(service.methods).flatMap((method) => {
    const handler = (handlers as Record<string, unknown>)[method.localName];
    if (handler === undefined) return [];
    if (typeof handler !== "function") {
      throw new TypeError(
        `cannot add service ${service.typeName}: expected ${method.localName} to be a function, got ${typeof handler}`,
      );
    }
    return [{ method, handler: handler.bind(handlers) as Handler }];
  });
}

import { Code } from "./code.js";
import type { Method } from "./method.js";
import type { Requests } from "./options.js";
import { StatusError } from "./status-error.js";

const end: IteratorResult<never, undefined> = { done: true, value: undefined };

/** Makes a message from the caller's argument. An invalid one fails with INVALID_ARGUMENT before anything is sent. */
export function createRequest(method: Method, request: unknown): unknown {
  try {
    return method.input.create(request);
  } catch (e) {
    throw new StatusError(Code.InvalidArgument, `invalid request of ${method.path}: ${(e as Error).message}`, {
      cause: e,
    });
  }
}

/**
 * The messages of a request stream. Not a generator, so that `return` reaches the caller's iterator while `next` waits.
 */
export function requestMessages(method: Method, requests: Requests<unknown>): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator](): AsyncIterator<unknown> {
      const iterator = iterate(typeof requests === "function" ? requests() : requests);
      return {
        async next() {
          const result = await iterator.next();
          return result.done ? end : { done: false, value: createRequest(method, result.value) };
        },
        async return() {
          await iterator.return?.();
          return end;
        },
      };
    },
  };
}

/** The only message of a method that does not stream its requests. */
export async function* singleMessage(method: Method, request: unknown): AsyncGenerator<unknown, void, undefined> {
  yield createRequest(method, request);
}

function iterate(source: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterator<unknown> | Iterator<unknown> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

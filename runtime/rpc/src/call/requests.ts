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

type Source = AsyncIterable<unknown> | Iterable<unknown>;

/**
 * The messages of a request stream. Not a generator, so that `return` reaches the caller's iterator while `next` waits.
 */
export class RequestMessages implements AsyncIterable<unknown> {
  readonly #method: Method;
  readonly #requests: Requests<unknown>;

  constructor(method: Method, requests: Requests<unknown>) {
    this.#method = method;
    this.#requests = requests;
  }

  /** The messages without a promise for each, or with: whichever the caller's stream has. */
  open(): { readonly now: Iterator<unknown> } | { readonly later: AsyncIterator<unknown> } {
    const source: Source = typeof this.#requests === "function" ? this.#requests() : this.#requests;
    if (Symbol.asyncIterator in source) return { later: source[Symbol.asyncIterator]() };
    return { now: source[Symbol.iterator]() };
  }

  create(request: unknown): unknown {
    return createRequest(this.#method, request);
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    const opened = this.open();
    const iterator = "now" in opened ? opened.now : opened.later;
    return {
      next: async () => {
        const result = await iterator.next();
        return result.done ? end : { done: false, value: this.create(result.value) };
      },
      return: async () => {
        await iterator.return?.();
        return end;
      },
    };
  }
}

/** The only message of a method that does not stream its requests. */
export function singleMessage(method: Method, request: unknown): AsyncIterable<unknown> {
  return new RequestMessages(method, [request]);
}

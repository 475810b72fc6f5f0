import type { Method } from "../call/method.js";

/** Maximum size in bytes of the requests that are kept for further attempts. */
const MAX_BYTES = 1024 * 1024;

/** The requests of a call, replayed from the first one for each attempt, one after the other or in parallel. */
export class ReplayedRequests {
  readonly #method: Method;
  readonly #iterator: AsyncIterator<unknown>;
  readonly #taken: Promise<IteratorResult<unknown>>[] = [];
  #bytes = 0;
  /** Whether a further attempt can get all requests. */
  isWhole = true;

  constructor(method: Method, messages: AsyncIterable<unknown>) {
    this.#method = method;
    this.#iterator = messages[Symbol.asyncIterator]();
  }

  /** The requests, from the first one. */
  replay(): AsyncIterable<unknown> {
    let next = 0;
    const end = { done: true as const, value: undefined };
    let isLeft = false;
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => (isLeft ? end : this.#at(next++)),
        return: async () => {
          isLeft = true;
          return end;
        },
      }),
    };
  }

  /** There will be no further attempt. */
  commit(): void {
    this.isWhole = false;
  }

  /** No attempt reads any more. */
  stop(): void {
    this.#iterator.return?.()?.catch(() => {}); // the call has its status already
  }

  #at(index: number): Promise<IteratorResult<unknown>> {
    const known = this.#taken[index];
    if (known !== undefined) return known;
    const result = this.#iterator.next();
    if (this.isWhole) this.#keep(index, result);
    return result;
  }

  #keep(index: number, result: Promise<IteratorResult<unknown>>): void {
    this.#taken[index] = result;
    result.then(
      ({ done, value }) => {
        if (!done) this.#bytes += this.#method.input.size(value);
        if (this.#bytes > MAX_BYTES) this.isWhole = false;
      },
      () => {}, // whoever reads it is told
    );
  }
}

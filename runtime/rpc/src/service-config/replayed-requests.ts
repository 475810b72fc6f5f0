import type { Method } from "../call/method.js";

/** The most bytes of requests that are kept for another attempt. */
const MOST_BYTES = 1024 * 1024;

/** The requests of a call, for one attempt after the other, or several at once: what one has taken the next gets again. */
export class ReplayedRequests {
  private readonly method: Method;
  private readonly iterator: AsyncIterator<unknown>;
  private readonly taken: Promise<IteratorResult<unknown>>[] = [];
  private bytes = 0;
  /** Whether another attempt can have them all. */
  isWhole = true;

  constructor(method: Method, messages: AsyncIterable<unknown>) {
    this.method = method;
    this.iterator = messages[Symbol.asyncIterator]();
  }

  /** The requests, from the first on. */
  replay(): AsyncIterable<unknown> {
    let next = 0;
    const end = { done: true as const, value: undefined };
    let isLeft = false;
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => (isLeft ? end : this.at(next++)),
        return: async () => {
          isLeft = true;
          return end;
        },
      }),
    };
  }

  /** There will be no other attempt. */
  commit(): void {
    this.isWhole = false;
  }

  /** No attempt wants more. */
  stop(): void {
    this.iterator.return?.()?.catch(() => {}); // the call has its status already
  }

  private at(index: number): Promise<IteratorResult<unknown>> {
    const known = this.taken[index];
    if (known !== undefined) return known;
    const result = this.iterator.next();
    if (this.isWhole) this.keep(index, result);
    return result;
  }

  private keep(index: number, result: Promise<IteratorResult<unknown>>): void {
    this.taken[index] = result;
    result.then(
      ({ done, value }) => {
        if (!done) this.bytes += this.method.input.size(value);
        if (this.bytes > MOST_BYTES) this.isWhole = false;
      },
      () => {}, // whoever reads it is told
    );
  }
}

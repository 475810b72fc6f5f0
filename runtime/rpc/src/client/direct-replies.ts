const end: IteratorResult<never, undefined> = { done: true, value: undefined };

/** The responses of a call as the transport gives them. The call starts at the first `next`. */
export class DirectReplies implements AsyncIterableIterator<unknown> {
  readonly #open: () => AsyncIterator<unknown>;
  #messages: AsyncIterator<unknown> | undefined;
  #isOver = false;

  constructor(open: () => AsyncIterator<unknown>) {
    this.#open = open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#messages !== undefined) return this.#messages.next();
    return this.#isOver ? Promise.resolve(end) : this.#begin();
  }

  async #begin(): Promise<IteratorResult<unknown>> {
    this.#isOver = true; // unless it begins
    this.#messages = this.#open();
    return this.#messages.next();
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.#isOver = true;
    await this.#messages?.return?.();
    return end;
  }
}

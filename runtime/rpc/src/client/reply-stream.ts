import type { StreamReply } from "../transport/transport.js";
import { Signals } from "./signals.js";

const end: IteratorResult<never, undefined> = { done: true, value: undefined };

/**
 * The responses of a call. The call starts at the first `next`. `return`, which `for await` calls when the loop is
 * left, cancels it at once, even while a `next` is pending (an async generator would wait for that).
 */
export class ReplyStream implements AsyncIterableIterator<unknown> {
  readonly #start: (signals: Signals) => Promise<StreamReply>;
  readonly #signals = new Signals();
  #messages: Promise<AsyncIterator<unknown>> | undefined;
  #isOver = false;

  constructor(start: (signals: Signals) => Promise<StreamReply>) {
    this.#start = start;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    if (this.#isOver) return end;
    try {
      this.#messages ??= this.#start(this.#signals).then((reply) => reply.messages[Symbol.asyncIterator]());
      const result = await (await this.#messages).next();
      if (result.done) this.#finish();
      return result;
    } catch (e) {
      if (this.#isOver) return end; // left while this was waiting
      this.#signals.abort(e); // the call may have begun: an interceptor or a callback has failed
      this.#finish();
      throw e;
    }
  }

  async return(): Promise<IteratorResult<unknown>> {
    if (this.#isOver) return end;
    this.#isOver = true;
    this.#signals.abort(new Error("the loop over the responses was left"));
    this.#signals.release();
    return end;
  }

  #finish(): void {
    this.#isOver = true;
    this.#signals.release();
  }
}

import { MESSAGES_A_TURN, nextTurn } from "../call/turn.js";

/** Where the responses of a call go. */
export interface ReplySink {
  /** Whether the reader has stopped. */
  readonly isOver: boolean;
  /** Sends one. Returns a promise where the next should wait. Throws for one that cannot be sent. */
  send(message: unknown): Promise<void> | undefined;
  /** All were sent. */
  done(): void;
  failed(error: unknown): void;
}

/** The responses of a handler, on their way. */
export interface ReplyPump {
  start(): void;
  /** Tells the handler that the reader has stopped. */
  stop(): void;
}

/** Takes responses from what gives them later: one promise for each, which it makes itself. */
export class LaterReplies implements ReplyPump {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #sink: ReplySink;
  readonly #onResult = (result: IteratorResult<unknown>): void => this.#take(result);
  readonly #onError = (error: unknown): void => this.#sink.failed(error);
  readonly #onRoom = (): void => this.#ask();

  constructor(replies: AsyncIterable<unknown>, sink: ReplySink) {
    this.#iterator = replies[Symbol.asyncIterator]();
    this.#sink = sink;
  }

  start(): void {
    this.#ask();
  }

  /** A generator that waits for something else learns it afterwards: nothing can interrupt the wait. */
  stop(): void {
    this.#iterator.return?.()?.then(undefined, () => {}); // the call has its status already
  }

  /** Between two messages nothing refers to the first: a stream may wait for hours. */
  #ask(): void {
    try {
      this.#iterator.next().then(this.#onResult, this.#onError);
    } catch (e) {
      this.#sink.failed(e);
    }
  }

  #take({ done, value }: IteratorResult<unknown>): void {
    const sink = this.#sink;
    if (done) sink.done();
    else if (!sink.isOver) {
      try {
        const room = sink.send(value);
        if (room === undefined) this.#ask();
        else room.then(this.#onRoom);
      } catch (e) {
        sink.failed(e);
      }
    } else sink.done();
  }
}

/** Takes responses from what gives them at once: several a turn, without a promise for each. */
export class ReplyList implements ReplyPump {
  readonly #iterator: Iterator<unknown>;
  readonly #sink: ReplySink;
  readonly #onRoom = (): void => this.start();

  constructor(replies: Iterable<unknown>, sink: ReplySink) {
    this.#iterator = replies[Symbol.iterator]();
    this.#sink = sink;
  }

  start(): void {
    try {
      const room = this.#sendSome();
      if (room === undefined) this.#sink.done();
      else room.then(this.#onRoom);
    } catch (e) {
      this.#sink.failed(e);
    }
  }

  stop(): void {
    try {
      this.#iterator.return?.();
    } catch {
      // the call has its status already
    }
  }

  /** Returns what the rest should wait for; undefined when there is none. */
  #sendSome(): Promise<void> | undefined {
    const iterator = this.#iterator;
    const sink = this.#sink;
    for (let i = 0; i < MESSAGES_A_TURN; i++) {
      if (sink.isOver) return undefined;
      const { done, value } = iterator.next();
      if (done) return undefined;
      const room = sink.send(value);
      if (room !== undefined) return room;
    }
    return nextTurn();
  }
}

import { RequestMessages } from "../call/requests.js";
import { MESSAGES_A_TURN, nextTurn } from "../call/turn.js";

/** The destination of a call's requests. */
export interface RequestSink {
  send(message: unknown): Promise<void> | undefined;
  end(): void;
  /** The caller's own stream failed. */
  fail(error: unknown): void;
}

/**
 * Moves requests from the caller's stream to the sink, as fast as the sink allows. Returns a function that stops it.
 */
export function pumpRequests(messages: AsyncIterable<unknown>, sink: RequestSink): () => void {
  const pump = new RequestPump(messages, sink);
  pump.start();
  return () => pump.stop();
}

class RequestPump {
  readonly #messages: AsyncIterable<unknown>;
  readonly #sink: RequestSink;
  #later: AsyncIterator<unknown> | undefined;
  #now: Iterator<unknown> | undefined;
  #isOver = false;
  readonly #onResult = (result: IteratorResult<unknown>): void => this.#take(result);
  readonly #onError = (error: unknown): void => this.#failed(error);
  readonly #onRoom = (): void => this.#resume();

  constructor(messages: AsyncIterable<unknown>, sink: RequestSink) {
    this.#messages = messages;
    this.#sink = sink;
  }

  start(): void {
    try {
      const messages = this.#messages;
      if (messages instanceof RequestMessages) {
        const opened = messages.open();
        if ("now" in opened) this.#now = opened.now;
        else this.#later = opened.later;
      } else this.#later = messages[Symbol.asyncIterator]();
      this.#resume();
    } catch (e) {
      this.#failed(e);
    }
  }

  #resume(): void {
    if (this.#isOver) return;
    try {
      if (this.#now === undefined) this.#later!.next().then(this.#onResult, this.#onError);
      else this.#sendSome(this.#now);
    } catch (e) {
      this.#failed(e);
    }
  }

  /** Takes several at once, without a promise for each. */
  #sendSome(iterator: Iterator<unknown>): void {
    for (let i = 0; i < MESSAGES_A_TURN && !this.#isOver; i++) {
      const { done, value } = iterator.next();
      if (done) {
        this.#end();
        return;
      }
      const room = this.#sink.send(this.#create(value));
      if (room === undefined) continue;
      room.then(this.#onRoom, this.#onError);
      return;
    }
    if (!this.#isOver) nextTurn().then(this.#onRoom);
  }

  /** Between two messages nothing here refers to the first: a suspended function keeps its variables alive. */
  #take({ done, value }: IteratorResult<unknown>): void {
    if (this.#isOver) return;
    if (done) {
      this.#end();
      return;
    }
    try {
      const room = this.#sink.send(this.#create(value));
      if (room === undefined) this.#resume();
      else room.then(this.#onRoom, this.#onError);
    } catch (e) {
      this.#failed(e);
    }
  }

  #create(value: unknown): unknown {
    return this.#messages instanceof RequestMessages ? this.#messages.create(value) : value;
  }

  #end(): void {
    this.#isOver = true;
    this.#sink.end();
  }

  #failed(error: unknown): void {
    if (this.#isOver) return;
    this.stop();
    this.#sink.fail(error);
  }

  /** Tells the caller's stream to stop. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#later?.return?.()?.then(undefined, () => {}); // the call already has its status
      this.#now?.return?.();
    } catch {
      // the same
    }
  }
}

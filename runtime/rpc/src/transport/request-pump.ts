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
  void pump.run();
  return () => pump.stop();
}

class RequestPump {
  private readonly messages: AsyncIterable<unknown>;
  private readonly sink: RequestSink;
  private iterator: AsyncIterator<unknown> | undefined;
  private isOver = false;

  constructor(messages: AsyncIterable<unknown>, sink: RequestSink) {
    this.messages = messages;
    this.sink = sink;
  }

  async run(): Promise<void> {
    try {
      const iterator = this.messages[Symbol.asyncIterator]();
      this.iterator = iterator;
      while (!this.isOver) await this.sendNext(iterator);
    } catch (e) {
      if (this.isOver) return;
      this.stop();
      this.sink.fail(e);
    }
  }

  /** Between two messages nothing here refers to the first: a suspended function keeps its variables alive. */
  private sendNext(iterator: AsyncIterator<unknown>): Promise<void> {
    return iterator.next().then((result) => {
      if (this.isOver) return;
      if (!result.done) return this.sink.send(result.value);
      this.isOver = true;
      return this.sink.end();
    });
  }

  /** Tells the caller's stream to stop. */
  stop(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.iterator?.return?.()?.catch(() => {}); // the call already has its status
  }
}

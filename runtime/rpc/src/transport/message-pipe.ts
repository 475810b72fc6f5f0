/**
 * One direction of a call within a process: a writer, a reader, and a few messages in between. A writer that gets ahead
 * waits.
 */
export class MessagePipe<T> {
  readonly #messages: T[] = [];
  readonly #readers: { resolve(message: T | undefined): void; reject(error: Error): void }[] = [];
  readonly #capacity: number;
  #writer: (() => void) | undefined;
  #state: "open" | "ended" | Error = "open";

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Returns a promise if the next message should wait for it. A message after the end is dropped. */
  write(message: T): Promise<void> | undefined {
    if (this.#state !== "open") return undefined;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve(message);
      return undefined;
    }
    this.#messages.push(message);
    if (this.#messages.length < this.#capacity) return undefined;
    return new Promise((resolve) => (this.#writer = resolve));
  }

  /** Ends the stream after the queued messages; with an error, `read` rejects there. */
  end(error?: Error): void {
    if (this.#state !== "open") return;
    this.#state = error ?? "ended";
    this.#release();
    for (const reader of this.#readers.splice(0)) this.#settle(reader);
  }

  /** Ends the stream at once; queued messages are dropped. */
  fail(error: Error): void {
    this.#messages.length = 0;
    if (this.#state === "open") this.end(error);
    else this.#state = error;
  }

  /** The next message; undefined at the end. */
  read(): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const message = this.#messages.shift();
      if (message !== undefined) {
        if (this.#messages.length < this.#capacity) this.#release();
        resolve(message);
      } else if (this.#state === "open") this.#readers.push({ resolve, reject });
      else this.#settle({ resolve, reject });
    });
  }

  #settle(reader: { resolve(message: undefined): void; reject(error: Error): void }): void {
    if (this.#state instanceof Error) reader.reject(this.#state);
    else reader.resolve(undefined);
  }

  #release(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.();
  }
}

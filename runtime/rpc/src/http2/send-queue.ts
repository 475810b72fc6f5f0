import type { Stream } from "./stream.js";

/** The streams with DATA to send, round robin: each sends one frame and goes to the end of the queue. */
export class SendQueue {
  #first: Stream | undefined;
  #last: Stream | undefined;

  /** The stream whose turn it is. */
  get head(): Stream | undefined {
    return this.#first;
  }

  /** Adds a stream at the end, unless it is queued already. */
  add(stream: Stream): void {
    if (stream.isQueued) return;
    stream.isQueued = true;
    if (this.#last === undefined) this.#first = stream;
    else this.#last.nextQueued = stream;
    this.#last = stream;
  }

  /** Removes the first stream. */
  shift(): void {
    const stream = this.#first;
    if (stream === undefined) return;
    this.#first = stream.nextQueued;
    if (this.#first === undefined) this.#last = undefined;
    stream.nextQueued = undefined;
    stream.isQueued = false;
  }
}

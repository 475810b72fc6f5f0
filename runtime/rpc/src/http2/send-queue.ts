import type { Stream } from "./stream.js";

/** The streams that have something to send, in turn: each sends one frame, and goes behind the others. */
export class SendQueue {
  private first: Stream | undefined;
  private last: Stream | undefined;

  /** The stream whose turn it is. */
  get head(): Stream | undefined {
    return this.first;
  }

  /** Puts a stream behind the others, if it is not among them. */
  add(stream: Stream): void {
    if (stream.isQueued) return;
    stream.isQueued = true;
    if (this.last === undefined) this.first = stream;
    else this.last.nextQueued = stream;
    this.last = stream;
  }

  /** Takes the first stream out: it has nothing left, waits for its window, or goes behind the others. */
  shift(): void {
    const stream = this.first;
    if (stream === undefined) return;
    this.first = stream.nextQueued;
    if (this.first === undefined) this.last = undefined;
    stream.nextQueued = undefined;
    stream.isQueued = false;
  }
}

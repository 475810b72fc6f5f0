import { FrameWriter, Written } from "./frame/writer.js";
import type { Sink } from "./sink.js";

/** Reading pauses when this many bytes of answers wait for a sink that is full. */
const MAX_ANSWERS = 64 * 1024;
/** The size of the largest answer, an acknowledged PING. */
const ANSWER_BYTES = 17;

/** The output of a connection: frames on their way to the sink, and the sink's backpressure. */
export class Output {
  readonly writer: FrameWriter;
  /** Whether the sink is full: DATA waits until it drains. */
  isCongested = false;
  isClosed = false;
  readonly #sink: Sink;
  #isPaused = false;
  #answers = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
    this.writer = new FrameWriter(
      (bytes) => this.#write(bytes),
      () => sink.wantsFlush(),
    );
  }

  #write(bytes: Uint8Array): Written {
    const written = this.#sink.write(bytes);
    if (written === Written.Full) this.isCongested = true;
    return written;
  }

  /** Counts a frame that the peer made us send. A peer that does not read our answers is not read either. */
  countAnswer(): void {
    if (!this.isCongested || this.#isPaused) return;
    this.#answers += ANSWER_BYTES;
    if (this.#answers < MAX_ANSWERS) return;
    this.#isPaused = true;
    this.#sink.pause();
  }

  /** The sink has room again. */
  drained(): void {
    this.isCongested = false;
    this.#answers = 0;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#sink.resume();
  }

  /** Writes what is left. Nothing may be written afterwards. */
  close(): void {
    this.writer.flush();
    this.isClosed = true;
  }

  end(): void {
    this.#sink.end();
  }
}

const REMEMBERED = 64;
const MAX_GAPS = 16;

/**
 * Remembers how streams were closed. Any number of frames may still arrive for a stream that we reset, and are ignored; a
 * peer that continues a stream after its own end violates the protocol (RFC 9113, section 5.1).
 */
export class ClosedStreams {
  /** The latest streams that the peer ended. */
  readonly #ended = new Uint32Array(REMEMBERED);
  /** Ranges of ids that the peer skipped, which closes them (section 5.1.1). */
  readonly #gaps: (readonly [first: number, last: number])[] = [];

  end(id: number): void {
    this.#ended[(id >>> 1) % REMEMBERED] = id;
  }

  hasEnded(id: number): boolean {
    return this.#ended[(id >>> 1) % REMEMBERED] === id;
  }

  /** Records that a stream was opened. */
  open(id: number, previous: number): void {
    const first = previous === 0 ? 1 : previous + 2;
    if (id <= first) return;
    this.#gaps.push([first, id - 2]);
    if (this.#gaps.length > MAX_GAPS) this.#gaps.shift();
  }

  wasPassedOver(id: number): boolean {
    return this.#gaps.some(([first, last]) => id >= first && id <= last);
  }
}

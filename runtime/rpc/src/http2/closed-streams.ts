const REMEMBERED = 64;
const MOST_GAPS = 16;

/**
 * What is known of streams that are closed. Frames for one that we reset may be on their way and are ignored, however many
 * there are; a peer that goes on after its own end breaks the protocol (RFC 9113, section 5.1).
 */
export class ClosedStreams {
  /** The last streams that the peer ended itself. */
  private readonly ended = new Uint32Array(REMEMBERED);
  /** Ranges of ids that were passed over, which closed them (section 5.1.1): first and last of each. */
  private readonly gaps: (readonly [first: number, last: number])[] = [];

  end(id: number): void {
    this.ended[(id >>> 1) % REMEMBERED] = id;
  }

  hasEnded(id: number): boolean {
    return this.ended[(id >>> 1) % REMEMBERED] === id;
  }

  /** Takes note that a stream was opened. */
  open(id: number, previous: number): void {
    const first = previous === 0 ? 1 : previous + 2;
    if (id <= first) return;
    this.gaps.push([first, id - 2]);
    if (this.gaps.length > MOST_GAPS) this.gaps.shift();
  }

  wasPassedOver(id: number): boolean {
    return this.gaps.some(([first, last]) => id >= first && id <= last);
  }
}

import { DEFAULT_WINDOW, MAX_WINDOW } from "./frame/frame.js";

/** Limits on the growth of windows. */
export interface WindowLimits {
  /** Maximum window of a stream in bytes. */
  readonly maxStream: number;
  /** Maximum growth in bytes beyond 64 KB each, over all streams of a connection. */
  readonly maxGrowth: number;
}

/** The growth in bytes that is left for all streams of a connection. */
export class Growth {
  left: number;

  constructor(limits: WindowLimits) {
    this.left = limits.maxGrowth;
  }
}

const FACTOR = 4;

/**
 * The bytes that a peer may send on a stream. The window starts at 64 KB and grows while the reader keeps up, because then
 * the window, not the reader, limits the peer.
 */
export class ReceiveWindow {
  /** Maximum number of bytes that the peer has sent and the reader has not taken. */
  #size = DEFAULT_WINDOW;
  #available = DEFAULT_WINDOW;
  /** Bytes that the reader has taken and no WINDOW_UPDATE has announced. */
  #owed = 0;

  /** Counts received bytes. Returns false if they exceed the window. */
  receive(bytes: number): boolean {
    this.#available -= bytes;
    return this.#available >= 0;
  }

  /** The reader took bytes. Returns the increment to announce now, or 0. */
  take(bytes: number, limits: WindowLimits, growth: Growth): number {
    this.#owed += bytes;
    if (this.#owed < this.#size >>> 1) return 0;
    const more = this.#keepsUp() ? this.#grow(limits, growth) : 0;
    const increment = this.#owed + more;
    this.#available += increment;
    this.#owed = 0;
    return increment;
  }

  /** Gives its growth back. */
  release(growth: Growth): void {
    growth.left += this.#size - DEFAULT_WINDOW;
    this.#size = DEFAULT_WINDOW;
  }

  #keepsUp(): boolean {
    const unread = this.#size - this.#available - this.#owed;
    return unread <= this.#size >>> 2;
  }

  #grow({ maxStream }: WindowLimits, growth: Growth): number {
    const most = Math.min(this.#size * FACTOR, maxStream, MAX_WINDOW);
    const more = Math.max(0, Math.min(most - this.#size, growth.left));
    growth.left -= more;
    this.#size += more;
    return more;
  }
}

import { DEFAULT_WINDOW, MAX_WINDOW } from "./frame/frame.js";

/** How far windows may grow. */
export interface WindowLimits {
  /** The most bytes that the window of a stream may have. */
  readonly maxStream: number;
  /** The most bytes that all windows of streams of a connection may have beyond 64 KB each. */
  readonly maxGrowth: number;
}

/** What all streams of a connection may still grow by. */
export class Growth {
  left: number;

  constructor(limits: WindowLimits) {
    this.left = limits.maxGrowth;
  }
}

const FACTOR = 4;

/**
 * What a peer may send on a stream. It begins with 64 KB, and grows while the reader keeps up: then the window, and not the
 * reader, is what holds the peer back.
 */
export class ReceiveWindow {
  /** What the peer may have sent and the reader not have taken. */
  private size = DEFAULT_WINDOW;
  private available = DEFAULT_WINDOW;
  /** What the reader has taken, and the peer does not know of. */
  private owed = 0;

  /** Takes note of bytes that came. Returns false when they are more than allowed. */
  receive(bytes: number): boolean {
    this.available -= bytes;
    return this.available >= 0;
  }

  /** The reader took bytes. Returns what the peer should be told now: 0 for nothing. */
  take(bytes: number, limits: WindowLimits, growth: Growth): number {
    this.owed += bytes;
    if (this.owed < this.size >>> 1) return 0;
    const more = this.keepsUp() ? this.grow(limits, growth) : 0;
    const increment = this.owed + more;
    this.available += increment;
    this.owed = 0;
    return increment;
  }

  /** Gives back what it grew by. */
  release(growth: Growth): void {
    growth.left += this.size - DEFAULT_WINDOW;
    this.size = DEFAULT_WINDOW;
  }

  private keepsUp(): boolean {
    const unread = this.size - this.available - this.owed;
    return unread <= this.size >>> 2;
  }

  private grow({ maxStream }: WindowLimits, growth: Growth): number {
    const most = Math.min(this.size * FACTOR, maxStream, MAX_WINDOW);
    const more = Math.max(0, Math.min(most - this.size, growth.left));
    growth.left -= more;
    this.size += more;
    return more;
  }
}

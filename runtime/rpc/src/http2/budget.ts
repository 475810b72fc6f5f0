/**
 * What frames cost that an honest peer seldom sends, and that make work or memory without a call: the limit against floods.
 * DATA of any size, HEADERS and RST_STREAM cost nothing here: they are bounded by windows, by the calls that run, and by
 * the wire.
 */
export const costs = {
  ping: 1,
  settings: 1,
  priority: 1,
  /** A type that we do not know. */
  unknown: 1,
  /** DATA of no bytes that does not end its stream. */
  emptyData: 1,
  /** CONTINUATION of a few bytes. */
  smallContinuation: 1,
  /** An interim response (1xx). */
  interim: 1,
  /** WINDOW_UPDATE: sending DATA earns as much. */
  windowUpdate: 0.1,
  /** For a stream that is closed: it may have been on its way. */
  late: 0.05,
  /** A reset that the peer made us send, by a mistake or by opening more streams than it may. */
  resetByUs: 1,
  /** WINDOW_UPDATE frames that an honest peer may send for each DATA frame of ours. */
  dataSent: -0.3,
} as const;

/** What a peer may spend at once. */
const MOST = 10_000;
/** What it gets back each second. */
const EACH_SECOND = 330;

/** The budget of one connection. */
export class Budget {
  private left = MOST;
  private filledAt: number;
  private readonly now: () => number;

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.now = now;
    this.filledAt = now();
  }

  /** Spends a cost. Returns false when there is nothing left. */
  spend(cost: number): boolean {
    this.left = Math.min(MOST, this.left - cost);
    if (this.left >= 0) return true;
    this.fill();
    return this.left >= 0;
  }

  private fill(): void {
    const now = this.now();
    this.left = Math.min(MOST, this.left + ((now - this.filledAt) / 1000) * EACH_SECOND);
    this.filledAt = now;
  }
}

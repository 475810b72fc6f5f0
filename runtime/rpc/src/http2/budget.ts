import { ConnectionError } from "./connection-error.js";
import { ErrorCode } from "./frame/frame.js";

/**
 * The limit against floods: a cost for each frame that an honest peer seldom sends and that causes work or memory without
 * a call. DATA of any size, HEADERS and RST_STREAM are free: windows, the limit of concurrent calls and the wire bound
 * them.
 */
export const costs = {
  ping: 1,
  settings: 1,
  priority: 1,
  /** A frame of unknown type. */
  unknown: 1,
  /** DATA without bytes that does not end its stream. */
  emptyData: 1,
  /** A CONTINUATION of a few bytes. */
  smallContinuation: 1,
  /** An interim response (1xx). */
  interim: 1,
  /** A WINDOW_UPDATE; see `dataSent`. */
  windowUpdate: 0.1,
  /** A frame for a closed stream: it may have been sent before the peer knew. */
  late: 0.05,
  /** A reset that the peer provoked, by a mistake or by too many streams. */
  resetByUs: 1,
  /** Each DATA frame that we send allows the peer three WINDOW_UPDATE frames. */
  dataSent: -0.3,
} as const;

/** The budget of a peer that has sent nothing yet, and its maximum. */
const CAPACITY = 10_000;
const REFILL_PER_SECOND = 330;

/** The budget of one connection. */
export class Budget {
  #left = CAPACITY;
  #filledAt: number;
  readonly #now: () => number;

  /** `now` returns milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#filledAt = now();
  }

  /** Spends a cost; a negative one adds to the budget. Throws ConnectionError if nothing is left. */
  spend(cost: number): void {
    this.#left = Math.min(CAPACITY, this.#left - cost);
    if (this.#left >= 0) return;
    this.#fill();
    if (this.#left < 0) throw new ConnectionError(ErrorCode.EnhanceYourCalm, "too many frames that make no calls");
  }

  #fill(): void {
    const now = this.#now();
    this.#left = Math.min(CAPACITY, this.#left + ((now - this.#filledAt) / 1000) * REFILL_PER_SECOND);
    this.#filledAt = now;
  }
}

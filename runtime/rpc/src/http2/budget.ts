import { ConnectionError } from "./connection-error.js";
import { ErrorCode } from "./frame/frame.js";

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

const FIRST_MS = 1000;
const FACTOR = 1.6;
const MAX_MS = 120_000;
const JITTER = 0.2;

/** The delay before the next attempt to connect (gRPC, "Connection Backoff Protocol"). */
export class Backoff {
  #ms = FIRST_MS;

  next(): number {
    const ms = this.#ms;
    this.#ms = Math.min(ms * FACTOR, MAX_MS);
    return ms * (1 + JITTER * (2 * Math.random() - 1));
  }

  reset(): void {
    this.#ms = FIRST_MS;
  }
}

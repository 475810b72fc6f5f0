const FIRST_MS = 1000;
const FACTOR = 1.6;
const MOST_MS = 120_000;
const JITTER = 0.2;

/** How long to wait before connecting again (gRPC, "Connection Backoff Protocol"). */
export class Backoff {
  private ms = FIRST_MS;

  next(): number {
    const { ms } = this;
    this.ms = Math.min(ms * FACTOR, MOST_MS);
    return ms * (1 + JITTER * (2 * Math.random() - 1));
  }

  reset(): void {
    this.ms = FIRST_MS;
  }
}

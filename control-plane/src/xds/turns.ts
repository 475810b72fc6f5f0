/** Milliseconds of handling requests, and bytes of responses, in one turn of the event loop. */
const BUDGET_MS = 10;
const BUDGET_BYTES = 2 * 1024 * 1024;
/** A message of a few bytes costs as much as one of so many. */
const MESSAGE_BYTES = 4096;

/**
 * Shares the event loop among streams. In a storm, when thousands of clients connect at once, work beyond the budget of one
 * turn waits for the next, so that new connections are accepted and pings are answered meanwhile. Work stays in order.
 *
 * Responses count by their bytes: they are written after the work that makes them, when its promises resolve, so that its
 * time does not tell their cost.
 */
export class Turns {
  private readonly now: () => number;
  private readonly waiting: (() => void)[] = [];
  private began: number | undefined;
  private bytes = 0;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Does the work now, or in a later turn if this one is used up. */
  run(work: () => void): void {
    if (this.waiting.length === 0 && this.hasRoom()) work();
    else this.waiting.push(work);
  }

  /** Counts a response of this size. */
  spend(bytes: number): void {
    this.bytes += MESSAGE_BYTES + bytes;
  }

  private hasRoom(): boolean {
    if (this.began === undefined) this.begin();
    else if (this.bytes >= BUDGET_BYTES || this.now() - this.began >= BUDGET_MS) return false;
    return true;
  }

  private begin(): void {
    this.began = this.now();
    this.bytes = 0;
    setImmediate(() => this.next());
  }

  private next(): void {
    this.began = undefined;
    if (this.waiting.length === 0) return;
    let done = 0;
    try {
      while (done < this.waiting.length && this.hasRoom()) this.waiting[done++]!();
    } finally {
      this.waiting.splice(0, done); // what has come meanwhile stays behind what was there
    }
  }
}

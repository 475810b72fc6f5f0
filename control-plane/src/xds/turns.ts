const BUDGET_MS = 10;

/**
 * Shares the event loop among streams. In a storm, when thousands of clients connect at once, work beyond the budget of one
 * turn waits for the next, so that new connections are accepted and pings are answered meanwhile. Work stays in order.
 */
export class Turns {
  private readonly now: () => number;
  private readonly waiting: (() => void)[] = [];
  private began: number | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Does the work now, or in a later turn if this one is used up. */
  run(work: () => void): void {
    if (this.waiting.length === 0 && this.hasTime()) work();
    else this.waiting.push(work);
  }

  /** Whether work would have to wait. */
  get isUsedUp(): boolean {
    return this.waiting.length > 0 || (this.began !== undefined && this.now() - this.began >= BUDGET_MS);
  }

  private hasTime(): boolean {
    if (this.began !== undefined) return this.now() - this.began < BUDGET_MS;
    this.began = this.now();
    setImmediate(() => this.next());
    return true;
  }

  private next(): void {
    this.began = undefined;
    if (this.waiting.length === 0) return;
    let done = 0;
    while (done < this.waiting.length && this.hasTime()) this.waiting[done++]!();
    this.waiting.splice(0, done); // what has come meanwhile stays behind what was there
  }
}

import type { Clock } from "@protoloom/control-plane";

/** A clock that is moved by hand. */
export class ManualClock implements Clock {
  private time = 1_000_000;
  private readonly timers = new Set<{ at: number; call: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.time + ms, call };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Lets this much time pass, timer by timer. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers.delete(next);
      this.time = next.at;
      next.call();
    }
    this.time = end;
  }
}

/** Expires unless it is renewed. Renewing moves `deadline` and changes nothing else. */
export interface Lease {
  /** In milliseconds, by the clock. */
  deadline: number;
}

/** The time, so that tests can set it. */
export interface Clock {
  /** Milliseconds since some moment. Never goes back. */
  now(): number;
  /** Calls `call` after this many milliseconds. Returns a function that cancels it. */
  after(ms: number, call: () => void): () => void;
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
};

const SLOT_MS = 100;

/**
 * Finds expired leases by its own clock, whether or not anyone renews. A lease stays in the slot of its earlier deadline and
 * is moved only when that slot is due, so a renewal costs one assignment.
 */
export class Leases<L extends Lease> {
  private readonly slots = new Map<number, Set<L>>();
  private readonly clock: Clock;
  private readonly onExpired: (leases: L[]) => void;
  private next: number;
  private cancel: (() => void) | undefined;

  constructor(clock: Clock, onExpired: (leases: L[]) => void) {
    this.clock = clock;
    this.onExpired = onExpired;
    this.next = slotOf(clock.now());
    this.wait();
  }

  add(lease: L): void {
    const slot = Math.max(this.next + 1, slotOf(lease.deadline));
    let leases = this.slots.get(slot);
    if (leases === undefined) {
      leases = new Set();
      this.slots.set(slot, leases);
    }
    leases.add(lease);
  }

  /** Removes a lease that ended for another reason. It is marked now and dropped when its slot is due. */
  remove(lease: L): void {
    lease.deadline = Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.cancel?.();
  }

  private wait(): void {
    this.cancel = this.clock.after(SLOT_MS, () => {
      this.sweep();
      this.wait();
    });
  }

  private sweep(): void {
    const now = this.clock.now();
    const expired: L[] = [];
    for (; this.next <= slotOf(now) - 1; this.next++) {
      const leases = this.slots.get(this.next);
      this.slots.delete(this.next);
      for (const lease of leases ?? []) {
        if (lease.deadline <= now) expired.push(lease);
        else if (Number.isFinite(lease.deadline)) this.add(lease);
      }
    }
    if (expired.length > 0) this.onExpired(expired);
  }
}

function slotOf(time: number): number {
  return Math.ceil(time / SLOT_MS);
}

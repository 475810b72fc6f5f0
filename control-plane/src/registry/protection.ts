import type { Clock } from "./leases.js";

export interface ProtectionOptions {
  /** The part of a service's instances that may expire within the window. Default 0.5. */
  readonly share?: number | undefined;
  /** Services with fewer instances are not protected. Default 4. */
  readonly minInstances?: number | undefined;
  /** Milliseconds for which nothing expires then. Default 60 s. */
  readonly lasts?: number | undefined;
}

const WINDOW_MS = 10_000;

/**
 * Many instances of a service that fall silent at once are more likely a network that is broken, or a control plane that was
 * away, than as many crashes. Then none expires for a while, and afterwards all that are still silent do.
 */
export class Protection {
  private readonly clock: Clock;
  private readonly share: number;
  private readonly minInstances: number;
  private readonly lasts: number;
  private readonly until = new Map<string, number>();
  private readonly expired = new Map<string, { count: number; since: number }>();

  constructor(clock: Clock, { share = 0.5, minInstances = 4, lasts = 60_000 }: ProtectionOptions = {}) {
    this.clock = clock;
    this.share = share;
    this.minInstances = minInstances;
    this.lasts = lasts;
  }

  /** Whether so many of the service may expire now; `total` counts them too. */
  permits(service: string, count: number, total: number): boolean {
    const now = this.clock.now();
    const until = this.until.get(service);
    if (until !== undefined) {
      if (now < until) return false;
      this.until.delete(service); // it ends by itself: what is silent now was silent all the time
      this.expired.delete(service);
      return true;
    }
    const before = this.recent(service, now);
    const all = before + count;
    if (total + before >= this.minInstances && all > this.share * (total + before)) {
      this.until.set(service, now + this.lasts);
      return false;
    }
    this.expired.set(service, { count: all, since: before === 0 ? now : this.expired.get(service)!.since });
    return true;
  }

  protects(service: string): boolean {
    const until = this.until.get(service);
    return until !== undefined && this.clock.now() < until;
  }

  private recent(service: string, now: number): number {
    const known = this.expired.get(service);
    return known === undefined || now - known.since > WINDOW_MS ? 0 : known.count;
  }
}

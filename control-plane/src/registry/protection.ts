import type { Clock } from "./leases.js";

/** When instances that fall silent together are kept. */
export interface ProtectionOptions {
  /** The share of a service's instances that may expire within the window. Default 0.5. */
  readonly share?: number | undefined;
  /** Services with fewer instances are not protected. Default 4. */
  readonly minInstances?: number | undefined;
  /** Milliseconds for which protection lasts. Default 60 s. */
  readonly lasts?: number | undefined;
}

const WINDOW_MS = 10_000;

/**
 * Protects a service whose instances fall silent all at once: a broken network or an absent control plane is likelier than
 * that many crashes. None of them expires for a while; afterwards all that are still silent do.
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

  /** Whether `count` instances of the service may expire now. `total` includes them. */
  permits(service: string, count: number, total: number): boolean {
    const now = this.clock.now();
    const until = this.until.get(service);
    if (until !== undefined) {
      if (now < until) return false;
      this.until.delete(service); // protection is over: instances that are silent now were silent all along
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

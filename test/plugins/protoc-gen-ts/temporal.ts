/** The part of Temporal that the runtime needs, where Node has none: Node 26 has it. */
class Instant {
  readonly epochNanoseconds: bigint;

  constructor(epochNanoseconds: bigint) {
    if (BigInt.asIntN(74, epochNanoseconds) !== epochNanoseconds) throw new RangeError("out of range");
    this.epochNanoseconds = epochNanoseconds;
  }

  static fromEpochNanoseconds(nanos: bigint): Instant {
    return new Instant(nanos);
  }

  toJSON(): string {
    return `instant ${this.epochNanoseconds}`;
  }
}

const none = { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0 };

class Duration {
  static from(parts: object): Duration {
    const all = { ...none, seconds: 0, milliseconds: 0, microseconds: 0, nanoseconds: 0, ...parts };
    const signs = new Set(Object.values(all).map(Math.sign));
    if (signs.has(1) && signs.has(-1)) throw new RangeError("mixed signs");
    return Object.assign(new Duration(), all);
  }

  toJSON(): string {
    return JSON.stringify({ ...this });
  }
}

Object.assign(globalThis, { Temporal: (globalThis as { Temporal?: unknown }).Temporal ?? { Instant, Duration } });

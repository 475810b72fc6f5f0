import { fail } from "@protoloom/protobuf/codec";
import { type DurationShape, formatDuration, parseDuration } from "@protoloom/protobuf/json";
import { Duration } from "./gen/google/protobuf/duration_pb.js";

// Conversions of google.protobuf.Duration. Arguments may be plain objects. The range of 10,000 years is checked for
// text only, as in ProtoJSON.

const NANOS_PER_SECOND = 1_000_000_000n;

/** From milliseconds, which may be fractional. */
export function durationFromMs(ms: number): Duration {
  if (!Number.isFinite(ms)) return fail(`expected milliseconds, got ${ms}`);
  const whole = Math.trunc(ms);
  return durationFromNanos(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}

/** To milliseconds, truncated. */
export function durationMs(duration: DurationShape): number {
  return Number(duration.seconds) * 1000 + Math.trunc(duration.nanos / 1e6);
}

/** From nanoseconds. */
export function durationFromNanos(nanos: bigint): Duration {
  return new Duration({ seconds: nanos / NANOS_PER_SECOND, nanos: Number(nanos % NANOS_PER_SECOND) });
}

/** To nanoseconds, exactly. */
export function durationNanos(duration: DurationShape): bigint {
  return duration.seconds * NANOS_PER_SECOND + BigInt(duration.nanos);
}

/** From seconds with an "s", such as "1.5s". */
export function durationFromString(text: string): Duration {
  return parseDuration(new Duration(), text);
}

/** To seconds with 0, 3, 6 or 9 fractional digits and an "s". Fails outside ±10,000 years. */
export function durationToString(duration: DurationShape): string {
  return formatDuration(duration);
}

/** Negative if a is shorter than b, positive if longer, 0 if equal: a comparator for sort(). */
export function durationCompare(a: DurationShape, b: DurationShape): -1 | 0 | 1 {
  const x = durationNanos(a);
  const y = durationNanos(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

import { fail } from "@protoloom/protobuf/codec";
import { type DurationShape, formatTimestamp, parseTimestamp, type TimestampShape } from "@protoloom/protobuf/json";
import { durationFromNanos, durationNanos } from "./duration.js";
import type { Duration } from "./gen/google/protobuf/duration_pb.js";
import { Timestamp } from "./gen/google/protobuf/timestamp_pb.js";

// Conversions and arithmetic of google.protobuf.Timestamp. Arguments may be plain objects. The range of years 1 to 9999
// is checked for text only, as in ProtoJSON.

const NANOS_PER_SECOND = 1_000_000_000n;

/** The present time, to the millisecond. */
export function timestampNow(): Timestamp {
  return timestampFromMs(Date.now());
}

/** From a Date. */
export function timestampFromDate(date: Date): Timestamp {
  return timestampFromMs(date.getTime());
}

/** To a Date, truncated to milliseconds. */
export function timestampDate(timestamp: TimestampShape): Date {
  return new Date(timestampMs(timestamp));
}

/** From milliseconds since 1970-01-01T00:00:00Z, which may be fractional. */
export function timestampFromMs(ms: number): Timestamp {
  if (!Number.isFinite(ms)) return fail(`expected milliseconds, got ${ms}`);
  const whole = Math.floor(ms);
  return timestampFromNanos(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}

/** To milliseconds since 1970-01-01T00:00:00Z, truncated. */
export function timestampMs(timestamp: TimestampShape): number {
  return Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6);
}

/** From nanoseconds since 1970-01-01T00:00:00Z. */
export function timestampFromNanos(nanos: bigint): Timestamp {
  let rest = nanos % NANOS_PER_SECOND;
  if (rest < 0n) rest += NANOS_PER_SECOND;
  return new Timestamp({ seconds: (nanos - rest) / NANOS_PER_SECOND, nanos: Number(rest) });
}

/** To nanoseconds since 1970-01-01T00:00:00Z, exactly. */
export function timestampNanos(timestamp: TimestampShape): bigint {
  return timestamp.seconds * NANOS_PER_SECOND + BigInt(timestamp.nanos);
}

/** From RFC 3339 text such as "2026-11-22T08:30:00.25+01:00". Fails if there is no such time. */
export function timestampFromString(text: string): Timestamp {
  return parseTimestamp(new Timestamp(), text);
}

/** To RFC 3339 text in UTC with 0, 3, 6 or 9 fractional digits. Fails outside years 1 to 9999. */
export function timestampToString(timestamp: TimestampShape): string {
  return formatTimestamp(timestamp);
}

/** From a Temporal.Instant. */
export function timestampFromInstant(instant: { readonly epochNanoseconds: bigint }): Timestamp {
  return timestampFromNanos(instant.epochNanoseconds);
}

/** To a Temporal.Instant; pass the class: `timestampToInstant(timestamp, Temporal.Instant)`. */
export function timestampToInstant<I>(
  timestamp: TimestampShape,
  instant: { fromEpochNanoseconds(epochNanoseconds: bigint): I },
): I {
  return instant.fromEpochNanoseconds(timestampNanos(timestamp));
}

/** Negative if a is before b, positive if after, 0 if equal: a comparator for sort(). */
export function timestampCompare(a: TimestampShape, b: TimestampShape): -1 | 0 | 1 {
  const x = timestampNanos(a);
  const y = timestampNanos(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The time after a duration, or before it if the duration is negative. */
export function timestampAdd(timestamp: TimestampShape, duration: DurationShape): Timestamp {
  return timestampFromNanos(timestampNanos(timestamp) + durationNanos(duration));
}

/** The duration from `start` to `end`. */
export function timestampSubtract(end: TimestampShape, start: TimestampShape): Duration {
  return durationFromNanos(timestampNanos(end) - timestampNanos(start));
}

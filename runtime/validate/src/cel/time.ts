import type { Moment } from "../checks.js";
import { fail } from "./fail.js";

/** A `google.protobuf.Timestamp` or `google.protobuf.Duration`, by its fields. */
export type Time = Moment;

const NANOS = 1_000_000_000n;
// The limits of timestamp.proto, and of cel-spec for durations: about 292 years of nanoseconds
const EARLIEST = -62_135_596_800n;
const LATEST = 253_402_300_799n;
const LONGEST = 9_223_372_036n;

/** The default of a field that is not set. */
export const noTime: Time = { seconds: 0n, nanos: 0 };

/** Less than 0 if `a` is before or shorter than `b`, more than 0 if after or longer, 0 if they are equal. */
export function compareTimes(a: Time, b: Time): number {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds ? -1 : 1;
  return a.nanos - b.nanos;
}

/** A timestamp and a duration. Fails outside the years 1 to 9999. */
export function addToTimestamp(a: Time, b: Time): Time {
  return timestamp(nanosOf(a) + nanosOf(b));
}

/** A timestamp before another one by a duration. */
export function subtractFromTimestamp(a: Time, b: Time): Time {
  return timestamp(nanosOf(a) - nanosOf(b));
}

/** The sum of two durations. */
export function addDurations(a: Time, b: Time): Time {
  return duration(nanosOf(a) + nanosOf(b));
}

/** The difference of two durations, or of two timestamps. */
export function subtractTimes(a: Time, b: Time): Time {
  return duration(nanosOf(a) - nanosOf(b));
}

/** `duration.getSeconds()` and its like, or `int(duration)`: whole units of so many nanoseconds. */
export function wholeUnits(time: Time, unit: bigint): bigint {
  return nanosOf(time) / unit;
}

function nanosOf({ seconds, nanos }: Time): bigint {
  return seconds * NANOS + BigInt(nanos);
}

function timestamp(nanos: bigint): Time {
  let seconds = nanos / NANOS;
  let rest = nanos % NANOS;
  if (rest < 0n) {
    seconds -= 1n;
    rest += NANOS;
  }
  if (seconds < EARLIEST || seconds > LATEST) return fail("timestamp overflow");
  return { seconds, nanos: Number(rest) };
}

function duration(nanos: bigint): Time {
  const seconds = nanos / NANOS;
  if (seconds > LONGEST || seconds < -LONGEST) return fail("duration overflow");
  return { seconds, nanos: Number(nanos % NANOS) };
}

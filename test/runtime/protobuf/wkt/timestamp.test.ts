import { expect, test } from "@jest/globals";
import {
  Duration,
  durationCompare,
  durationFromMs,
  durationFromNanos,
  durationFromString,
  durationMs,
  durationNanos,
  durationToString,
  Timestamp,
  timestampAdd,
  timestampCompare,
  timestampDate,
  timestampFromDate,
  timestampFromInstant,
  timestampFromMs,
  timestampFromNanos,
  timestampFromString,
  timestampMs,
  timestampNanos,
  timestampNow,
  timestampSubtract,
  timestampToInstant,
  timestampToString,
} from "@protoloom/protobuf/wkt";

test.each<[number, bigint, number]>([
  [0, 0n, 0],
  [1500, 1n, 500_000_000],
  [-1, -1n, 999_000_000],
  [-1000, -1n, 0],
  [0.25, 0n, 250_000],
  [999.9999999, 1n, 0],
  [-62135596800000, -62135596800n, 0],
])("timestamp of %p ms", (ms, seconds, nanos) => {
  const timestamp = timestampFromMs(ms);
  expect(timestamp).toBeInstanceOf(Timestamp);
  expect(timestamp).toMatchObject({ seconds, nanos });
});

test("a timestamp is cut off to milliseconds, on both sides of 1970", () => {
  expect(timestampMs({ seconds: 1n, nanos: 999_999_999 })).toBe(1999);
  expect(timestampMs({ seconds: -1n, nanos: 999_999_999 })).toBe(-1);
  expect(timestampDate({ seconds: 0n, nanos: 1_999_999 })).toEqual(new Date(1));
});

test("dates and the present come back", () => {
  const date = new Date("2026-11-22T08:30:00.250Z");
  expect(timestampDate(timestampFromDate(date))).toEqual(date);
  const before = Date.now();
  const now = timestampMs(timestampNow());
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test.each([0n, 1n, -1n, 1_000_000_000n, -1_000_000_001n, 253402300799_999999999n, -62135596800_000000000n])(
  "%p nanoseconds come back",
  (nanos) => {
    const timestamp = timestampFromNanos(nanos);
    expect(timestampNanos(timestamp)).toBe(nanos);
    expect(timestamp.nanos).toBeGreaterThanOrEqual(0);
    expect(timestampNanos(timestampFromString(timestampToString(timestamp)))).toBe(nanos);
    expect(durationNanos(durationFromNanos(nanos))).toBe(nanos);
    expect(Math.sign(durationFromNanos(nanos).nanos) * Math.sign(Number(nanos))).not.toBe(-1);
  },
);

test("text is RFC 3339", () => {
  expect(timestampFromString("2026-11-22T08:30:00.25+01:00").toJson()).toBe("2026-11-22T07:30:00.250Z");
  expect(timestampToString({ seconds: 0n, nanos: 1000 })).toBe("1970-01-01T00:00:00.000001Z");
  expect(() => timestampFromString("2026-02-29T00:00:00Z")).toThrow("expected RFC 3339 timestamp");
  expect(() => timestampToString({ seconds: 10n ** 12n, nanos: 0 })).toThrow("expected timestamp from");
});

test("a Temporal.Instant has the same nanoseconds", () => {
  const Instant = { fromEpochNanoseconds: (epochNanoseconds: bigint) => ({ epochNanoseconds }) };
  const instant = timestampToInstant({ seconds: 1n, nanos: 2 }, Instant);
  expect(instant.epochNanoseconds).toBe(1_000_000_002n);
  expect(timestampFromInstant(instant)).toMatchObject({ seconds: 1n, nanos: 2 });
});

test("arithmetic and order", () => {
  const start = timestampFromString("2026-12-31T23:59:59.900Z");
  const later = timestampAdd(start, { seconds: 0n, nanos: 200_000_000 });
  expect(timestampToString(later)).toBe("2027-01-01T00:00:00.100Z");
  expect(timestampSubtract(later, start)).toMatchObject({ seconds: 0n, nanos: 200_000_000 });
  expect(timestampSubtract(start, later)).toMatchObject({ seconds: 0n, nanos: -200_000_000 });
  expect(timestampAdd(later, timestampSubtract(start, later)).equals(start)).toBe(true);
  expect([later, start].sort(timestampCompare)).toEqual([start, later]);
  expect(timestampCompare(start, start.clone())).toBe(0);
  expect(durationCompare({ seconds: -1n, nanos: 0 }, { seconds: 0n, nanos: -1 })).toBe(-1);
});

test.each<[number, bigint, number, string]>([
  [0, 0n, 0, "0s"],
  [1500, 1n, 500_000_000, "1.500s"],
  [-1500, -1n, -500_000_000, "-1.500s"],
  [-0.5, 0n, -500_000, "-0.000500s"],
])("duration of %p ms", (ms, seconds, nanos, text) => {
  const duration = durationFromMs(ms);
  expect(duration).toBeInstanceOf(Duration);
  expect(duration).toMatchObject({ seconds, nanos });
  expect(durationMs(duration)).toBe(Math.trunc(ms) + 0);
  expect(durationToString(duration)).toBe(text);
  expect(durationFromString(text).equals(duration)).toBe(true);
});

test("anything but a number of milliseconds is refused", () => {
  expect(() => timestampFromMs(Number.NaN)).toThrow("expected milliseconds, got NaN");
  expect(() => timestampFromDate(new Date("nope"))).toThrow("expected milliseconds, got NaN");
  expect(() => durationFromMs(Number.POSITIVE_INFINITY)).toThrow("expected milliseconds, got Infinity");
});

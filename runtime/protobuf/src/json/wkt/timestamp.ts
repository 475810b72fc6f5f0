import { fail } from "../../error.js";
import { enter, type JsonReadContext } from "../context.js";
import { describeJson, type JsonValue } from "../value.js";
import { formatNanos, parseNanos } from "./nanos.js";

// google.protobuf.Timestamp: an RFC 3339 string in UTC, such as "2026-11-22T08:30:00.250Z".
// Generated code calls writeTimestampJson(m) and readTimestampJson(m, json, o).

/** Seconds since 1970-01-01T00:00:00Z, and nanoseconds that always count forward, from 0 to 999,999,999. */
export interface TimestampShape {
  seconds: bigint;
  nanos: number;
}

export function writeTimestampJson(m: TimestampShape): string {
  return `"${formatTimestamp(m)}"`;
}

export function readTimestampJson<M extends TimestampShape>(m: M, json: JsonValue, o: JsonReadContext): M {
  enter(o);
  if (typeof json !== "string") fail(`expected RFC 3339 timestamp, got ${describeJson(json)}`);
  parseTimestamp(m, json);
  o.depth--;
  return m;
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

/** The RFC 3339 text; fails if the timestamp is out of range. */
export function formatTimestamp(m: TimestampShape): string {
  const seconds = Number(m.seconds);
  checkRange(seconds);
  if (!(m.nanos >= 0 && m.nanos <= 999_999_999 && (m.nanos | 0) === m.nanos)) {
    fail(`expected nanos from 0 to 999999999, got ${describeJson(m.nanos)}`);
  }
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${formatNanos(m.nanos)}Z`;
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Sets the timestamp from upper-case RFC 3339 text with any offset; fails if there is no such time. */
export function parseTimestamp<M extends TimestampShape>(m: M, text: string): M {
  const match = RFC_3339.exec(text);
  if (match === null) return invalid(text);
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  const offset = sign === undefined ? 0 : timeOfDay(offsetHour!, offsetMinute!, "00");
  const time = timeOfDay(hour!, minute!, second!);
  const days = daysSinceEpoch(Number(year), Number(month), Number(day));
  if (offset === undefined || time === undefined || days === undefined) return invalid(text);
  const seconds = days * 86_400 + time - (sign === "-" ? -offset : offset);
  checkRange(seconds);
  m.seconds = BigInt(seconds);
  m.nanos = fraction === undefined ? 0 : parseNanos(fraction);
  return m;
}

/** A Timestamp has no leap seconds, and RFC 3339 no "24:00". */
function timeOfDay(hour: string, minute: string, second: string): number | undefined {
  const h = Number(hour);
  const m = Number(minute);
  const s = Number(second);
  return h < 24 && m < 60 && s < 60 ? h * 3600 + m * 60 + s : undefined;
}

/** Days from 1970-01-01 to the date; undefined if the month has no such day. Date.parse would accept February 30. */
function daysSinceEpoch(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 86_400_000 : undefined;
}

function checkRange(seconds: number): void {
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
    fail("expected timestamp from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z");
  }
}

function invalid(text: string): never {
  return fail(`expected RFC 3339 timestamp, got ${describeJson(text)}`);
}

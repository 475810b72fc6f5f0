import { fail } from "../../error.js";
import { enter, type JsonReadContext } from "../context.js";
import { describeJson, type JsonValue } from "../value.js";
import { formatNanos, parseNanos } from "./nanos.js";

// google.protobuf.Duration: seconds with an "s", such as "1.500s".
// Generated code calls writeDurationJson(m) and readDurationJson(m, json, o).

/** Seconds and nanoseconds, both with the sign of the duration. */
export interface DurationShape {
  seconds: bigint;
  nanos: number;
}

export function writeDurationJson(m: DurationShape): string {
  return `"${formatDuration(m)}"`;
}

export function readDurationJson<M extends DurationShape>(m: M, json: JsonValue, o: JsonReadContext): M {
  enter(o);
  if (typeof json !== "string") fail(`expected duration in seconds, got ${describeJson(json)}`);
  parseDuration(m, json);
  o.depth--;
  return m;
}

/** 10,000 years. */
const MAX_SECONDS = 315_576_000_000;

/** Seconds with 0, 3, 6 or 9 fractional digits and an "s"; fails if the duration is out of range. */
export function formatDuration(m: DurationShape): string {
  const seconds = Number(m.seconds);
  const nanos = m.nanos;
  checkRange(seconds);
  if (!(nanos >= -999_999_999 && nanos <= 999_999_999 && (nanos | 0) === nanos)) {
    fail(`expected nanos from -999999999 to 999999999, got ${describeJson(nanos)}`);
  }
  if ((seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)) fail("expected nanos with the sign of seconds");
  return `${seconds < 0 || nanos < 0 ? "-" : ""}${Math.abs(seconds)}${formatNanos(Math.abs(nanos))}s`;
}

const SECONDS = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/;

/** Sets the duration from seconds with an "s", such as "3s" or "-0.5s". */
export function parseDuration<M extends DurationShape>(m: M, text: string): M {
  const match = SECONDS.exec(text);
  if (match === null) return fail(`expected duration in seconds, got ${describeJson(text)}`);
  const [, sign, digits, fraction] = match;
  const seconds = Number(digits);
  checkRange(seconds);
  const nanos = fraction === undefined ? 0 : parseNanos(fraction);
  m.seconds = BigInt(sign === "-" ? -seconds : seconds);
  m.nanos = sign === "-" && nanos !== 0 ? -nanos : nanos;
  return m;
}

function checkRange(seconds: number): void {
  if (!(Math.abs(seconds) <= MAX_SECONDS)) fail("expected duration from -315576000000s to 315576000000s");
}

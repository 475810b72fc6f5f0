import { messageInfo } from "../../codec/create-info.js";
import type { AnyMessage, FieldNames, MessageInfo } from "../../codec/message-info.js";
import { readUnknown } from "../../codec/unknown.js";
import { fail, ProtobufError } from "../../error.js";
import { field, fieldSize, fieldStart, fieldTag, malformed, readInt64, tooDeep, truncated } from "../../wire/reader.js";
import { capacity, output, overflow, writeInt32, writeInt64 } from "../../wire/writer.js";
import type { JsonReadContext } from "../context.js";
import { describeJson, type JsonValue } from "../value.js";
import { formatDuration, parseDuration, readDurationJson, writeDurationJson } from "./duration.js";
import {
  formatTimestamp,
  parseTimestamp,
  readTimestampJson,
  type TimestampShape,
  writeTimestampJson,
} from "./timestamp.js";

// Fields of google.protobuf.Timestamp and Duration that are represented by something else than the message: options
// timestamps and durations of protoc-gen-ts. Neither needs the class of the message.

/** A Timestamp or a Duration on its way to or from the wire: both have the same two fields. */
export class Seconds implements AnyMessage {
  static get typeName(): string {
    return "";
  }

  static get $info(): MessageInfo<Seconds> {
    return info;
  }

  declare readonly $typeName: string;
  declare seconds: bigint;
  declare nanos: number;
  declare $unknown?: AnyMessage["$unknown"];

  constructor() {
    this.$typeName = "";
    this.seconds = 0n;
    this.nanos = 0;
  }
}

const SECONDS = 1 << 3;
const NANOS = 2 << 3;

const info: MessageInfo<Seconds> = /* @__PURE__ */ messageInfo("Cseconds Enanos", readSeconds, writeSeconds);

function readSeconds(m: Seconds, p: number, end: number, d: number): Seconds {
  if (d < 0) tooDeep(p - 1);
  let s = p;
  while (p < end) {
    p = field(p, end);
    s = fieldStart;
    if (fieldTag === SECONDS) m.seconds = readInt64(fieldSize, p - s);
    else if (fieldTag === NANOS) m.nanos = fieldSize;
    else {
      p = readUnknown(m, fieldTag, s, end, d);
      if (p < 0) return m;
    }
  }
  if (p !== end) truncated(s - 1);
  return m;
}

function writeSeconds({ seconds, nanos }: Seconds, p: number): number {
  if (p > capacity) overflow(p);
  if (seconds !== 0n) {
    output[p++] = SECONDS;
    p = writeInt64(seconds, p);
  }
  if (nanos !== 0) {
    output[p++] = NANOS;
    p = writeInt32(nanos, p);
  }
  return p;
}

/** How a field represents a Timestamp or a Duration by a value of type L. None of the functions uses `this`. */
export interface TimeForm<L> {
  /** The fields of the message, for errors. */
  readonly $info: FieldNames;
  /** From the wire; fails if L cannot hold the value. `at` is its position in binary input. */
  toLocal(m: TimestampShape, at?: number): L;
  /** To the wire; fails if the value is not an L. The functions of protobuf-es put messages there. */
  toWire(v: L | TimestampShape): Seconds;
  /** The value that binary input merges into. */
  open(v: L | TimestampShape | undefined): Seconds;
  /** From an init, which may have a message. */
  fromInit(v: L | TimestampShape): L;
  readJson(json: JsonValue, o: JsonReadContext): L;
  writeJson(v: L | TimestampShape): string;
  /** The mistake in the value of a field. */
  invalid(v: unknown): string | undefined;
}

/** The JSON of the message. */
interface Kind {
  readonly read: (m: Seconds, json: JsonValue, o: JsonReadContext) => Seconds;
  readonly write: (m: Seconds) => string;
}

const timestamp: Kind = { read: readTimestampJson, write: writeTimestampJson };
const duration: Kind = { read: readDurationJson, write: writeDurationJson };

function timeForm<L>(
  { read, write }: Kind,
  make: (m: TimestampShape) => L,
  fill: (m: Seconds, v: L) => Seconds,
): TimeForm<L> {
  const toLocal = (m: TimestampShape, at?: number): L => {
    try {
      return make(m);
    } catch (e) {
      const reason = (e as Error).message;
      return at === undefined ? fail(reason) : malformed(reason, at);
    }
  };
  const toWire = (v: L | TimestampShape): Seconds =>
    isMessage(v) ? copy(new Seconds(), v) : fill(new Seconds(), v as L);
  return {
    $info: info,
    toLocal,
    toWire,
    open: (v) => (v === undefined ? new Seconds() : toWire(v)),
    fromInit: (v) => (isMessage(v) ? toLocal(v) : (v as L)),
    readJson: (json, o) => toLocal(read(new Seconds(), json, o)),
    writeJson: (v) => write(toWire(v)),
    invalid(v) {
      try {
        toWire(v as L);
        return undefined;
      } catch (e) {
        return e instanceof ProtobufError ? e.message : String(e);
      }
    },
  };
}

function isMessage(v: unknown): v is TimestampShape {
  return typeof v === "object" && v !== null && typeof (v as Partial<TimestampShape>).seconds === "bigint";
}

function copy(m: Seconds, { seconds, nanos = 0 }: TimestampShape): Seconds {
  m.seconds = seconds;
  m.nanos = nanos;
  return m;
}

/** A Timestamp as a Date, which has milliseconds: what is finer is cut off. */
export const timestampDate: TimeForm<Date> = /* @__PURE__ */ timeForm(timestamp, makeDate, fillDate);

/** A Timestamp as text, RFC 3339 in UTC as in ProtoJSON. Any offset is accepted. */
export const timestampText: TimeForm<string> = /* @__PURE__ */ timeForm(timestamp, formatTimestamp, parseTimestamp);

/** A Timestamp as a Temporal.Instant, to the nanosecond. */
export const timestampInstant: TimeForm<Instant> = /* @__PURE__ */ timeForm(timestamp, makeInstant, fillInstant);

/** A Duration as text, seconds with an "s" as in ProtoJSON. */
export const durationText: TimeForm<string> = /* @__PURE__ */ timeForm(duration, formatDuration, parseDuration);

/** A Duration as a Temporal.Duration, to the nanosecond. */
export const durationTemporal: TimeForm<TemporalDuration> = /* @__PURE__ */ timeForm(
  duration,
  makeDuration,
  fillDuration,
);

function makeDate({ seconds, nanos }: TimestampShape): Date {
  const date = new Date(Number(seconds) * 1000 + Math.floor(nanos / 1e6));
  return Number.isNaN(date.getTime()) ? fail(`expected a time in the range of Date, got ${seconds} seconds`) : date;
}

function fillDate(m: Seconds, v: Date): Seconds {
  const ms = typeof v?.getTime === "function" ? v.getTime() : fail(`expected a Date, got ${describeJson(v)}`);
  if (Number.isNaN(ms)) fail("expected a Date, got an invalid one");
  const seconds = Math.floor(ms / 1000);
  m.seconds = BigInt(seconds);
  m.nanos = (ms - seconds * 1000) * 1e6;
  return m;
}

/** Temporal.Instant of the runtime's types or, where they lack it, what is needed of it. */
export type Instant = typeof globalThis extends { Temporal: { Instant: new (...args: never) => infer I } }
  ? I
  : InstantLike;

/** Temporal.Duration of the runtime's types or, where they lack it, what is needed of it. */
export type TemporalDuration = typeof globalThis extends { Temporal: { Duration: new (...args: never) => infer D } }
  ? D
  : TemporalDurationLike;

/** The part of a Temporal.Instant that is needed. */
export interface InstantLike {
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  readonly epochNanoseconds: bigint;
  /** RFC 3339. */
  toString(): string;
}

/** The part of a Temporal.Duration that is needed. */
export interface TemporalDurationLike {
  readonly years: number;
  readonly months: number;
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly milliseconds: number;
  readonly microseconds: number;
  readonly nanoseconds: number;
  /** ISO 8601. */
  toString(): string;
}

interface TemporalNamespace {
  readonly Instant: { fromEpochNanoseconds(nanos: bigint): Instant };
  readonly Duration: { from(parts: Partial<TemporalDurationLike>): TemporalDuration };
}

function temporal(): TemporalNamespace {
  const { Temporal } = globalThis as { Temporal?: TemporalNamespace };
  return Temporal ?? fail("expected globalThis.Temporal: this runtime needs a polyfill");
}

const NANOS_PER_SECOND = 1_000_000_000n;

function makeInstant({ seconds, nanos }: TimestampShape): Instant {
  return temporal().Instant.fromEpochNanoseconds(seconds * NANOS_PER_SECOND + BigInt(nanos));
}

function fillInstant(m: Seconds, v: Instant): Seconds {
  const { epochNanoseconds } = (v ?? {}) as InstantLike;
  if (typeof epochNanoseconds !== "bigint") fail(`expected a Temporal.Instant, got ${describeJson(v)}`);
  const rest = epochNanoseconds % NANOS_PER_SECOND;
  const nanos = rest < 0n ? rest + NANOS_PER_SECOND : rest;
  m.seconds = (epochNanoseconds - nanos) / NANOS_PER_SECOND;
  m.nanos = Number(nanos);
  return m;
}

function makeDuration({ seconds, nanos }: TimestampShape): TemporalDuration {
  return temporal().Duration.from({
    seconds: Number(seconds),
    milliseconds: Math.trunc(nanos / 1e6),
    microseconds: Math.trunc(nanos / 1e3) % 1e3,
    nanoseconds: nanos % 1e3,
  });
}

/** Days have 24 hours, as in Temporal where no date is given. Longer units have no fixed length. */
function fillDuration(m: Seconds, v: TemporalDuration): Seconds {
  const parts = (v ?? {}) as TemporalDurationLike;
  if (typeof parts.microseconds !== "number") fail(`expected a Temporal.Duration, got ${describeJson(v)}`);
  if (parts.years || parts.months || parts.weeks) fail(`expected a duration without years, months and weeks, got ${v}`);
  let total = BigInt(parts.days);
  for (const [size, unit] of units) total = total * size + BigInt(parts[unit]);
  m.seconds = total / NANOS_PER_SECOND;
  m.nanos = Number(total % NANOS_PER_SECOND);
  return m;
}

/** The units below the day, and how many of each the one before it has. */
const units: readonly (readonly [bigint, Exclude<keyof TemporalDurationLike, "toString">])[] = [
  [24n, "hours"],
  [60n, "minutes"],
  [60n, "seconds"],
  [1000n, "milliseconds"],
  [1000n, "microseconds"],
  [1000n, "nanoseconds"],
];

/** timestamps, durations and the option of a field: what the property holds, to which precision, and what is refused. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { load } from "./load.js";
import "./temporal.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const root = join(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const sources = { "event.proto": read("test/plugins/protoc-gen-ts/golden/times-date/shop/event.proto") };
const optionsProto = "protoloom/ts/v1/options.proto";

// biome-ignore lint/suspicious/noExplicitAny: whatever the runtime has
const { Temporal } = globalThis as any;
const instant = (nanos: bigint) => Temporal.Instant.fromEpochNanoseconds(nanos);

describe.each(["speed", "code_size"])("with optimize=%s", (optimize) => {
  // biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
  const make = (name: string, options: string): Promise<any> =>
    load(`times-${name}-${optimize}`, sources, `target=js,optimize=${optimize},${options}`);

  test("a Date has milliseconds, before 1970 too", async () => {
    const { Event, EventSchema } = await make("date", "timestamps=date");
    for (const [seconds, nanos, ms] of [
      [1n, 5_999_999, 1005],
      [-1n, 999_000_000, -1],
      [-62135596800n, 0, -62135596800000],
      [0n, 0, 0],
    ] as const) {
      const bytes = toBinary(EventSchema, create(EventSchema, { at: { seconds, nanos } } as object));
      const event = Event.fromBinary(bytes);
      expect(event.at).toEqual(new Date(ms));
      const back = fromBinary(EventSchema, event.toBinary()) as unknown as { at: object };
      expect(back.at).toMatchObject({ seconds, nanos: nanos - (nanos % 1_000_000) });
    }
  });

  test("text and Temporal have nanoseconds", async () => {
    const { Event, EventSchema } = await make("text", "timestamps=string,durations=string");
    const { Event: Other } = await make("temporal", "timestamps=temporal,durations=temporal");
    const es = create(EventSchema, {
      at: { seconds: -7n, nanos: 1 },
      takes: { seconds: -1n, nanos: -500_000_001 },
    } as object);
    const bytes = toBinary(EventSchema, es);
    const text = Event.fromBinary(bytes);
    expect([text.at, text.takes]).toEqual(["1969-12-31T23:59:53.000000001Z", "-1.500000001s"]);
    expect(text.toBinary()).toEqual(bytes);
    const temporal = Other.fromBinary(bytes);
    expect(temporal.at.epochNanoseconds).toBe(-6_999_999_999n);
    expect([temporal.takes.seconds, temporal.takes.milliseconds, temporal.takes.nanoseconds]).toEqual([-1, -500, -1]);
    expect(temporal.toBinary()).toEqual(bytes);
    expect(temporal.toJson()).toEqual(text.toJson());
    expect(new Event({ at: "2026-11-22T09:30:00+01:00" }).toJson()).toEqual({ at: "2026-11-22T08:30:00Z" });
  });

  test("a Temporal.Duration is days of 24 hours, and no longer unit", async () => {
    const { Event } = await make("temporal-units", "durations=temporal");
    const long = Temporal.Duration.from({
      days: 1,
      hours: 2,
      minutes: 3,
      seconds: 4,
      milliseconds: 5,
      microseconds: 6,
      nanoseconds: 7,
    });
    expect(new Event({ takes: long }).toJson()).toEqual({ takes: "93784.005006007s" });
    expect(() => new Event({ takes: Temporal.Duration.from({ months: 1 }) }).toBinary()).toThrow(
      "cannot encode field shop.Event.takes: expected a duration without years, months and weeks",
    );
  });

  test("an init may have messages", async () => {
    const { Event, EventSchema } = await make("init", "timestamps=date,durations=string");
    const plain = create(EventSchema, {
      all: [{ seconds: 1n }],
      byName: { a: { seconds: 2n } },
      end: { case: "until", value: { seconds: 3n } },
      takes: { seconds: 4n },
    } as object);
    const event = new Event(plain);
    expect(event).toMatchObject({
      all: [new Date(1000)],
      byName: { a: new Date(2000) },
      end: { value: new Date(3000) },
      takes: "4s",
    });
    expect(event.equals(new Event({ ...event }))).toBe(true);
  });

  test("copies have their own Date, and are compared by time", async () => {
    const { Event } = await make("clone", "timestamps=date");
    const event = new Event({ at: new Date(5), all: [new Date(6)], end: { case: "until", value: new Date(7) } });
    const copy = event.clone();
    expect(copy).toEqual(event);
    expect(copy.equals(event)).toBe(true);
    copy.at.setTime(8);
    expect(event.at.getTime()).toBe(5);
    expect(copy.equals(event)).toBe(false);
    expect(copy.equals(new Event())).toBe(false);
    expect(structuredClone(event).at).toEqual(new Date(5));
    expect(JSON.stringify(event)).toBe(
      '{"at":"1970-01-01T00:00:00.005Z","all":["1970-01-01T00:00:00.006Z"],"until":"1970-01-01T00:00:00.007Z"}',
    );
  });

  test("times within messages without any are copied and compared, too", async () => {
    const source = `syntax = "proto3"; import "event.proto"; import "google/protobuf/struct.proto";
      message Outer { repeated shop.Event events = 1; map<string, shop.Event> by_name = 2; google.protobuf.Struct json = 3; }`;
    const name = `times-outer-${optimize}`;
    const { Outer } = await load(
      name,
      { "outer.proto": source, ...sources },
      `target=js,optimize=${optimize},timestamps=date`,
    );
    const outer = new Outer({
      events: [{ at: new Date(1) }],
      byName: { constructor: { byName: { a: new Date(2) } } },
      json: { constructor: { $equals: 5, $clone: 5 } }, // what a peer may send
    });
    const copy = outer.clone();
    expect(copy).toEqual(outer);
    expect(copy.equals(outer)).toBe(true);
    expect(copy.events[0].at).not.toBe(outer.events[0].at);
    copy.byName.constructor.byName.a.setTime(3);
    expect(outer.byName.constructor.byName.a.getTime()).toBe(2);
    expect(copy.equals(outer)).toBe(false);
  });

  test("bytes merge as those of the message do", async () => {
    const { Event, EventSchema } = await make("merge", "timestamps=string");
    const parts = [{ seconds: 1n }, { nanos: 5 }].map((at) =>
      toBinary(EventSchema, create(EventSchema, { at } as object)),
    );
    expect(Event.fromBinary(Buffer.concat(parts)).at).toBe("1970-01-01T00:00:01.000000005Z");
    expect(Event.fromBinary(Uint8Array.of(10, 4, 8, 1, 24, 9)).toBinary()).toEqual(Uint8Array.of(10, 2, 8, 1)); // 24: unknown
    expect(Event.fromBinary(Uint8Array.of(26, 3, 10, 1, 97)).byName).toEqual({ a: "1970-01-01T00:00:00Z" });
  });

  test("what does not fit is refused with its field", async () => {
    const { Event, EventSchema } = await make("wrong", "timestamps=date,durations=string");
    const throws = (act: () => unknown, text: string) => expect(act).toThrow(text);
    throws(
      () => new Event({ at: new Date(Number.NaN) }).toBinary(),
      "cannot encode field shop.Event.at: expected a Date, got an invalid one",
    );
    throws(
      () => new Event({ price: 1, byName: { a: 5 } }).toBinary(),
      'cannot encode field shop.Event.by_name["a"]: expected a Date, got 5',
    );
    throws(
      () => new Event({ all: [new Date(1), "x"] }).toBinary(),
      'cannot encode field shop.Event.all[1]: expected a Date, got "x"',
    );
    throws(
      () => new Event({ end: { case: "lasts", value: "5" } }).toJson(),
      'field shop.Event.lasts: expected duration in seconds, got "5"',
    );
    throws(
      () => Event.fromJson({ at: "yesterday" }),
      'cannot decode field shop.Event.at from JSON: expected RFC 3339 timestamp, got "yesterday"',
    );
    throws(
      () => Event.fromJsonString('{"next":{"all":["x"]}}'),
      "cannot decode field shop.Event.next.all[0] from JSON: expected RFC 3339",
    );
    const far = toBinary(
      EventSchema,
      create(EventSchema, { end: { case: "next", value: { all: [{}, { seconds: 1n << 60n }] } } } as object),
    );
    throws(
      () => Event.fromBinary(far),
      "cannot decode field shop.Event.next.all[1]: expected a time in the range of Date",
    );
    throws(() => Event.fromBinary(Uint8Array.of(10, 2, 8)), "cannot decode field shop.Event.at: truncated message");
    // the reason is the field that is wrong, whatever else there is
    throws(
      () => new Event({ at: new Date(1), takes: "1s", laps: [1] }).toBinary(),
      "cannot encode field shop.Event.laps[0]: expected duration in seconds, got 1",
    );
  });
});

const fields = `
syntax = "proto3";
package shop;
import "google/protobuf/duration.proto";
import "google/protobuf/timestamp.proto";
import "protoloom/ts/v1/options.proto";
message Mixed {
  google.protobuf.Timestamp message = 1 [(protoloom.ts.v1.field).time = TIME_MESSAGE];
  google.protobuf.Timestamp date = 2 [(protoloom.ts.v1.field).time = TIME_DATE];
  repeated google.protobuf.Timestamp instants = 3 [(protoloom.ts.v1.field) = { time: TIME_TEMPORAL }];
  map<string, google.protobuf.Duration> texts = 4 [(protoloom.ts.v1.field).time = TIME_STRING];
  google.protobuf.Timestamp other = 5 [(protoloom.ts.v1.field).time = TIME_UNSPECIFIED];
  google.protobuf.Timestamp another = 6;
}
message Date {
  google.protobuf.Timestamp date = 1 [(protoloom.ts.v1.field).time = TIME_DATE];
}
`;

test("a field has its own option", async () => {
  const all = { "fields.proto": fields, [optionsProto]: read(`plugins/protoc-gen-ts/proto/${optionsProto}`) };
  const { Mixed } = await load("times-fields", all, "target=js,timestamps=string");
  const mixed = new Mixed({
    message: { nanos: 1 },
    date: new Date(1),
    instants: [instant(1n)],
    texts: { a: "1s" },
    other: "1970-01-01T00:00:00.5Z",
  });
  expect(Mixed.fromBinary(mixed.toBinary())).toMatchObject({
    message: { $typeName: "google.protobuf.Timestamp", nanos: 1 },
    date: new Date(1),
    instants: [{ epochNanoseconds: 1n }],
    texts: { a: "1s" },
    other: "1970-01-01T00:00:00.500Z",
    another: undefined,
  });

  const folder = scratchFolder("times-types");
  writeFiles(folder, generate(all));
  const user = `
    import { Date as DateMessage, Mixed } from "./fields_pb.js";
    const mixed = new Mixed({ date: new Date(1), texts: { a: "1s" } });
    export const date: Date | undefined = mixed.date;
    export const text: string | undefined = mixed.texts["a"];
    export const seconds: bigint | undefined = mixed.message?.seconds;
    export const nanos: bigint | undefined = mixed.instants[0]?.epochNanoseconds;
    export const inner: Date | undefined = new DateMessage({ date: new Date(1) }).date;
    // @ts-expect-error: the message
    mixed.another = new Date(1);
    // @ts-expect-error: not text
    new Mixed({ date: "1970-01-01T00:00:00Z" });`;
  writeFiles(folder, [["user.ts", user]]);
  expect(typeCheck(folder)).toBe("");
});

test("without Temporal, the error says so", async () => {
  const { Event } = await load("times-none", sources, "target=js,timestamps=temporal");
  const bytes = Uint8Array.of(10, 2, 8, 1);
  Object.assign(globalThis, { Temporal: undefined });
  try {
    expect(() => Event.fromBinary(bytes)).toThrow(
      "cannot decode field shop.Event.at: expected globalThis.Temporal: this runtime needs a polyfill",
    );
  } finally {
    Object.assign(globalThis, { Temporal });
  }
  expect(Event.fromBinary(bytes).at.epochNanoseconds).toBe(1_000_000_000n);
});

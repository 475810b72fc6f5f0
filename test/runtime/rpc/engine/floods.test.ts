/** Floods, each bounded: the connection ends with ENHANCE_YOUR_CALM, or is no longer read. And harmless look-alikes. */
import { describe, expect, test } from "@jest/globals";
import { FrameType } from "../../../../runtime/rpc/src/http2/frame/frame.js";
import { Endpoint, frame, literal, REQUEST, setting, uint32 } from "./wire.js";

const { Data, Headers, Priority, RstStream, Settings, Ping, WindowUpdate, Continuation } = FrameType;

/** Sends frames until the connection is closed or no longer read. Returns their number. */
function flood(endpoint: Endpoint, make: (i: number) => Uint8Array, most = 200_000): number {
  for (let i = 0; i < most; i++) {
    endpoint.connection.receive(make(i));
    endpoint.connection.flush();
    if (endpoint.closed !== undefined || endpoint.isPaused) return i + 1;
  }
  return most;
}

const id = (i: number): number => 2 * i + 1;

describe.each([
  ["PING", () => frame(Ping, 0, 0, new Uint8Array(8)), 10_001],
  ["SETTINGS (CVE-2019-9515)", () => frame(Settings, 0, 0, setting(3, 1)), 10_001],
  ["acknowledgements", () => frame(Settings, 1, 0), 10_001],
  ["PRIORITY (CVE-2019-9513)", (i: number) => frame(Priority, 0, id(i), [...uint32(0), 1]), 10_001],
  ["unknown frames", () => frame(0xcc, 0, 0), 10_001],
  ["WINDOW_UPDATE without use", () => frame(WindowUpdate, 0, 0, uint32(1)), 100_001],
])("a flood of %s", (_, make, most) => {
  test.each(["server", "client"] as const)("to a %s ends", (side) => {
    const endpoint = new Endpoint(side).greet();
    expect(flood(endpoint, make)).toBeLessThanOrEqual(most);
    expect(endpoint.take().at(-1)).toMatch(/^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
  });
});

test("empty DATA (CVE-2019-9518)", () => {
  const endpoint = new Endpoint("server").greet();
  endpoint.connection.receive(frame(Headers, 4, 1, REQUEST));
  expect(flood(endpoint, () => frame(Data, 0, 1))).toBeLessThanOrEqual(10_001);
  expect(endpoint.take().at(-1)).toBe("GOAWAY 1 ENHANCE_YOUR_CALM");
});

test("interim responses", () => {
  const endpoint = new Endpoint("client").greet();
  endpoint.open(true);
  const interim = frame(Headers, 4, 1, literal(":status", "103"));
  expect(flood(endpoint, () => interim)).toBeLessThanOrEqual(10_001);
  expect(endpoint.take().at(-1)).toBe("GOAWAY 0 ENHANCE_YOUR_CALM");
});

test("frames for streams that are over", () => {
  const endpoint = new Endpoint("server").greet();
  endpoint.connection.receive(frame(Headers, 4, 1, REQUEST));
  endpoint.connection.receive(frame(RstStream, 0, 1, uint32(8)));
  expect(flood(endpoint, () => frame(RstStream, 0, 1, uint32(8)), 250_000)).toBeLessThanOrEqual(200_001);
  expect(endpoint.take().at(-1)).toBe("GOAWAY 1 ENHANCE_YOUR_CALM");
});

test("empty CONTINUATION (CVE-2024-27316, CVE-2026-33871), and a block without end", () => {
  for (const payload of [new Uint8Array(0), new Uint8Array(16384)]) {
    const endpoint = new Endpoint("server").greet();
    endpoint.connection.receive(frame(Headers, 0, 1, REQUEST));
    expect(flood(endpoint, () => frame(Continuation, 0, 1, payload))).toBeLessThanOrEqual(10_001);
    expect(endpoint.take().at(-1)).toMatch(/ENHANCE_YOUR_CALM$/);
  }
});

test("requests that make us reset them (CVE-2025-8671): every path counts", () => {
  const paths: ((i: number) => Uint8Array)[] = [
    (i) => frame(Headers, 5, id(i), literal("X-a", "1")),
    (i) =>
      frame(i % 2 === 0 ? Headers : WindowUpdate, i % 2 === 0 ? 4 : 0, id(i >> 1), i % 2 === 0 ? REQUEST : uint32(0)),
    (i) => frame(i % 2 === 0 ? Headers : Priority, i % 2 === 0 ? 4 : 0, id(i >> 1), i % 2 === 0 ? REQUEST : [0]),
  ];
  for (const make of paths) {
    const endpoint = new Endpoint("server").greet();
    expect(flood(endpoint, make)).toBeLessThanOrEqual(20_002);
    expect(endpoint.take().at(-1)).toMatch(/ENHANCE_YOUR_CALM$/);
  }
});

test("rapid reset (CVE-2023-44487): handlers that still run count, and no new ones start", () => {
  const endpoint = new Endpoint("server").greet();
  endpoint.onRequest = (stream) => endpoint.connection.hold(stream);
  for (let i = 0; i < 5000; i++) {
    endpoint.connection.receive(frame(Headers, 5, id(i), REQUEST));
    endpoint.connection.receive(frame(RstStream, 0, id(i), uint32(8)));
  }
  expect(endpoint.streams).toHaveLength(100);
  for (const { stream } of endpoint.streams) endpoint.connection.release(stream);
  endpoint.connection.receive(frame(Headers, 5, id(5000), REQUEST));
  expect(endpoint.streams).toHaveLength(101);
});

test("responses that cannot be sent (CVE-2019-9512): reading pauses until they are", () => {
  const endpoint = new Endpoint("server").greet();
  endpoint.isFull = true;
  expect(flood(endpoint, () => frame(Ping, 0, 0, new Uint8Array(8)))).toBeLessThan(5000);
  expect([endpoint.isPaused, endpoint.closed]).toEqual([true, undefined]);
  endpoint.isFull = false;
  endpoint.connection.drained();
  expect(endpoint.isPaused).toBe(false);
});

test("countless fields (CVE-2026-49975): few bytes expand to at most the limit", () => {
  const endpoint = new Endpoint("server").greet();
  endpoint.connection.receive(
    frame(Headers, 5, 1, [...REQUEST, ...literal("a", "b"), ...new Uint8Array(10_000).fill(0x90)]),
  );
  expect(endpoint.streams[0]!.fields).toMatchObject({ isTooLarge: true });
  expect(endpoint.streams[0]!.fields.list.length).toBeLessThanOrEqual(256);
});

describe("no flood", () => {
  test("is a million messages of one byte", () => {
    const endpoint = new Endpoint("server").greet();
    endpoint.connection.receive(frame(Headers, 4, 1, REQUEST));
    const { stream, events } = endpoint.streams[0]!;
    const byte = frame(Data, 0, 1, [1]);
    for (let i = 0; i < 1_000_000; i++) {
      endpoint.connection.receive(byte);
      endpoint.connection.taken(stream, 1);
    }
    endpoint.connection.flush();
    expect([events.bytes, endpoint.closed]).toEqual([1_000_000, undefined]);
  });

  test("are 10,000 cancelled calls", () => {
    const endpoint = new Endpoint("server").greet();
    for (let i = 0; i < 10_000; i++) {
      endpoint.connection.receive(frame(Headers, 4, id(i), REQUEST));
      endpoint.connection.receive(frame(RstStream, 0, id(i), uint32(8)));
    }
    expect([endpoint.streams.length, endpoint.closed]).toEqual([10_000, undefined]);
  });

  test("are 100,000 frames that arrive after our own reset", () => {
    const endpoint = new Endpoint("server").greet();
    endpoint.connection.receive(frame(Headers, 4, 1, REQUEST));
    endpoint.connection.reset(endpoint.streams[0]!.stream, 8);
    for (let i = 0; i < 100_000; i++) endpoint.connection.receive(frame(Data, 0, 1, [1]));
    endpoint.connection.receive(frame(Headers, 5, 3, REQUEST));
    expect([endpoint.streams.length, endpoint.closed]).toEqual([2, undefined]);
  });

  test("are 64 KB of metadata in small frames", () => {
    const endpoint = new Endpoint("server", { fields: { maxBytes: 80_000, maxFields: 256 } }).greet();
    const block = [...REQUEST, ...literal("x-a", "v".repeat(16_000)), ...literal("x-b", "v".repeat(16_000))];
    endpoint.connection.receive(frame(Headers, 1, 1, block.slice(0, 16)));
    for (let at = 16; at < block.length; at += 16)
      endpoint.connection.receive(frame(Continuation, at + 16 >= block.length ? 4 : 0, 1, block.slice(at, at + 16)));
    expect(endpoint.streams[0]!.fields).toMatchObject({ isTooLarge: false, malformed: undefined });
  });

  test("are WINDOW_UPDATE frames of a reader of many messages", () => {
    const endpoint = new Endpoint("client").greet(setting(4, 2 ** 30));
    const { stream } = endpoint.open(false);
    for (let i = 0; i < 300_000; i++) {
      endpoint.connection.send(stream, Uint8Array.of(1), false);
      if (i % 1000 === 0) endpoint.takeBytes();
      endpoint.connection.receive(frame(WindowUpdate, 0, 1, uint32(1)));
      endpoint.connection.receive(frame(WindowUpdate, 0, 0, uint32(1)));
    }
    expect(endpoint.closed).toBeUndefined();
  });
});

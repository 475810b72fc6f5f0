/** A model of flow control: two endpoints joined in memory, with random windows, sizes and readers. */
import { describe, expect, test } from "@jest/globals";
import type { Connection, ConnectionOptions } from "../../../../runtime/rpc/src/http2/connection.js";
import type { Stream } from "../../../../runtime/rpc/src/http2/stream.js";
import { Random } from "../../../fuzz/random.mjs";
import { Endpoint, Recorder } from "./wire.js";

/** Two endpoints, each of which gets what the other one sends, in pieces. */
class Pair {
  readonly client: Endpoint;
  readonly server: Endpoint;

  constructor(options: Partial<ConnectionOptions> = {}) {
    this.client = new Endpoint("client", options);
    this.server = new Endpoint("server", options);
    this.exchange();
  }

  /** Carries bytes back and forth until none are left. Returns the number of rounds. */
  exchange(cut: (bytes: Uint8Array) => Uint8Array[] = (bytes) => [bytes]): number {
    for (let rounds = 0; ; rounds++) {
      const up = this.client.takeBytes();
      const down = this.server.takeBytes();
      if (up.length === 0 && down.length === 0) return rounds;
      for (const piece of cut(up)) this.server.connection.receive(piece);
      for (const piece of cut(down)) this.client.connection.receive(piece);
    }
  }

  open(): { up: Stream; down: () => { stream: Stream; events: Recorder } } {
    const { encoder } = this.client.connection;
    encoder.begin();
    for (const [name, value] of [
      [":method", "POST"],
      [":scheme", "http"],
      [":path", "/"],
    ] as const)
      encoder.field(name, value);
    const index = this.server.streams.length;
    const up = this.client.connection.open(new Recorder(), false);
    this.exchange();
    expect(this.server.streams).toHaveLength(index + 1);
    return { up, down: () => this.server.streams[index]! };
  }
}

test.each(Array.from({ length: 20 }, (_, i) => i))(
  "seed %i: every byte arrives, whatever windows and readers",
  (seed) => {
    const random = new Random(seed, 0);
    const pair = new Pair({
      windows: { maxStream: random.pick([1 << 16, 100_000, 1 << 22]), maxGrowth: random.pick([0, 50_000, 1 << 24]) },
    });
    const cut = (bytes: Uint8Array): Uint8Array[] => {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        const next = at + random.between(1, 20_000);
        pieces.push(bytes.slice(at, next));
        at = next;
      }
      return pieces;
    };
    const streams = Array.from({ length: random.between(1, 12) }, () => ({
      ...pair.open(),
      sent: 0,
      taken: 0,
      isSlow: random.chance(0.3),
    }));
    for (const each of streams) {
      for (let i = random.between(1, 6); i > 0; i--) {
        const bytes = random.pick([0, 1, 1000, 16384, 100_000, random.below(400_000)]);
        each.sent += bytes;
        pair.client.connection.send(each.up, new Uint8Array(bytes), false);
      }
      pair.client.connection.end(each.up);
    }
    for (let round = 0; ; round++) {
      expect(round).toBeLessThan(2000);
      pair.exchange(cut);
      let isDone = true;
      for (const each of streams) {
        const { stream, events } = each.down();
        const unread = events.bytes - each.taken;
        expect(unread).toBeLessThanOrEqual(1 << 22);
        const wanted = each.isSlow ? random.below(unread + 1) : unread;
        each.taken += wanted;
        pair.server.connection.taken(stream, wanted);
        if (each.taken < each.sent || events.told.at(-1) !== "end") isDone = false;
      }
      if (isDone) break;
    }
    for (const { sent, down } of streams) expect([down().events.bytes, down().events.told]).toEqual([sent, ["end"]]);
    expect(pair.client.closed ?? pair.server.closed).toBeUndefined();
  },
);

test("a reader that has stopped holds up no other stream", () => {
  const pair = new Pair();
  const stopped = pair.open();
  const other = pair.open();
  pair.client.connection.send(stopped.up, new Uint8Array(1 << 20), true);
  pair.client.connection.send(other.up, new Uint8Array(1 << 20), true);
  for (let taken = 0; taken < 1 << 20; ) {
    pair.exchange();
    const { stream, events } = other.down();
    expect(events.bytes).toBeGreaterThan(taken);
    pair.server.connection.taken(stream, events.bytes - taken);
    taken = events.bytes;
  }
  expect(stopped.down().events.bytes).toBe(65535); // its window
});

test("what waits for readers is bounded over all streams", () => {
  const pair = new Pair({ maxUnread: 200_000 });
  const streams = Array.from({ length: 50 }, () => pair.open());
  for (const { up } of streams) pair.client.connection.send(up, new Uint8Array(65535), true);
  pair.exchange();
  const unread = (): number => streams.reduce((sum, { down }) => sum + down().events.bytes, 0);
  expect(unread()).toBeLessThan(200_000 + (1 << 20)); // and the window of the connection
  const taken = new Map<number, number>();
  for (let i = 0; i < 100; i++) {
    for (const { down } of streams) {
      const { stream, events } = down();
      pair.server.connection.taken(stream, events.bytes - (taken.get(stream.id) ?? 0));
      taken.set(stream.id, events.bytes);
    }
    pair.exchange();
  }
  expect(unread()).toBe(50 * 65535);
});

describe("a path with a long round trip", () => {
  /** Round trips that so many bytes take: each brings what the windows let through. */
  const roundTrips = (bytes: number): number => {
    const pair = new Pair();
    const { up, down } = pair.open();
    pair.client.connection.send(up, new Uint8Array(bytes), true);
    let taken = 0;
    for (let trips = 0; ; trips++) {
      const { stream, events } = down();
      if (events.told.at(-1) === "end") return trips;
      // What was sent arrives piece by piece, and is read as it comes; what the reader says travels back together.
      const sent = pair.client.takeBytes();
      for (let at = 0; at < sent.length; at += 16_393) {
        pair.server.connection.receive(sent.slice(at, at + 16_393));
        pair.server.connection.taken(stream, events.bytes - taken);
        taken = events.bytes;
      }
      pair.client.connection.receive(pair.server.takeBytes());
    }
  };

  test("4 MB take few of them: the windows grow while the reader keeps up", () => {
    expect(roundTrips(4 << 20)).toBeLessThanOrEqual(6); // with 64 KB, 65
  });
});

test("an idle connection has given its slab back", () => {
  const { connection } = new Endpoint("client").greet() as { connection: Connection };
  connection.flush();
  expect(connection.output.length).toBe(0);
});

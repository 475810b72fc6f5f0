/** The memory of frames that wait for the end of a turn. */
import { describe, expect, test } from "@jest/globals";
import { FrameWriter, Written } from "../../../../runtime/rpc/src/http2/frame/writer.js";
import { Random } from "../../../fuzz/random.mjs";

describe("a writer of frames", () => {
  test.each(Array.from({ length: 12 }, (_, i) => i))("seed %i: hands over every byte, in order", (seed) => {
    const random = new Random(seed, 0);
    const given: number[] = [];
    const got: number[] = [];
    let head = 0;
    const kept: { bytes: Uint8Array; copy: Uint8Array }[] = [];
    const writer = new FrameWriter(
      (bytes) => {
        got.push(...bytes);
        if (random.between(0, 1) === 0) return Written.Left;
        kept.push({ bytes, copy: bytes.slice() });
        return Written.Kept;
      },
      () => {},
    );
    for (let i = 0; i < 100; i++) {
      const length = random.pick([1, 100, 3000, 9000, 16_384]);
      const id = random.between(1, 2);
      if (!writer.extendData(length, id)) {
        writer.data(length, 0, id);
        head = given.length;
        given.push(length >>> 16, (length >>> 8) & 255, length & 255, 0, 0, 0, 0, 0, id);
      } else grow(given, head, length);
      for (let at = 0; at < length; at++) {
        writer.bytes[writer.at++] = i;
        given.push(i & 255);
      }
      if (random.between(0, 9) === 0) writer.flush();
    }
    writer.flush();
    expect(Buffer.compare(Buffer.from(got), Buffer.from(given))).toBe(0);
    expect(kept.filter(({ bytes, copy }) => Buffer.compare(bytes, copy) !== 0)).toEqual([]);
  });

  test("a thousand that write little in one turn take little memory each", () => {
    const writers = Array.from(
      { length: 1000 },
      () =>
        new FrameWriter(
          () => Written.Left,
          () => {},
        ),
    );
    const before = process.memoryUsage().arrayBuffers;
    for (const writer of writers) writer.settings([[1, 1]]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_384 * writers.length);
    for (const writer of writers) writer.flush();
  });
});

/** The frame at `head` has more payload. Its length is in its first three bytes. */
function grow(given: number[], head: number, more: number): void {
  const whole = ((given[head]! << 16) | (given[head + 1]! << 8) | given[head + 2]!) + more;
  for (const [at, shift] of [16, 8, 0].entries()) given[head + at] = (whole >>> shift) & 255;
}

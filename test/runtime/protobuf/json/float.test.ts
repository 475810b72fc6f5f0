import { describe, expect, test } from "@jest/globals";
import { writeFloat } from "../../../../runtime/protobuf/src/json/scalar/number.js";
import { writeFloats } from "../../../../runtime/protobuf/src/json/scalar/number-list.js";

/** The shortest decimal by trying one digit more at a time: what std::to_chars and Python's repr of a float32 do. */
function shortest(v: number): string {
  for (let digits = 1; ; digits++) {
    const text = v.toExponential(digits - 1);
    if (Math.fround(Number(text)) === v) return text;
  }
}

function digitsOf(text: string): number {
  return text.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** Floats of all sizes, from a linear congruential generator. */
function* floats(count: number): Generator<number> {
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bits[0] = i % 2 === 0 ? state : ((110 + (i % 48)) << 23) | (state & 0x807fffff); // every other one from 1e-5 to 1e9
    if (Number.isFinite(float[0])) yield float[0]!;
  }
}

describe("a float in JSON", () => {
  test.each([
    [0.1, "0.1"],
    [Math.fround(0.1), "0.1"],
    [Math.fround(-16.7), "-16.7"],
    [Math.fround(3.4028235e38), "3.4028235e+38"],
    [1.401298464324817e-45, "1e-45"],
    [16777216, "16777216"],
    [16777217, "16777216"],
    [-0, "-0"],
    [0.5, "0.5"],
    [2 ** -10, "0.0009765625"],
    [1234567936, "1234567936"],
    [12345678848, "12345679000"],
    [Number.NaN, '"NaN"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
  ])("%s is %s", (v, text) => {
    expect(Math.fround(Number(text.replaceAll('"', "")))).toBe(Math.fround(v));
    expect(writeFloat(v)).toBe(text);
    expect(writeFloats([v])).toBe(`[${writeFloat(v)}]`);
  });

  test("is the shortest text that reads back as it, in a list too", () => {
    const wrong: unknown[] = [];
    const all = [...floats(200_000)];
    const list = writeFloats(all).slice(1, -1).split(",");
    for (const [i, v] of all.entries()) {
      const text = writeFloat(v);
      const isExact = (v | 0) === v; // these keep their digits: zeros in their place are no shorter
      const isShort = isExact || digitsOf(text) === digitsOf(shortest(v));
      if (list[i] !== text || Math.fround(Number(text)) !== v || !isShort) wrong.push([v, text, list[i], shortest(v)]);
    }
    expect(all.length).toBeGreaterThan(190_000);
    expect(wrong).toEqual([]);
  });
});

/**
 * In Node 24 and Bun, long strings are decoded by the engine. Here a process of any Node is made to believe that it is
 * one, and reads and refuses the same as one that is not.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const script = `
  const utf8Slice = Buffer.prototype.utf8Slice;
  let calls = 0;
  Buffer.prototype.utf8Slice = function (...range) {
    calls++;
    return utf8Slice.apply(this, range);
  };
  if (isFast) RegExp.escape ??= String;
  else delete RegExp.escape;
  const { StringValue } = await import("@protoloom/protobuf/wkt");

  const letters = ["a", "\u00e9", "\u8a9e", "\u{1f600}", "\ufeff", "\ufffd"];
  const flaws = [[0x80], [0xff], [0xc3], [0xc0, 0xaf], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf0, 0x9f]];
  const results = [];
  for (const letter of letters) {
    for (const count of [20, 33, 97, 500, 40_000]) {
      const half = [...new TextEncoder().encode(letter.repeat(count))];
      for (const flaw of [[], [0xef, 0xbf, 0xbd], ...flaws]) {
        for (const text of [[...flaw, ...half], [...half, ...flaw], [...half, ...flaw, ...half]]) {
          const n = text.length;
          const bytes = Uint8Array.from([10, (n & 127) | 128, ((n >> 7) & 127) | 128, n >> 14, ...text]);
          try {
            const { value } = StringValue.fromBinary(bytes);
            results.push(value.length + value.slice(0, 2) + value.slice(-2));
          } catch (error) {
            results.push(error.message);
          }
        }
      }
    }
  }
  console.log(JSON.stringify({ calls, results }));
`;

function resultsWith(isFast: boolean): { calls: number; results: string[] } {
  const output = execFileSync(
    process.execPath,
    ["--input-type=module", "--eval", `const isFast = ${isFast};${script}`],
    { cwd: fileURLToPath(new URL(".", import.meta.url)), encoding: "utf8", maxBuffer: 1 << 26 },
  );
  return JSON.parse(output);
}

test("strings are read and refused the same by the engine and by our loop", () => {
  const ours = resultsWith(false);
  const engine = resultsWith(true);
  expect(engine.results).toEqual(ours.results);
  expect(ours.results.filter((result) => result.endsWith("invalid UTF-8")).length).toBe(6 * 5 * 8 * 3);
  expect([ours.calls, engine.calls > 300]).toEqual([0, true]);
});

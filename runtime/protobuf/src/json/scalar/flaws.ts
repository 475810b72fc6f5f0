import { hasFastUtf16, utf16Write } from "../../wire/platform.js";

/** A control character, which strings in JSON cannot have. */
export const CONTROL = 1;
const HIGH = 2;
/** A surrogate that is not one of a pair. */
export const LONE = 4;
/** A quote or a backslash. */
export const QUOTING = 16;
const SPACE = 32;
/** The engine has no fast method for it. */
const UNKNOWN: number = CONTROL | LONE | QUOTING;

// The arrays are constants of constant size, so that the engine omits checks that would take as long as everything
// else.

const MAX_UNITS = 1 << 13;
const ROUND = 4;
const units: Uint16Array = /* @__PURE__ */ new Uint16Array(MAX_UNITS + ROUND);
const bytes: Uint8Array = /* @__PURE__ */ new Uint8Array(units.buffer);
/** The class of each code unit; a low surrogate has the bit LONE. All are 0 until `needClasses` is called. */
export const classes: Uint8Array = /* @__PURE__ */ new Uint8Array(0x10000);

/** Which of CONTROL, LONE and QUOTING are in the text, among other bits. */
export function flawsOf(text: string): number {
  if (utf16Write === undefined || !hasFastUtf16) return UNKNOWN;
  needClasses();
  let last = 0;
  let flaws = 0;
  for (let start = 0; start < text.length; start += MAX_UNITS) {
    const n = Math.min(text.length - start, MAX_UNITS);
    utf16Write.call(bytes, start === 0 ? text : text.substring(start, start + n), 0, n * 2);
    units.fill(SPACE, n, n + ROUND);
    flaws |= flawsOfUnits(n, last);
    last = classes[units[n - 1]!]!;
  }
  return flaws | (last << 1);
}

/** The flaws of the first n units, of four in a round (bench: strings); `last` is the class of the one before. */
function flawsOfUnits(n: number, last: number): number {
  let flaws = 0;
  // A low surrogate must follow a high one and nothing else: HIGH, shifted by one unit, must equal LONE.
  for (let p = 0; p < n; p += ROUND) {
    const a = classes[units[p]!]!;
    const b = classes[units[p + 1]!]!;
    const c = classes[units[p + 2]!]!;
    const d = classes[units[p + 3]!]!;
    flaws |= ((last << 1) ^ a) | ((a << 1) ^ b) | ((b << 1) ^ c) | ((c << 1) ^ d);
    last = d;
  }
  return flaws;
}

/** Fills `classes`, once. */
export function needClasses(): void {
  if (classes[0] === 0) fillClasses();
}

function fillClasses(): void {
  classes.fill(CONTROL, 0, 0x20);
  classes.fill(HIGH, 0xd800, 0xdc00);
  classes.fill(LONE, 0xdc00, 0xe000);
  classes[34] = classes[92] = QUOTING;
}

import { decodeUtf8, hasFastUtf8, latin1Slice, utf8Slice, utf16Slice } from "./platform.js";
import { dataView, input, limit, malformed } from "./reader.js";
import { SHORT, shortString } from "./short-string.js";

// Reads strings. ASCII strings are cut from a window that is decoded once for many strings (13–18 ns against 48–110 for
// a native call per string; bench: otlp, maps, order). Others are converted to UTF-16 by a validating loop.

const WINDOW_MIN = 32;
const WINDOW_MAX = 8192;
/** Strings of this length or more do not go through the window. */
const LONG = 192;

let window = "";
let windowStart = 0;
let windowEnd = -1;
let windowSize = 1024;
let served = 0;
/** Whether the input has had more than one window. */
let several = false;

/**
 * The first short strings of an input, up to this many, are decoded without a window, which pays off only if it serves
 * several.
 */
const FEW = 3;
let alone = 0;

/** Discards the window; called before each input. A window that served a single string was too large. */
export function forgetWindow(): void {
  if (served === 1 && !several && windowSize > WINDOW_MIN) windowSize >>= 1;
  windowEnd = -1;
  served = 0;
  several = false;
  alone = 0;
}

/** Reads the bytes from p to e as UTF-8, and rejects ill-formed text (utf8_validation = VERIFY). */
export function readString(p: number, e: number): string {
  const n = e - p;
  if (n < LONG) {
    if (n === 0) return "";
    if (n <= SHORT && alone < FEW) {
      alone++;
      const text = shortString(input, p, n);
      if (text !== undefined) return text;
    } else if (isShortAscii(p, e)) {
      if (p < windowStart || e > windowEnd) return openWindow(p, n);
      served++;
      return window.substring(p - windowStart, e - windowStart);
    }
  }
  return hasFastUtf8 && n > FEW_BYTES ? nativeString(p, e) : validString(p, e);
}

/** Up to this many bytes, a native call does not pay off (bench: strings, with Node 24). */
const FEW_BYTES = 96;

/** U+FFFD may have replaced an ill-formed sequence. */
function nativeString(p: number, e: number): string {
  const text = utf8Slice.call(input, p, e);
  return text.includes("\ufffd") ? validString(p, e) : text;
}

function validString(p: number, e: number): string {
  return e - p > UNITS ? longString(p, e) : utf16String(p, e);
}

/** Reads bytes as UTF-8 (utf8_validation = NONE): an ill-formed byte 0xNN is kept as the lone surrogate U+DCNN. */
export function readRawString(p: number, e: number): string {
  return isValidUtf8(p, e) ? readString(p, e) : escapedString(p, e);
}

// Map keys recur, and a string that was used as a property key before is cheaper to use again (180 → 65 ns; bench:
// xds). So the last key of each slot is kept, and reused instead of making an equal one.
const KEY_SLOTS = 256;
const KEY_LENGTH = 64;
const keys: string[] = /*@__PURE__*/ new Array<string>(KEY_SLOTS).fill("");

/** Reads bytes as the key of a map, like `string`. */
export function readKey(p: number, e: number): string {
  const n = e - p;
  if (n === 0 || n > KEY_LENGTH) return readString(p, e);
  const b = input;
  const slot = (b[p]! + 31 * b[p + (n >> 1)]! + 7 * b[e - 1]! + n) & (KEY_SLOTS - 1);
  const known = keys[slot]!;
  if (known.length === n && standsAt(known, p)) return known;
  return (keys[slot] = readString(p, e));
}

/** Whether the ASCII text is at p. Compares from the end, because keys often share a prefix. */
function standsAt(text: string, p: number): boolean {
  const b = input;
  for (let i = text.length - 1; i >= 0; i--) {
    const c = b[p + i]!;
    if (c > 127 || c !== text.charCodeAt(i)) return false;
  }
  return true;
}

function isShortAscii(p: number, e: number): boolean {
  const v = dataView();
  let x: number;
  if (e - p >= 4) {
    const last = e - 4;
    x = v.getInt32(last, true);
    for (let q = p; q < last; q += 4) x |= v.getInt32(q, true);
  } else {
    x = v.getUint8(p) | v.getUint8(e - 1) | v.getUint8(p + ((e - p) >> 1));
  }
  return (x & 0x80808080) === 0;
}

/** Decodes a new window that starts with this string. Its size depends on how dense strings were since the last one. */
function openWindow(p: number, n: number): string {
  if (served > 0) {
    several = true;
    if (served * 256 < p - windowStart) {
      if (windowSize > WINDOW_MIN) windowSize >>= 1;
    } else if (windowSize < WINDOW_MAX) windowSize <<= 1;
  }
  served = 1;
  windowStart = p;
  windowEnd = p + (windowSize < n ? n : windowSize);
  if (windowEnd > limit) windowEnd = limit;
  window = latin1Slice.call(input, p, windowEnd);
  return window.substring(0, n);
}

function longString(p: number, e: number): string {
  try {
    return decodeUtf8(input.subarray(p, e));
  } catch {
    return invalid(p);
  }
}

/**
 * Strings of up to this many bytes are decoded here, three times as fast as by the engine of Node 20 and 22 (bench:
 * strings).
 */
const UNITS = 32768;
const units = new Uint16Array(UNITS);
const unitBytes = new Uint8Array(units.buffer);

function utf16String(p: number, e: number): string {
  const b = input;
  const u = units;
  const start = p;
  let k = 0;
  if (e - p >= LONG && isShortAscii(p, e)) return latin1Slice.call(b, p, e);
  const view = dataView();
  const last = e - 4;
  while (p < e) {
    // three-byte sequences one word at a time, since most non-Latin scripts consist of them (bench: strings)
    for (; p <= last; p += 3) {
      const x = view.getInt32(p, true);
      if ((x & 0xc0c0f0) !== 0x8080e0) break;
      const v = ((x & 15) << 12) | ((x >> 2) & 0xfc0) | ((x >> 16) & 63);
      if (v < 0x800 || (v & 0xf800) === 0xd800) invalid(start);
      u[k++] = v;
    }
    if (p === e) break;
    const c = b[p++]!;
    if (c < 0x80) {
      u[k++] = c;
    } else if (c < 0xe0) {
      const d = b[p++]!;
      if (c < 0xc2 || (d & 0xc0) !== 0x80) invalid(start);
      u[k++] = ((c & 31) << 6) | (d & 63);
    } else if (c < 0xf0) {
      const d = b[p]!;
      const f = b[p + 1]!;
      p += 2;
      const v = ((c & 15) << 12) | ((d & 63) << 6) | (f & 63);
      if ((d & 0xc0) !== 0x80 || (f & 0xc0) !== 0x80 || v < 0x800 || (v & 0xf800) === 0xd800) invalid(start);
      u[k++] = v;
    } else {
      const d = b[p]!;
      const f = b[p + 1]!;
      const g = b[p + 2]!;
      p += 3;
      const v = ((c & 7) << 18) | ((d & 63) << 12) | ((f & 63) << 6) | (g & 63);
      if (c > 0xf4 || (d & 0xc0) !== 0x80 || (f & 0xc0) !== 0x80 || (g & 0xc0) !== 0x80 || v < 0x10000 || v > 0x10ffff)
        invalid(start);
      u[k++] = 0xd7c0 + (v >> 10);
      u[k++] = 0xdc00 | (v & 1023);
    }
  }
  if (p !== e) invalid(start);
  return k < 9 ? fewUnits(u, k) : utf16Slice.call(unitBytes, 0, k * 2);
}

function fewUnits(u: Uint16Array, k: number): string {
  let text = "";
  for (let i = 0; i < k; i++) text += String.fromCharCode(u[i]!);
  return text;
}

function invalid(p: number): never {
  return malformed("invalid UTF-8", p);
}

/** Whether the bytes from p to e are well-formed UTF-8. */
export function isValidUtf8(p: number, e: number): boolean {
  while (p < e) {
    const n = sequenceLength(p, e);
    if (n === 0) return false;
    p += n;
  }
  return true;
}

/** The length of the well-formed sequence at p, or 0 (Unicode 15, table 3-7). */
function sequenceLength(p: number, e: number): number {
  const b = input;
  const c = b[p]!;
  if (c < 0x80) return 1;
  if (c < 0xc2 || c > 0xf4) return 0;
  const n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  if (p + n > e) return 0;
  const d = b[p + 1]!;
  if (c === 0xe0 ? d < 0xa0 : c === 0xf0 ? d < 0x90 : d < 0x80) return 0;
  if (c === 0xed ? d > 0x9f : c === 0xf4 ? d > 0x8f : d > 0xbf) return 0;
  for (let i = 2; i < n; i++) if ((b[p + i]! & 0xc0) !== 0x80) return 0;
  return n;
}

/** Ill-formed UTF-8, an ill-formed byte 0xNN as the lone surrogate U+DCNN. */
export function escapedString(p: number, e: number): string {
  let text = "";
  let good = p;
  while (p < e) {
    const n = sequenceLength(p, e);
    if (n === 0) text += utf8Slice.call(input, good, p) + String.fromCharCode(0xdc00 | input[p]!);
    p += n || 1;
    if (n === 0) good = p;
  }
  return text + utf8Slice.call(input, good, e);
}

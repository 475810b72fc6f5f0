import { indexOfBytes, isWellFormed, utf8Write } from "./platform.js";
import { capacity, invalid, lengthSize, output, overflow, patchLength, varint } from "./writer.js";

// Writes strings. Below SHORT characters, a loop beats any native call; it is small so that the engine inlines it into
// each message's encoder (bench: otlp 283 → 217 µs). The engine writes longer strings.

const SHORT = 96;

/** Writes the length and the UTF-8 of s. Rejects lone surrogates (utf8_validation = VERIFY). */
export function writeString(s: string, p: number): number {
  const n = s.length;
  if (n < SHORT && p + n < capacity) {
    const b = output;
    let q = p + 1;
    let i = 0;
    b[p] = n;
    for (; i + 4 <= n; i += 4) {
      const c0 = s.charCodeAt(i);
      const c1 = s.charCodeAt(i + 1);
      const c2 = s.charCodeAt(i + 2);
      const c3 = s.charCodeAt(i + 3);
      if ((c0 | c1 | c2 | c3) > 127) return unicode(s, n, p);
      b[q] = c0;
      b[q + 1] = c1;
      b[q + 2] = c2;
      b[q + 3] = c3;
      q += 4;
    }
    for (; i < n; i++) {
      const c = s.charCodeAt(i);
      if (c > 127) return unicode(s, n, p);
      b[q++] = c;
    }
    return q;
  }
  return longString(s, n, p);
}

/**
 * Writes like `string`, but lone surrogates U+DC80 to U+DCFF become the byte that `rawString` of the reader made them
 * from.
 */
export function writeRawString(s: string, p: number): number {
  return isWellFormed(s) ? writeString(s, p) : escapedText(s, p);
}

function longString(s: string, n: number, p: number): number {
  if (typeof s !== "string") invalid();
  const size = lengthSize(n);
  const room = capacity - 5 - p;
  const most = Math.min(n * 3, room);
  if (n > room) return tightString(s, p);
  const written = utf8Write.call(output, s, p + size, most);
  if (written > most - 4 && most === room) return tightString(s, p); // a character of four bytes may be missing
  if (written !== n && mayBeReplaced(p + size, written, n) && !isWellFormed(s)) invalid();
  return patchLength(p, size, p + size + written);
}

/** U+FFFD, which the engine writes for a lone surrogate. */
const REPLACEMENT: Uint8Array = /*@__PURE__*/ Uint8Array.of(0xef, 0xbf, 0xbd);

/** With fewer non-ASCII bytes, scanning the text is as fast: most such texts have one byte per character. */
const MANY = 300;

/**
 * Whether a lone surrogate may have been replaced in the bytes of n code units. Searching the bytes for U+FFFD takes a
 * tenth of the time that the engine takes to scan the text (bench: strings). A sentinel after the bytes ends the
 * search.
 */
function mayBeReplaced(start: number, written: number, n: number): boolean {
  if (indexOfBytes === undefined || written - n < MANY) return true;
  const end = start + written;
  output.set(REPLACEMENT, end);
  return indexOfBytes.call(output, REPLACEMENT, start) !== end;
}

/** For a string that may not fit: measures first, so that it never reserves room it does not use. */
function tightString(s: string, p: number): number {
  if (!isWellFormed(s)) invalid();
  const n = utf8Length(s);
  if (p + n + 5 > capacity) overflow(p + n + 5);
  p = varint(n, p);
  return p + utf8Write.call(output, s, p, n);
}

function utf8Length(s: string): number {
  let n = s.length;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c > 0x7f) n += c > 0x7ff && (c & 0xf800) !== 0xd800 ? 2 : 1;
  }
  return n;
}

/** Writes text that is not ASCII, including the part before its first such character. */
function unicode(s: string, n: number, p: number): number {
  if (p + 5 + n * 3 > capacity) return longString(s, n, p);
  const b = output;
  const size = lengthSize(n * 2);
  let q = p + size;
  for (let i = 0; i < n; i++) {
    let c = s.charCodeAt(i);
    if (c < 0x80) {
      b[q++] = c;
    } else if (c < 0x800) {
      b[q++] = (c >> 6) | 0xc0;
      b[q++] = (c & 63) | 0x80;
    } else if ((c & 0xf800) !== 0xd800) {
      b[q++] = (c >> 12) | 0xe0;
      b[q++] = ((c >> 6) & 63) | 0x80;
      b[q++] = (c & 63) | 0x80;
    } else {
      const d = s.charCodeAt(++i);
      if (c > 0xdbff || (d & 0xfc00) !== 0xdc00) invalid();
      c = 0x10000 + ((c & 1023) << 10) + (d & 1023);
      b[q++] = (c >> 18) | 0xf0;
      b[q++] = ((c >> 12) & 63) | 0x80;
      b[q++] = ((c >> 6) & 63) | 0x80;
      b[q++] = (c & 63) | 0x80;
    }
  }
  return patchLength(p, size, q);
}

/** Writes text with lone surrogates U+DC80 to U+DCFF as the bytes that they stand for. */
export function escapedText(s: string, p: number): number {
  if (p + 5 + s.length * 3 > capacity) overflow(p + 5 + s.length * 3);
  const reserved = lengthSize(s.length);
  let q = p + reserved;
  for (const c of s) {
    const code = c.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) output[q++] = code & 0xff;
    else if (code >= 0xd800 && code <= 0xdfff) invalid();
    else q += utf8Write.call(output, c, q, 4);
  }
  return patchLength(p, reserved, q);
}

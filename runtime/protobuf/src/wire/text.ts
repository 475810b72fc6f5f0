import { decodeUtf8, isWellFormed, utf8Write } from "./platform.js";
import { escapedString, isValidUtf8 } from "./read-string.js";
import { input, malformed } from "./reader.js";
import { escapedText } from "./write-string.js";
import { capacity, invalid, lengthSize, output, overflow, patchLength } from "./writer.js";

// Reads and writes strings for optimize=size, in a tenth of the code of read-string and write-string.

/** Up to this many ASCII characters, a loop is faster than a native call. */
const SHORT = 24;

/** Reads the bytes from p to e as UTF-8, and rejects ill-formed text (utf8_validation = VERIFY). */
export function readText(p: number, e: number): string {
  if (e - p <= SHORT) {
    let text = "";
    let i = p;
    while (i < e && input[i]! < 128) text += String.fromCharCode(input[i++]!);
    if (i === e) return text;
  }
  try {
    return decodeUtf8(input.subarray(p, e));
  } catch {
    return malformed("invalid UTF-8", p);
  }
}

/** Reads bytes as UTF-8 (utf8_validation = NONE): an ill-formed byte 0xNN is kept as the lone surrogate U+DCNN. */
export function readRawText(p: number, e: number): string {
  return isValidUtf8(p, e) ? readText(p, e) : escapedString(p, e);
}

/** Writes the length and the UTF-8 of s. Rejects lone surrogates (utf8_validation = VERIFY). */
export function writeText(s: string, p: number): number {
  if (typeof s !== "string" || !isWellFormed(s)) invalid();
  const most = s.length * 3;
  if (p + 5 + most > capacity) overflow(p + 5 + most);
  const size = lengthSize(s.length);
  return patchLength(p, size, p + size + utf8Write.call(output, s, p + size, most));
}

/** Writes like `writeText`, but lone surrogates U+DC80 to U+DCFF become the byte that `readRawText` made them from. */
export function writeRawText(s: string, p: number): number {
  return isWellFormed(s) ? writeText(s, p) : escapedText(s, p);
}

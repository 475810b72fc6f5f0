import { fail } from "./fail.js";

/** The number of code points. A lone surrogate counts as one. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (pair) {
      count--;
      i++;
    }
  }
  return count;
}

/** The number of bytes in UTF-8. A lone surrogate counts three, as what replaces it. */
export function utf8Length(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) continue;
    if (c < 0x800) count++;
    else if ((c & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count += 2;
      i++;
    } else count += 2;
  }
  return count;
}

const strict = /*@__PURE__*/ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `string(bytes)`. Fails unless they are UTF-8. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return fail("bytes are not valid UTF-8");
  }
}

const lenient = /*@__PURE__*/ new TextDecoder();

/** `%s` of bytes: their text in UTF-8, with U+FFFD for what is none. */
export function shownBytes(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

const encoder = /*@__PURE__*/ new TextEncoder();

/** `bytes(string)`: UTF-8. */
export function bytesOfText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** `lowerAscii()`: other letters stay as they are. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

/** `upperAscii()`: other letters stay as they are. */
export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (part) => part.toUpperCase());
}

/** The classes of RFC 3986 to which ASCII characters belong, as bits. */
export const LETTER = 1;
export const DIGIT = 2;
export const HEX = 4;
/** The characters of `unreserved` beside letters and digits. */
export const MARK = 8;
export const SUB_DELIM = 16;

const classes = /*@__PURE__*/ classify();

function classify(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (text: string, bits: number): void => {
    for (let i = 0; i < text.length; i++) table[text.charCodeAt(i)]! |= bits;
  };
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", LETTER);
  add("0123456789", DIGIT);
  add("0123456789abcdefABCDEF", HEX);
  add("-._~", MARK);
  add("!$&'()*+,;=", SUB_DELIM);
  return table;
}

/** Whether the character at an index belongs to one of the classes. None does at or past the end. */
export function isIn(text: string, index: number, bits: number): boolean {
  const code = text.charCodeAt(index);
  return code < 128 && (classes[code]! & bits) !== 0;
}

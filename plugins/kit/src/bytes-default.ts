const simple = new Map(
  Object.entries({ a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, "?": 63, "'": 39, '"': 34, "\\": 92 }),
);
const piece = /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|([abtnvfr?'"\\]))|[^\\]/gu;

/** Decodes the `default_value` of a bytes field, which is C-escaped (descriptor.proto). */
export function parseBytesDefault(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let end = 0;
  for (const match of text.matchAll(piece)) {
    const [whole, octal, hex, letter] = match;
    if (match.index !== end) return undefined;
    end += whole.length;
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 255);
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (letter !== undefined) bytes.push(simple.get(letter)!);
    else bytes.push(...new TextEncoder().encode(whole));
  }
  return end === text.length ? Uint8Array.from(bytes) : undefined;
}

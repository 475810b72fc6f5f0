/** Whether two byte strings are equal. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && matchesAt(a, b, 0);
}

/** `bytes.startsWith(bytes)`. */
export function bytesStartWith(bytes: Uint8Array, part: Uint8Array): boolean {
  return part.length <= bytes.length && matchesAt(bytes, part, 0);
}

/** `bytes.endsWith(bytes)`. */
export function bytesEndWith(bytes: Uint8Array, part: Uint8Array): boolean {
  return part.length <= bytes.length && matchesAt(bytes, part, bytes.length - part.length);
}

/** `bytes.contains(bytes)`: by the table of Knuth, Morris and Pratt, so that no input takes more than linear time. */
export function bytesContain(bytes: Uint8Array, part: Uint8Array): boolean {
  if (part.length === 0) return true;
  const borders = bordersOf(part);
  let matched = 0;
  for (const byte of bytes) {
    while (matched > 0 && byte !== part[matched]) matched = borders[matched - 1]!;
    if (byte === part[matched] && ++matched === part.length) return true;
  }
  return false;
}

/** `bytes + bytes`. */
export function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

/** Whether the bytes are among those of a list. */
export function bytesIn(bytes: Uint8Array, list: readonly Uint8Array[]): boolean {
  return list.some((item) => bytesEqual(bytes, item));
}

function matchesAt(bytes: Uint8Array, part: Uint8Array, offset: number): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[offset + i] !== part[i]) return false;
  return true;
}

/** For each prefix of `part`: the length of its longest proper prefix that is a suffix of it, too. */
function bordersOf(part: Uint8Array): Uint32Array {
  const borders = new Uint32Array(part.length);
  let length = 0;
  for (let i = 1; i < part.length; i++) {
    while (length > 0 && part[i] !== part[length]) length = borders[length - 1]!;
    if (part[i] === part[length]) length++;
    borders[i] = length;
  }
  return borders;
}

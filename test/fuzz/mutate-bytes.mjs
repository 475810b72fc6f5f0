/** Mutations that know nothing: each takes bytes, and bytes of another message of the type, and returns other bytes. */
export const BYTE_MUTATIONS = {
  "bit flipped": (random, bytes) => {
    const copy = bytes.slice();
    if (copy.length > 0) copy[random.below(copy.length)] ^= 1 << random.below(8);
    return copy;
  },

  "byte changed": (random, bytes) => {
    const copy = bytes.slice();
    if (copy.length > 0) copy[random.below(copy.length)] = createByte(random);
    return copy;
  },

  "bytes inserted": (random, bytes) => {
    const inserted = Array.from({ length: random.between(1, 4) }, () => createByte(random));
    return replaceRange(bytes, random.below(bytes.length + 1), 0, inserted);
  },

  "bytes deleted": (random, bytes) => replaceRange(bytes, random.below(bytes.length + 1), random.between(1, 4), []),

  "bytes repeated": (random, bytes) => {
    const start = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, start + random.between(1, 30));
    return replaceRange(bytes, end, 0, bytes.subarray(start, end));
  },

  "cut off": (random, bytes) => bytes.slice(0, random.below(bytes.length + 1)),

  "spliced bytes": (random, bytes, other) => {
    const head = bytes.subarray(0, random.below(bytes.length + 1));
    return replaceRange(other, 0, random.below(other.length + 1), head);
  },
};

function createByte(random) {
  return random.chance(0.5)
    ? random.below(256)
    : random.pick([0x00, 0x01, 0x04, 0x07, 0x08, 0x0b, 0x0c, 0x7f, 0x80, 0xff]);
}

function replaceRange(bytes, start, count, replacement) {
  const tail = bytes.subarray(Math.min(bytes.length, start + count));
  const result = new Uint8Array(start + replacement.length + tail.length);
  result.set(bytes.subarray(0, start));
  result.set(replacement, start);
  result.set(tail, start + replacement.length);
  return result;
}

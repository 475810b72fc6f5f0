const LENGTH = 10_000;

/** Mostly small counts, and a few large or negative ones. */
export function buildInts(random) {
  const size = () => random.int(2 ** random.pick([7, 7, 7, 7, 7, 14, 14, 14, 21, 28]));
  return { ints: numbers(() => (random.chance(0.01) ? -1 - size() : size())) };
}

/** From small differences to identifiers beyond 2^53, which a lossy library gets wrong. */
export function buildLongs(random) {
  const size = () => random.bits(random.pick([6, 6, 6, 6, 20, 20, 20, 40, 40, 62]));
  return { longs: numbers(() => (random.chance(0.5) ? -size() : size())) };
}

/** Half of them prices, half of them with all digits. */
export function buildDoubles(random) {
  return { doubles: numbers((i) => (i % 2 === 0 ? random.int(100_000) / 100 : (random.next() - 0.5) * 1e6)) };
}

export function buildFloats(random) {
  return { floats: numbers(() => Math.fround((random.next() - 0.5) * 1e4)) };
}

const numbers = (make) => Array.from({ length: LENGTH }, (_, i) => make(i));

/** Seeded random values: the same seed gives the same payload on every machine. */
export function createRandom(seed) {
  let state = seed >>> 0;

  /** A number in [0, 1); mulberry32. */
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (below) => Math.floor(next() * below);
  const pick = (list) => list[int(list.length)];
  const chance = (probability) => next() < probability;

  return {
    next,
    int,
    pick,
    chance,
    between: (low, high) => low + int(high - low + 1),
    bits: (count) => ((BigInt(int(2 ** 32)) << 32n) | BigInt(int(2 ** 32))) >> BigInt(64 - count),
    bytes: (length) => Uint8Array.from({ length }, () => int(256)),
    text: (length, alphabet = "abcdefghijklmnopqrstuvwxyz0123456789") =>
      Array.from({ length }, () => pick(alphabet)).join(""),
  };
}

/** Returns an integer from 0 to n - 1. */
export type Random = (n: number) => number;

/** A deterministic generator: equal seeds give equal numbers (xorshift32). */
export function createRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

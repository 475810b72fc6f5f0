/** Numbers from zero, below n. */
export type Random = (n: number) => number;

/** A generator that gives the same numbers for the same seed (xorshift32). */
export function createRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

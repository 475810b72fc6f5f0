export class Random {
  constructor(seed: number, stream: number);
  uint32(): number;
  below(n: number): number;
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(array: readonly T[]): T;
  uint64(): bigint;
  bytes(n: number): Uint8Array;
}

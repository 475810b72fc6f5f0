/**
 * Random numbers that depend on nothing but a seed and a stream number (the generator is sfc32). Input 123,456 of seed 7
 * is therefore the same input in every run, in whichever lane, after however many others.
 */
export class Random {
  constructor(seed, stream) {
    this.a = scramble(seed);
    this.b = scramble(this.a ^ stream);
    this.c = scramble(this.b ^ Math.floor(stream / 0x100000000));
    this.counter = 1;
    for (let i = 0; i < 8; i++) this.uint32();
  }

  uint32() {
    const sum = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer from 0 to below n. */
  below(n) {
    return Math.floor((this.uint32() / 0x100000000) * n);
  }

  /** An integer from low to high, both included. */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  chance(probability) {
    return this.uint32() < probability * 0x100000000;
  }

  pick(array) {
    return array[this.below(array.length)];
  }

  uint64() {
    return (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
  }

  bytes(n) {
    const bytes = new Uint8Array(n);
    for (let i = 0; i < n; i++) bytes[i] = this.uint32() >>> 24;
    return bytes;
  }
}

/** The finalizer of MurmurHash3: every bit of the argument changes about half of the result. */
function scramble(x) {
  x = Math.imul(x ^ (x >>> 16) ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) | 0;
}

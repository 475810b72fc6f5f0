/** The names that have changed, in order. After compaction it holds each name once, with its latest change. */
export class ChangeLog {
  private names: string[] = [];
  private seqs: number[] = [];
  private readonly latest = new Map<string, number>();

  add(names: readonly string[], seq: number): void {
    for (const name of names) {
      this.names.push(name);
      this.seqs.push(seq);
      this.latest.set(name, seq);
    }
    if (this.names.length > 2 * this.latest.size + 1024) this.compact();
  }

  /** The names that have changed since this state, each once. */
  since(seq: number): string[] {
    const found: string[] = [];
    for (let i = this.firstAfter(seq); i < this.names.length; i++) {
      const name = this.names[i]!;
      if (this.latest.get(name) === this.seqs[i]) found.push(name);
    }
    return found;
  }

  private firstAfter(seq: number): number {
    let low = 0;
    let high = this.seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.seqs[middle]! > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private compact(): void {
    const keep = this.names.map((name, i) => this.latest.get(name) === this.seqs[i]);
    this.names = this.names.filter((_, i) => keep[i]);
    this.seqs = this.seqs.filter((_, i) => keep[i]);
  }
}

import type { Stream } from "./stream.js";

const SMALLEST = 16;
const LARGEST = 1024;

/**
 * The open streams of a connection, by id. They come and go with calls, for which a Map is bad: V8 keeps the tables that it
 * replaces, and what they held, until a full collection (bench:rpc shows the young generation that survives). Ids count
 * up: a ring has a place for each, and a Map those that outlive a round.
 */
export class StreamTable {
  private ring: (Stream | undefined)[] = new Array(SMALLEST).fill(undefined);
  private readonly old = new Map<number, Stream>();
  size = 0;

  get(id: number): Stream | undefined {
    const stream = this.ring[this.place(id)];
    if (stream !== undefined && stream.id === id) return stream;
    return this.old.size === 0 ? undefined : this.old.get(id);
  }

  add(stream: Stream): void {
    while (this.ring[this.place(stream.id)] !== undefined && this.ring.length < LARGEST) this.enlarge();
    const place = this.place(stream.id);
    const before = this.ring[place];
    if (before !== undefined) this.old.set(before.id, before);
    this.ring[place] = stream;
    this.size++;
  }

  /** Returns false when it was not there. */
  delete({ id }: Stream): boolean {
    const place = this.place(id);
    if (this.ring[place]?.id === id) this.ring[place] = undefined;
    else if (!this.old.delete(id)) return false;
    this.size--;
    return true;
  }

  /** The streams that are open now. */
  all(): Stream[] {
    return [...this.ring.filter((stream) => stream !== undefined), ...this.old.values()];
  }

  private place(id: number): number {
    return (id >>> 1) & (this.ring.length - 1);
  }

  private enlarge(): void {
    const before = this.ring;
    this.ring = new Array(before.length * 2).fill(undefined);
    for (const stream of before) if (stream !== undefined) this.ring[this.place(stream.id)] = stream;
  }
}

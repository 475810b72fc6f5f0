import type { Stream } from "./stream.js";

const SMALLEST = 16;
const LARGEST = 1024;

/**
 * The open streams of a connection, by id. A Map suits members that come and go badly: V8 keeps the tables that a Map
 * outgrows, and their contents, until a full collection (bench:rpc shows the young generation that survives). Because ids
 * count up, a ring holds the streams; a Map holds only those whose place a later stream has taken.
 */
export class StreamTable {
  #ring: (Stream | undefined)[] = new Array(SMALLEST).fill(undefined);
  readonly #old = new Map<number, Stream>();
  size = 0;

  get(id: number): Stream | undefined {
    const stream = this.#ring[this.#place(id)];
    if (stream !== undefined && stream.id === id) return stream;
    return this.#old.size === 0 ? undefined : this.#old.get(id);
  }

  add(stream: Stream): void {
    while (this.#ring[this.#place(stream.id)] !== undefined && this.#ring.length < LARGEST) this.#enlarge();
    const place = this.#place(stream.id);
    const before = this.#ring[place];
    if (before !== undefined) this.#old.set(before.id, before);
    this.#ring[place] = stream;
    this.size++;
  }

  /** Returns false if the stream is not in the table. */
  delete({ id }: Stream): boolean {
    const place = this.#place(id);
    if (this.#ring[place]?.id === id) this.#ring[place] = undefined;
    else if (!this.#old.delete(id)) return false;
    this.size--;
    return true;
  }

  /** A copy: streams may close while it is iterated. */
  all(): Stream[] {
    return [...this.#ring.filter((stream) => stream !== undefined), ...this.#old.values()];
  }

  #place(id: number): number {
    return (id >>> 1) & (this.#ring.length - 1);
  }

  #enlarge(): void {
    const before = this.#ring;
    this.#ring = new Array(before.length * 2).fill(undefined);
    for (const stream of before) if (stream !== undefined) this.#ring[this.#place(stream.id)] = stream;
  }
}

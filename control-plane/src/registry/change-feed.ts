/** One change of an instance, as watchers receive it. */
export interface Event<T> {
  readonly seq: number;
  readonly namespace: string;
  readonly service: string;
  readonly id: string;
  /** Undefined if it was removed. */
  readonly value: T | undefined;
}

const MAX_EVENTS = 10_000;

/** The latest changes. A watcher that was away for a moment resumes with those that it missed. */
export class ChangeFeed<T> {
  /** Identifies this run. Tokens of another run are invalid. */
  readonly epoch: string;
  seq = 0;
  private events: Event<T>[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  add(event: Omit<Event<T>, "seq">): void {
    this.events.push({ ...event, seq: ++this.seq });
    if (this.events.length >= 2 * MAX_EVENTS) this.events = this.events.slice(-MAX_EVENTS);
    for (const listener of this.listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The changes since this one. Undefined if they are no longer kept. */
  since(seq: number): readonly Event<T>[] | undefined {
    const first = this.events[0]?.seq ?? this.seq + 1;
    if (seq < first - 1 || seq > this.seq) return undefined;
    return this.events.slice(seq - first + 1);
  }

  token(seq: number): string {
    return `${this.epoch}:${seq}`;
  }

  /** The number in a token of this run. */
  parse(token: string): number | undefined {
    const [epoch, seq] = token.split(":");
    return epoch === this.epoch && seq !== undefined && /^\d+$/.test(seq) ? Number(seq) : undefined;
  }
}

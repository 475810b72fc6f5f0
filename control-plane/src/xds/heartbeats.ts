import type { Table } from "../cache/table.js";
import type { XdsStream } from "./stream.js";

/** Keeps resources with a TTL alive at the clients that have them (xDS protocol, "TTL"): three times within the TTL. */
export class Heartbeats {
  private readonly streams: ReadonlySet<XdsStream>;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(streams: ReadonlySet<XdsStream>) {
    this.streams = streams;
  }

  /** Begins when there is something to keep alive; stops when there is not. */
  look(): void {
    if (this.timer !== undefined) return;
    const shortest = Math.min(...this.tables().map(shortestTtl));
    if (Number.isFinite(shortest)) this.timer = setTimeout(() => this.beat(), Math.max(10, shortest / 3)).unref();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private beat(): void {
    this.timer = undefined;
    for (const stream of this.streams) {
      for (const subscription of stream.subscriptions.values()) {
        if (subscription.sentSeq > 0 && Number.isFinite(shortestTtl(subscription.table))) subscription.heartbeat = true;
      }
      stream.wake();
    }
    this.look();
  }

  private tables(): Table[] {
    const all = [...this.streams].flatMap((stream) => [...stream.subscriptions.values()].map(({ table }) => table));
    return [...new Set(all)];
  }
}

function shortestTtl(table: Table): number {
  return table.shortestTtl;
}

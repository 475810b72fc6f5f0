import type { Table } from "../cache/table.js";
import type { XdsStream } from "./stream.js";

/** Renews resources with a TTL at the clients that have them (xDS protocol, "TTL"), three times within the TTL. */
export class Heartbeats {
  private readonly streams: ReadonlySet<XdsStream>;
  private readonly tables = new Map<Table, () => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(streams: ReadonlySet<XdsStream>) {
    this.streams = streams;
  }

  /** A client has subscribed to resources of this table. */
  add(table: Table): void {
    if (this.tables.has(table)) return;
    this.tables.set(
      table,
      table.onTtl(() => this.look()),
    );
    this.look();
  }

  close(): void {
    clearTimeout(this.timer);
    for (const stop of this.tables.values()) stop();
  }

  /** Starts if there is something to renew, and stops if there is not. */
  private look(): void {
    if (this.timer !== undefined) return;
    const shortest = Math.min(...Array.from(this.tables.keys(), ({ shortestTtl }) => shortestTtl));
    if (Number.isFinite(shortest)) this.timer = setTimeout(() => this.beat(), Math.max(10, shortest / 3)).unref();
  }

  private beat(): void {
    this.timer = undefined;
    for (const stream of this.streams) {
      for (const subscription of stream.subscriptions.values()) {
        if (subscription.sentSeq > 0 && Number.isFinite(subscription.table.shortestTtl)) subscription.heartbeat = true;
      }
      stream.wake();
    }
    this.look();
  }
}

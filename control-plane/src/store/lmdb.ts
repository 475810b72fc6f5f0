import { mkdirSync } from "node:fs";
import { open, type RootDatabase } from "lmdb";
import type { Store, StoreChange, StoreWatcher } from "./store.js";
import { Watchers } from "./watchers.js";

/**
 * Keeps everything in an LMDB file. Concurrent writes are committed as a group, on a separate thread, and each resolves after
 * the fsync of its group. For a single process, and not for a network file system.
 */
export class LmdbStore implements Store {
  private readonly db: RootDatabase<Buffer, string>;
  private readonly watchers = new Watchers();
  private readonly claims = new Map<string, Uint8Array>();

  /** Opens the folder, or creates it. */
  constructor(folder: string) {
    this.db = open<Buffer, string>({ path: folder, encoding: "binary", keyEncoding: "ordered-binary" });
  }

  async read(prefix: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const { key, value } of this.db.getRange({ start: prefix })) {
      if (!key.startsWith(prefix)) break;
      found.set(key, new Uint8Array(value));
    }
    for (const [key, value] of this.claims) if (key.startsWith(prefix)) found.set(key, value);
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    for (const { key, value } of changes) if (value === undefined) this.claims.delete(key);
    await this.db.batch(() => {
      for (const { key, value } of changes) {
        if (value === undefined) this.db.remove(key);
        else this.db.put(key, Buffer.from(value.buffer, value.byteOffset, value.length));
      }
    });
    await this.db.flushed; // a commit is visible before it is on the disk
    this.watchers.tell(changes);
  }

  /** No other process may use the store, so what one has claimed is kept in memory. */
  async claim(key: string, value: Uint8Array): Promise<void> {
    this.claims.set(key, value);
    this.watchers.tell([{ key, value }]);
  }

  watch(prefix: string, watcher: StoreWatcher): () => void {
    return this.watchers.add(prefix, watcher);
  }

  /** Copies the whole store into another folder while it is in use. */
  async backup(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    await this.db.backup(folder, true);
  }

  async close(): Promise<void> {
    await this.db.close();
  }
}

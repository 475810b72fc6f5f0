import type { Store, StoreChange, StoreWatcher } from "./store.js";
import { Watchers } from "./watchers.js";

/** Keeps everything in memory, for tests and for data that need not outlive the process. */
export class MemoryStore implements Store {
  private readonly entries = new Map<string, Uint8Array>();
  private readonly claims = new Set<string>();
  private readonly watchers = new Watchers();

  async read(prefix: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = [...this.entries].filter(([key]) => key.startsWith(prefix));
    return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === undefined) this.entries.delete(key);
      else this.entries.set(key, value);
    }
    this.watchers.tell(changes);
  }

  claim(key: string, value: Uint8Array): Promise<void> {
    this.claims.add(key);
    return this.write([{ key, value }]);
  }

  watch(prefix: string, watcher: StoreWatcher): () => void {
    return this.watchers.add(prefix, watcher);
  }

  /** The entries stay for the next user of the store. */
  async close(): Promise<void> {
    await this.write(Array.from(this.claims, (key) => ({ key, value: undefined })));
    this.claims.clear();
  }
}

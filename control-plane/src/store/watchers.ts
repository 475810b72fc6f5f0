import type { StoreChange, StoreWatcher } from "./store.js";

/** The watchers of a store. */
export class Watchers {
  private readonly all = new Set<{ readonly prefix: string; readonly watcher: StoreWatcher }>();

  add(prefix: string, watcher: StoreWatcher): () => void {
    const entry = { prefix, watcher };
    this.all.add(entry);
    return () => void this.all.delete(entry);
  }

  get isEmpty(): boolean {
    return this.all.size === 0;
  }

  /** Changes may have been lost. */
  reset(): void {
    for (const { watcher } of this.all) watcher.onReset();
  }

  tell(changes: readonly StoreChange[]): void {
    for (const { prefix, watcher } of this.all) {
      const own = changes.filter(({ key }) => key.startsWith(prefix));
      if (own.length > 0) watcher.onChange(own);
    }
  }
}

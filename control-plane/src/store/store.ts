/** A key and its value. The value is undefined if the key was deleted. */
export interface StoreChange {
  /** The path of the entry. */
  readonly key: string;
  /** The new value. Undefined deletes the key. */
  readonly value: Uint8Array | undefined;
}

/** Gets what is written to a store. */
export interface StoreWatcher {
  /** Receives all writes in order, from every process. */
  onChange(changes: readonly StoreChange[]): void;
  /** Changes may have been lost: read everything again. */
  onReset(): void;
}

/** The most changes in one write. */
export const MAX_CHANGES = 100;

/**
 * Where the registry keeps data that must outlive it. Keys are paths: `instances/default/shop.v1.Orders/10.0.0.1:50051`.
 * Several registries may share one store.
 */
export interface Store {
  /** All entries whose key begins with `prefix`, in key order. */
  read(prefix: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Writes all changes or none; at most MAX_CHANGES. Resolves once they would survive a loss of power. */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Writes a key that disappears when it is removed, when the store is closed, or soon after this process has died. */
  claim(key: string, value: Uint8Array): Promise<void>;
  /** Reports every later write whose keys begin with `prefix`. Returns a function that stops it. */
  watch(prefix: string, watcher: StoreWatcher): () => void;
  /** Closes the store. Claimed keys disappear. */
  close(): Promise<void>;
}

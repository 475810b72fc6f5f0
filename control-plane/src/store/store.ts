/** A key and its value; a value that is undefined says that the key is gone. */
export interface StoreChange {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

export interface StoreWatcher {
  /** What was written, by whomever, in order. */
  onChange(changes: readonly StoreChange[]): void;
  /** Changes may be missing: read all again. */
  onReset(): void;
}

/**
 * Where the registry keeps what must outlive it. Keys are paths: `instances/default/shop.v1.Orders/10.0.0.1:50051`.
 * Several registries may share one store.
 */
export interface Store {
  /** All whose key begins so, in the order of their keys. */
  read(prefix: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Writes all of it or nothing; resolves when it would survive a loss of power. */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Tells of every write from here on whose keys begin so. Returns a function that ends it. */
  watch(prefix: string, watcher: StoreWatcher): () => void;
  close(): Promise<void>;
}

/** AsyncLocalStorage, as far as it is needed. */
export interface Storage<T> {
  run(value: T, work: () => void): void;
  getStore(): T | undefined;
}

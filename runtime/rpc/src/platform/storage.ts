/** The part of AsyncLocalStorage that is needed. */
export interface Storage<T> {
  run(value: T, work: () => void): void;
  getStore(): T | undefined;
}

/** The part of AsyncLocalStorage that is needed. */
export interface Storage<T> {
  run<A>(value: T, work: (of: A) => void, of: A): void;
  enterWith(value: T): void;
  getStore(): T | undefined;
}

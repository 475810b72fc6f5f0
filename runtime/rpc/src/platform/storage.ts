/** The part of AsyncLocalStorage that is needed. */
export interface Storage<T> {
  run<A>(value: T, work: (of: A) => void, of: A): void;
  enterWith(value: T): void;
  getStore(): T | undefined;
}

/** An asynchronous context that was taken hold of. */
export interface KeptContext {
  /** Does work in it. `of` is passed as `this`, which AsyncResource hands on without a copy of the arguments. */
  run<T, R>(work: (this: T) => R, of: T): R;
}

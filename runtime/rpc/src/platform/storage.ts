/** The part of AsyncLocalStorage that is needed. */
export interface Storage<T> {
  run<A>(value: T, work: (of: A) => void, of: A): void;
  enterWith(value: T): void;
  getStore(): T | undefined;
}

/** Does work in the asynchronous context that was taken hold of. */
export type KeptContext = <A extends unknown[], R>(work: (...args: A) => R, ...args: A) => R;

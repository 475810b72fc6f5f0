import type { JsonObject } from "../json/value.js";

/**
 * A message that is not to be changed: its fields, and the messages, lists, maps and oneofs in them, are `readonly`, and it has
 * no `mergeFromBinary`. `clone()` gives a copy that may be changed. At run time it is a message like any other.
 */
export type Immutable<M> = {
  readonly [K in keyof M as K extends "mergeFromBinary" ? never : K]: K extends `$${string}`
    ? M[K]
    : M[K] extends (...args: never) => unknown
      ? M[K]
      : ImmutableOf<M[K]>;
};

/** The value of a field of an immutable message: for a union, that of each member. */
export type ImmutableOf<T> = T extends { readonly $typeName: string }
  ? Immutable<T>
  : T extends { case: infer C; value: infer V }
    ? { readonly case: C; readonly value: ImmutableOf<V> }
    : T extends Uint8Array | JsonObject
      ? Readonly<T>
      : T extends readonly (infer E)[]
        ? readonly ImmutableOf<E>[]
        : T extends { [key: string]: infer V }
          ? { readonly [K in keyof T]: ImmutableOf<V> }
          : T;

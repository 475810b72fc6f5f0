import type { JsonObject } from "../json/value.js";

/**
 * A message as the functions of `@bufbuild/protobuf` take and return it: the fields of the class, without its methods,
 * and so for the messages within. Instances of the class are assignable to it, and so are spreads and literals with
 * `$typeName`.
 */
export type Shape<M> = {
  [K in keyof M as M[K] extends (...args: never) => unknown ? never : K extends Getters<M> ? never : K]: ShapeOf<M[K]>;
};

/** The properties of the class that belong to the option oneofs=getters: those of the members of its oneofs. */
type Getters<M> = M extends { readonly $getters?: infer G } ? (G extends string ? G | "$getters" : never) : never;

/** The shape of a field's value: for a union, the shape of each member. */
export type ShapeOf<T> = T extends { readonly $typeName: string }
  ? Shape<T>
  : T extends { case: infer C; value: infer V }
    ? { case: C; value: ShapeOf<V> }
    : T extends Uint8Array | JsonObject
      ? T
      : T extends (infer E)[]
        ? ShapeOf<E>[]
        : T extends { [key: string]: infer V }
          ? { [K in keyof T]: ShapeOf<V> }
          : T;

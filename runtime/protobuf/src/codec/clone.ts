import { setEntry } from "./map.js";
import { type AnyMessage, infoOf } from "./message-info.js";
import { isPlain } from "./object.js";

/** A deep copy: messages, lists, maps, bytes and unknown fields are copied; the class is the same. */
export function clone<M extends AnyMessage>(message: M): M {
  try {
    return cloneValue(message);
  } catch (e) {
    const info = infoOf(message);
    throw info.explain(e, message, info, "clone");
  }
}

/** The copy of the value of a field. */
export function cloneValue<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return (value as unknown as Uint8Array).slice() as T;
  if (Array.isArray(value)) return value.map(cloneValue) as T;
  // a message, a oneof, a map, a JSON object, an unknown field, or a message that protobuf-es made
  const copy = isPlain(value) ? ({} as T) : new (value.constructor as new () => T)();
  return cloneEntries(copy, value, (copy as Copied).constructor.$clone ?? cloneValue);
}

/** An object of a class that says how values of its fields are copied, if they may be times that are no messages. */
interface Copied {
  readonly constructor: { readonly $clone?: <V>(value: V) => V };
}

/** Copies the entries of an object into another one. */
export function cloneEntries<T>(copy: T, from: T, clone: <V>(value: V) => V): T {
  for (const key of Object.keys(from as object))
    setEntry(copy as Record<string, unknown>, key, clone(from[key as keyof T]));
  return copy;
}

import { setEntry } from "./map.js";
import { type AnyMessage, infoOf } from "./message-info.js";
import { isTime } from "./object.js";

/** A deep copy: messages, lists, maps, bytes and unknown fields are copied; the class is the same. */
export function clone<M extends AnyMessage>(message: M): M {
  try {
    return cloneMessage(message);
  } catch (e) {
    const info = infoOf(message);
    throw info.explain(e, message, info, "clone");
  }
}

function cloneMessage<M extends AnyMessage>(message: M): M {
  const copy = new (message.constructor as new () => M)();
  for (const key of Object.keys(message) as (keyof M)[]) copy[key] = cloneValue(message[key]);
  return copy;
}

function cloneValue<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return (value as unknown as Uint8Array).slice() as T;
  if (Array.isArray(value)) return value.map(cloneValue) as T;
  if (isTime(value)) return (value.getTime === undefined ? value : new Date(value.getTime())) as T;
  if (Object.getPrototypeOf(value) !== Object.prototype) return cloneMessage(value as unknown as AnyMessage) as T;
  // a oneof, a map, a JSON object, an unknown field, or a message that protobuf-es made
  const copy = {};
  for (const key of Object.keys(value)) setEntry(copy, key, cloneValue(value[key as keyof T]));
  return copy as T;
}

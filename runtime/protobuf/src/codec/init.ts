import type { UnknownField } from "../wire/wire-type.js";
import { longToNumber } from "./long.js";
import { setEntry } from "./map.js";
import type { AnyMessage } from "./message-info.js";

/**
 * An init that is a message, ours or of protobuf-es: hands over its unknown fields, and returns it with nothing but the
 * fields that are set.
 */
export function initFrom<I extends { readonly $unknown?: readonly UnknownField[] | undefined }>(
  m: AnyMessage,
  init: I,
): I {
  if (init.$unknown !== undefined) m.$unknown = init.$unknown.slice();
  return init.constructor === m.constructor ? init : ownFields(init);
}

/** A copy that inherits nothing: messages of protobuf-es inherit the defaults of the fields that are not set. */
export function ownFields<T extends object>(message: T): T {
  return { __proto__: null, ...message };
}

/** A message from its init: an instance of the class is taken as it is, anything else is its class's init. */
export function initMessage<M extends object, I>(type: new (init: I) => M, init: I | M): M {
  return init instanceof type ? init : new type(init as I);
}

export function initMessages<M extends object, I>(type: new (init: I) => M, init: readonly (I | M)[]): M[] {
  return init.map((item) => initMessage(type, item));
}

export function initMessageMap<M extends object, I>(
  type: new (init: I) => M,
  init: { readonly [key: string]: I | M },
): { [key: string]: M } {
  const map: { [key: string]: M } = {};
  for (const key of Object.keys(init)) setEntry(map, key, initMessage(type, init[key]!));
  return map;
}

/** A 64-bit integer of an init in the shape of its property (jstype, option int64): messages of protobuf-es have bigints. */
export function initNumber(v: number | bigint): number {
  return typeof v === "bigint" ? longToNumber(v) : v;
}

export function initString(v: string | number | bigint): string {
  return `${v}`;
}

export function initLongMap<V, I>(convert: (value: I) => V, init: { readonly [key: string]: I }): { [key: string]: V } {
  const map: { [key: string]: V } = {};
  for (const key of Object.keys(init)) setEntry(map, key, convert(init[key]!));
  return map;
}

/** A copy, so that the message does not share the caller's object. */
export function initMap<V>(init: { readonly [key: string]: V }): { [key: string]: V } {
  const map: { [key: string]: V } = {};
  for (const key of Object.keys(init)) setEntry(map, key, init[key]!);
  return map;
}

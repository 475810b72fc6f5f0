import type { UnknownField } from "../wire/wire-type.js";
import { invalid } from "../wire/writer.js";
import { asList } from "./list.js";
import { longToNumber } from "./long.js";
import { asMap, setEntry } from "./map.js";
import { type AnyMessage, infoOf } from "./message-info.js";
import { isFields, isPlain } from "./object.js";

interface AnyInit {
  readonly $typeName?: string | undefined;
  readonly $unknown?: readonly UnknownField[] | undefined;
}

/**
 * Applies the init to the new message by `assign`, the generated `X$init`. Throws a ProtobufError with the field's path
 * if a value cannot be meant for its field.
 */
export function initialize<M extends AnyMessage, I extends AnyInit>(m: M, i: I, assign: (m: M, i: I) => void): void {
  try {
    assign(m, isPlain(i) && i.$typeName === undefined ? i : initFrom(m, i));
  } catch (e) {
    const info = infoOf(m);
    throw info.explain(e, m, info, "create", i);
  }
}

/**
 * Handles an init that is itself a message, ours or from protobuf-es: passes on its unknown fields, and returns an
 * object with only the fields that are set. Instances of a program's own classes may have the fields, too.
 */
function initFrom<I extends AnyInit>(m: AnyMessage, i: I): I {
  if (!isFields(i)) invalid();
  if (i.$typeName === undefined) return i;
  if (i.$typeName !== m.$typeName) invalid();
  if (i.$unknown !== undefined) m.$unknown = i.$unknown.slice();
  return i.constructor === m.constructor ? i : ownFields(i);
}

/** Copies without a prototype: protobuf-es messages inherit the defaults of unset fields. */
export function ownFields<T extends object>(message: T): T {
  return { __proto__: null, ...message };
}

/** Makes a message from its init. An instance of the class is used as it is; anything else is an init for the class. */
export function initMessage<M extends object, I>(type: new (init: I) => M, init: I | M): M {
  return init instanceof type ? init : new type((init as I) ?? invalid());
}

/** Copies, so that the message does not share the caller's array. */
export function initList<T>(init: readonly T[]): T[] {
  return asList(init).slice();
}

export function initMessages<M extends object, I>(type: new (init: I) => M, init: readonly (I | M)[]): M[] {
  const messages: M[] = [];
  for (let i = 0; i < asList(init).length; i++) messages.push(initMessage(type, init[i]!)); // holes, too, unlike map()
  return messages;
}

export function initMessageMap<M extends object, I>(
  type: new (init: I) => M,
  init: { readonly [key: string]: I | M },
): { [key: string]: M } {
  return initLongMap((item: I | M) => initMessage(type, item), init);
}

/**
 * Converts a 64-bit integer of an init to the shape of its property (jstype, option int64): protobuf-es messages have
 * bigints.
 */
export function initNumber(v: number | bigint): number {
  return typeof v === "bigint" ? longToNumber(v) : v;
}

export function initString(v: string | number | bigint): string {
  return `${v}`;
}

export function initLongMap<V, I>(convert: (value: I) => V, init: { readonly [key: string]: I }): { [key: string]: V } {
  const map: { [key: string]: V } = {};
  for (const key of Object.keys(asMap(init))) setEntry(map, key, convert(init[key]!));
  return map;
}

/** Copies, so that the message does not share the caller's object. */
export function initMap<V>(init: { readonly [key: string]: V }): { [key: string]: V } {
  const map: { [key: string]: V } = {};
  for (const key of Object.keys(asMap(init))) setEntry(map, key, init[key]!);
  return map;
}

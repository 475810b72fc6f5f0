import { fail } from "../error.js";
import type { UnknownField } from "../wire/wire-type.js";
import { describe } from "./decode.js";
import { longToNumber } from "./long.js";
import { setEntry } from "./map.js";
import type { AnyMessage } from "./message-info.js";

/**
 * Handles an init that is itself a message, ours or from protobuf-es: passes on its unknown fields, and returns an
 * object with only the fields that are set.
 */
export function initFrom<I extends { readonly $unknown?: readonly UnknownField[] | undefined }>(
  m: AnyMessage,
  init: I,
): I {
  if (init.$unknown !== undefined) m.$unknown = init.$unknown.slice();
  return init.constructor === m.constructor ? init : ownFields(init);
}

/** Copies without a prototype: protobuf-es messages inherit the defaults of unset fields. */
export function ownFields<T extends object>(message: T): T {
  return { __proto__: null, ...message };
}

/** Makes a message from its init. An instance of the class is used as it is; anything else is an init for the class. */
export function initMessage<M extends object, I>(type: new (init: I) => M, init: I | M): M {
  return init instanceof type ? init : new type(checkInit(type, init as I));
}

/** Refuses what cannot be meant as the fields of a message, such as a string, an array, a Date or a Map. */
function checkInit<I>(type: object, init: I): I {
  if (isFields(init)) return init;
  const { typeName } = type as { readonly typeName: string };
  return fail(`cannot create message ${typeName}: expected an object with its fields, got ${describe(init)}`);
}

/** The init of a repeated field. */
export function checkList<T>(init: readonly T[]): readonly T[] {
  return Array.isArray(init) ? init : fail(`cannot create a list: expected an array, got ${describe(init)}`);
}

/** Of a Map or an array, a loop over the keys would find no entries. */
function checkMap<M extends object>(init: M): M {
  return isFields(init)
    ? init
    : fail(`cannot create a map: expected an object with its entries, got ${describe(init)}`);
}

/** Whether a value is an object of no built-in class. Those of the program's own classes may have the fields. */
function isFields(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype || tagOf.call(value) === "[object Object]";
}

const tagOf = Object.prototype.toString;

export function initMessages<M extends object, I>(type: new (init: I) => M, init: readonly (I | M)[]): M[] {
  return Array.from(checkList(init), (item) => initMessage(type, item)); // holes, too, which map() leaves out
}

export function initMessageMap<M extends object, I>(
  type: new (init: I) => M,
  init: { readonly [key: string]: I | M },
): { [key: string]: M } {
  const map: { [key: string]: M } = {};
  for (const key of Object.keys(checkMap(init))) setEntry(map, key, initMessage(type, init[key]!));
  return map;
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
  for (const key of Object.keys(checkMap(init))) setEntry(map, key, convert(init[key]!));
  return map;
}

/** Copies, so that the message does not share the caller's object. */
export function initMap<V>(init: { readonly [key: string]: V }): { [key: string]: V } {
  const map: { [key: string]: V } = {};
  for (const key of Object.keys(checkMap(init))) setEntry(map, key, init[key]!);
  return map;
}

import { setEntry } from "./map.js";

/** A message from its init: an instance of the class is taken as it is, anything else is its class's init. */
export function initMessage<M extends object, I>(type: new (init?: I) => M, init: I | M): M {
  return init instanceof type ? init : new type(init as I);
}

export function initMessages<M extends object, I>(type: new (init?: I) => M, init: readonly (I | M)[]): M[] {
  return init.map((item) => initMessage(type, item));
}

export function initMessageMap<M extends object, I>(
  type: new (init?: I) => M,
  init: { readonly [key: string]: I | M },
): { [key: string]: M } {
  const map: { [key: string]: M } = {};
  for (const key of Object.keys(init)) setEntry(map, key, initMessage(type, init[key]!));
  return map;
}

/** A copy, so that the message does not share the caller's object. */
export function initMap<V>(init: { readonly [key: string]: V }): { [key: string]: V } {
  const map: { [key: string]: V } = {};
  for (const key of Object.keys(init)) setEntry(map, key, init[key]!);
  return map;
}

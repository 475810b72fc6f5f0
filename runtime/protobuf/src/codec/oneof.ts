import { invalid } from "../wire/writer.js";
import { isFields, ownValue } from "./object.js";

/** A oneof of which no field is set; all messages share it. */
export const noOneof: { readonly case: undefined; readonly value?: undefined } = /*@__PURE__*/ Object.freeze({
  case: undefined,
  value: undefined,
});

/** Fails for a oneof that has no case because it is something else, such as `{ card: … }`. */
export function checkUnset(oneof: object): void {
  if (oneof !== noOneof && !("case" in oneof)) invalid();
}

/**
 * Returns an init in which members of oneofs under their own names are where the constructor looks for them. Each of `oneofs`
 * is a property and its cases. A oneof that is given as a whole stays as it is, and of several members the last one counts.
 */
export function groupOneofs<I extends object>(init: I, ...oneofs: readonly (readonly string[])[]): I {
  if (!isFields(init)) return init;
  let grouped: Record<string, unknown> = init;
  for (const names of oneofs) {
    const oneof = names[0]!;
    if (isSet(ownValue(init, oneof))) continue;
    for (let i = 1; i < names.length; i++) {
      const name = names[i]!;
      const value: unknown = ownValue(init, name);
      if (isSet(value)) grouped = { ...grouped, [oneof]: { case: name, value } };
    }
  }
  return grouped as I;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

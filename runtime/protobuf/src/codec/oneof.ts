import { invalid } from "../wire/writer.js";

/** A oneof of which no field is set; all messages share it. */
export const noOneof: { readonly case: undefined; readonly value?: undefined } = /*@__PURE__*/ Object.freeze({
  case: undefined,
  value: undefined,
});

/** Fails for a oneof that has no case because it is something else, such as `{ card: … }`. */
export function checkUnset(oneof: object): void {
  if (oneof !== noOneof && !("case" in oneof)) invalid();
}

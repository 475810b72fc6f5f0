import { invalid } from "../wire/writer.js";

/** Returns the list of a field for a loop over its items; fails for a Set, a string or any other value. */
export function asList<L extends readonly unknown[]>(list: L): L {
  if (!Array.isArray(list)) invalid();
  return list;
}

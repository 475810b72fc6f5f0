import type { Bindings, Constants } from "./constants.js";
import type { Target } from "./target.js";
import type { Node } from "./type.js";

/** The variables of an expression. */
export interface Scope {
  readonly target: Target;
  readonly constants: Constants;
  readonly bindings: Bindings;
  /** `this`, and the variables of macros. */
  readonly variables: ReadonlyMap<string, Node>;
  /** The code of `now`. */
  readonly now: string;
}

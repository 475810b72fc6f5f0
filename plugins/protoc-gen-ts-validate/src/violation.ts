import { literal } from "@protoloom/plugin-kit";
import type { Target } from "./cel/target.js";
import { hoistPath, type RulePath } from "./rule-path.js";

/** Where a violation is: the code of its path elements, and whether a key is at fault. */
export interface Place {
  readonly field: string;
  readonly isKey: boolean;
}

/** The statement that notes a violation. `text` is the code of its message. */
export function violation(place: Place, rule: RulePath | undefined, id: string, text: string, target: Target): string {
  const path = rule === undefined ? "undefined" : hoistPath(rule, target);
  return `c.violate(${place.field}, ${path}, ${literal(id)}, ${text}${place.isKey ? ", true" : ""});`;
}

import { pathOf, unimplemented } from "../call.js";
import { type Rule, rule } from "../rule.js";

export const serviceRemoved: Rule = rule({
  id: "service-removed",
  on: "service",
  surfaces: ["rpc", "typescript"],
  purpose: "A service was removed.",
  why: "Existing clients call methods that no longer exist.",
  fix: "Keep it, deprecated, until nobody calls it anymore.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    const effects = previous.methods.slice(0, 1).map((method) => unimplemented(pathOf(method)));
    return { text: `service ${previous.typeName} was removed`, expects: "breaking", effects };
  },
});

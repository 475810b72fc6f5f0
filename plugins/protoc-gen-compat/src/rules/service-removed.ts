import { pathOf, unimplemented } from "../call.js";
import { type Rule, rule } from "../rule.js";

export const serviceRemoved: Rule = rule({
  id: "service-removed",
  on: "service",
  surfaces: ["rpc", "typescript"],
  purpose: "A service is gone.",
  why: "Clients of before call methods that no server has.",
  fix: "Keep it, deprecated, until nobody calls it.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    const effects = previous.methods.slice(0, 1).map((method) => unimplemented(pathOf(method)));
    return { text: `service ${previous.typeName} was removed`, expects: "breaking", effects };
  },
});

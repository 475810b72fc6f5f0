import { pathOf, unimplemented } from "../call.js";
import { type Rule, rule } from "../rule.js";

export const rpcRemoved: Rule = rule({
  id: "rpc-removed",
  on: "method",
  surfaces: ["rpc", "typescript"],
  purpose: "An RPC was removed.",
  why: "Existing clients call a method that no longer exists.",
  fix: "Keep it, deprecated, until nobody calls it anymore.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    return {
      text: `rpc ${previous.parent.typeName}.${previous.name} was removed`,
      expects: "breaking",
      effects: [unimplemented(pathOf(previous))],
    };
  },
});

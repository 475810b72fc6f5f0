import { pathOf, unimplemented } from "../call.js";
import { type Rule, rule } from "../rule.js";

export const rpcRemoved: Rule = rule({
  id: "rpc-removed",
  on: "method",
  surfaces: ["rpc", "typescript"],
  purpose: "An RPC is gone.",
  why: "Clients of before call a method that the server does not have.",
  fix: "Keep it, deprecated, until nobody calls it.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    return {
      text: `rpc ${previous.parent.typeName}.${previous.name} was removed`,
      expects: "breaking",
      effects: [unimplemented(pathOf(previous))],
    };
  },
});

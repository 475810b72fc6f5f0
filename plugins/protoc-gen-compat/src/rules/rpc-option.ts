import { optionClaim } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const rpcOption: Rule = rule({
  id: "rpc-option",
  on: "method",
  surfaces: ["typescript"],
  purpose: "A custom option of an RPC changed.",
  why: "Only the owners of the option know what it means.",
  fix: "Check the readers of the option.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    return optionClaim(
      `rpc ${next.parent.typeName}.${next.name}`,
      previous.proto.options,
      next.proto.options,
      [72295728],
    ); // google.api.http
  },
});

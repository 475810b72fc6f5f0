import { type Rule, rule } from "../rule.js";

export const rpcRequestType: Rule = rule({
  id: "rpc-request-type",
  on: "method",
  surfaces: ["rpc", "typescript"],
  purpose: "The request type of an RPC changed.",
  why: "The types may differ. They are compared separately, field by field.",
  fix: "Keep the type, or make the new one equal in structure.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.input.typeName === next.input.typeName)
      return undefined;
    return {
      text: `rpc ${next.parent.typeName}.${next.name} changed its request from ${previous.input.typeName} to ${next.input.typeName}`,
      expects: "safe",
    };
  },
});
